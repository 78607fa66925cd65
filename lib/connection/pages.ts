// The driver's pages: plain HTML, no script, nothing from third parties, readable on a phone and by a screen reader.
// Every value is escaped where it enters the page.
import { hash } from 'node:crypto';

const STYLE = `body{font:1.0625rem/1.5 system-ui,sans-serif;color:#1a1f2b;background:#f5f6f8;margin:0}
main{max-width:34rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:.75rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}ul{padding-left:1.25rem}
label{display:block;margin:1.25rem 0 .25rem;font-weight:600}
select,button{font:inherit;width:100%;box-sizing:border-box;padding:.75rem;border-radius:.5rem;border:1px solid #6b7280}
button{margin-top:1.25rem;background:#0b57d0;border-color:#0b57d0;color:#fff;font-weight:600}
button:focus-visible,select:focus-visible,a:focus-visible{outline:3px solid #f59e0b;outline-offset:2px}
.note{color:#4b5563;font-size:.9375rem}`;

/** For the CSP: the stylesheet is allowed by its hash, nothing else is. */
export const STYLE_HASH: string = `'sha256-${hash('sha256', STYLE, 'base64')}'`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

interface PageParts {
  readonly title: string;
  /** Already HTML. */
  readonly body: string;
  /** Reload after so many seconds. */
  readonly refreshSeconds?: number;
}

function page({ title, body, refreshSeconds }: PageParts): string {
  const refresh = refreshSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${refresh}<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`;
}

/** Makes as the vehicle platform spells them, Citroën first; names as drivers know them. */
export const BRANDS: readonly (readonly [make: string, name: string])[] = [
  ['CITROEN', 'Citroën'],
  ['DS', 'DS'],
  ['OPEL', 'Opel'],
  ['PEUGEOT', 'Peugeot'],
  ['VAUXHALL', 'Vauxhall'],
];

/** The text the driver agrees to; a change of the text is a new version. */
export const CONSENT_VERSION = '2026-11-en';

export interface LinkPage {
  readonly tenantName: string;
  readonly kind: 'insurance' | 'lease';
  readonly reference: string;
}

export function linkPage({ tenantName, kind, reference }: LinkPage): string {
  const name = escapeHtml(tenantName);
  const subject = kind === 'insurance' ? 'insurance policy' : 'lease';
  const options = BRANDS.map(([make, brand]) => `<option value="${make}">${escapeHtml(brand)}</option>`).join('');
  return page({
    title: 'Connect your car',
    body: `<p>${name} asks to read your car’s mileage once a month for your ${subject} <strong>${escapeHtml(reference)}</strong>.</p>
<h2>What is shared</h2><ul><li>the odometer</li><li>the vehicle identification number, make, model and year</li></ul>
<p>Not shared: where you are, how you drive, anything else. You can withdraw at any time by telling ${name}.</p>
<form method="post"><label for="make">Your car’s brand</label><select id="make" name="make">${options}<option value="">Another brand</option></select>
<button type="submit" id="continue">Continue to the maker’s login</button></form>
<p class="note">You log in with the maker (for a Citroën: My Citroën). We never see your password.</p>`,
  });
}

export const waitingPage = (): string =>
  page({
    title: 'Connecting your car',
    refreshSeconds: 3,
    body: '<p role="status">Your consent has arrived. We are checking that it is the right car; this page reloads by itself.</p>',
  });

export const connectedPage = (car: string): string =>
  page({
    title: 'Your car is connected',
    body: `<p role="status">Thank you. ${escapeHtml(car)} is connected; there is nothing more to do. You can close this page.</p>`,
  });

export const problemPage = (advice: Advice): string =>
  page({ title: advice.title, body: `<p role="alert">${escapeHtml(advice.text)}</p>` });

export interface Advice {
  readonly title: string;
  readonly text: string;
}

const again = 'Open the link from your message once more';

/** What a driver can do about each way in which connecting ends without a car. */
const advices: Readonly<Record<string, Advice>> = {
  access_denied: {
    title: 'You did not agree',
    text: `Nothing is shared. If you change your mind: ${again.toLowerCase()} and choose to agree.`,
  },
  vehicle_incompatible: {
    title: 'This car cannot be connected',
    text: 'The car has no online connection that can be used, or does not report its mileage. Please tell your insurer or leasing firm; they will ask for a manual reading.',
  },
  invalid_subscription: {
    title: 'The car’s online service is not active',
    text: `Activate the connected services in the maker’s app (for a Citroën: My Citroën). Then: ${again.toLowerCase()}.`,
  },
  no_vehicles: {
    title: 'No car in this account',
    text: `Add the car in the maker’s app, or log in with the account that has it. Then: ${again.toLowerCase()}.`,
  },
  configuration_error: {
    title: 'Something is set up wrongly',
    text: 'This is our fault, not yours, and we have been told. Please try again tomorrow.',
  },
  server_error: { title: 'The maker’s service did not answer', text: `${again} in some minutes.` },
  cancelled: { title: 'You went back', text: `Nothing is shared. To go on: ${again.toLowerCase()}.` },
  wrong_vin: {
    title: 'This is another car',
    text: `The car you chose is not the one in your contract. Nothing is shared. ${again} and choose the car of the contract.`,
  },
  several_vehicles: {
    title: 'More than one car was chosen',
    text: `Nothing is shared. ${again} and choose only the car of the contract.`,
  },
  missing_permission: {
    title: 'The mileage was not shared',
    text: `Without the odometer and the vehicle identification number we cannot go on. ${again} and leave both ticked.`,
  },
  link_unknown: {
    title: 'This link does not work any more',
    text: 'It has expired or was not copied in full. Please ask your insurer or leasing firm for a new one.',
  },
  state_unknown: {
    title: 'This step was already done, or took too long',
    text: `${again} in this browser and go through it within ten minutes.`,
  },
  exchange_failed: { title: 'The connection was not made', text: `${again} in some minutes.` },
  reconnect_needed: {
    title: 'The connection has ended',
    text: 'Please ask your insurer or leasing firm for a new link.',
  },
};

/** Ways of leaving that all mean "the driver went back". */
const CANCELLED = ['user_manually_returned_to_application', 'oem_cancelled_login', 'user_cancelled', 'user_exited'];

/** Never fails: an error the platform invents tomorrow gets the general advice. */
export function adviceFor(reason: string): Advice {
  const known = CANCELLED.includes(reason)
    ? advices['cancelled']
    : Object.hasOwn(advices, reason)
      ? advices[reason]
      : undefined;
  return known ?? { title: 'The connection was not made', text: `${again} in some minutes.` };
}
