// The driver's pages: plain HTML, no script, nothing from third parties, readable on a phone and by a screen reader.
// Every value is escaped where it enters the page.
import { hash } from 'node:crypto';
import type { Advice } from './advice.ts';
import { BRANDS, brandName } from './brands.ts';

const STYLE = `*{box-sizing:border-box}
body{font:1.0625rem/1.5 system-ui,sans-serif;color:#1a1f2b;background:#f5f6f8;margin:0;padding:1rem;overflow-wrap:break-word}
main{max-width:34rem;margin:0 auto;padding:1.5rem;background:#fff;border:1px solid #e2e5ea;border-radius:.75rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}h2{font-size:1.0625rem;margin:1.5rem 0 .25rem}
p{margin:0 0 1rem}ul{margin:0 0 1rem;padding-left:1.25rem}main>:last-child{margin-bottom:0}
form{margin-top:1.5rem}label{display:block;margin:0 0 .25rem;font-weight:600}
select,button{font:inherit;width:100%;min-height:3rem;padding:.5rem .75rem;border-radius:.5rem;border:1px solid #6b7280;background:#fff;color:inherit}
button{margin-top:1rem;background:#0b57d0;border-color:#0b57d0;color:#fff;font-weight:600;cursor:pointer}
button:hover{background:#0a4cb5}a{color:#0b57d0}
button:focus-visible,select:focus-visible,a:focus-visible{outline:3px solid #b45309;outline-offset:2px}
.good,.bad,.busy{border-left:.25rem solid;padding-left:1rem}.good{border-color:#15803d}.bad{border-color:#b45309}.busy{border-color:#0b57d0}
.note{color:#4b5563;font-size:.9375rem;margin:1rem 0 0}
@media (min-width:40rem){body{padding:3rem 1rem}main{padding:2.5rem}}`;

/** For the CSP: the stylesheet is allowed by its hash, nothing else is. */
export const STYLE_HASH: string = `'sha256-${hash('sha256', STYLE, 'base64')}'`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

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

export interface LinkPage {
  readonly tenantName: string;
  readonly kind: 'insurance' | 'lease';
  readonly reference: string;
}

/** What is asked for, by whom, and the driver's own "continue". Its words are the consent text: see consent.ts. */
export function linkPage({ tenantName, kind, reference }: LinkPage): string {
  const name = escapeHtml(tenantName);
  const subject = kind === 'insurance' ? 'insurance policy' : 'lease';
  const options = BRANDS.map(([make, brand]) => `<option value="${make}">${escapeHtml(brand)}</option>`).join('');
  return page({
    title: 'Connect your car',
    body: `<p><strong>${name}</strong> asks to read your car’s mileage once a month for your ${subject} <strong>${escapeHtml(reference)}</strong>.</p>
<h2>What is shared</h2><ul><li>the odometer</li><li>the vehicle identification number, make, model and year</li></ul>
<h2>What is not shared</h2><p>Where you are, how you drive, or anything else.</p>
<h2>How to stop</h2><p>Tell ${name}. You can withdraw at any time.</p>
<form method="post"><label for="make">Your car’s brand</label><select id="make" name="make">${options}<option value="">Another brand</option></select>
<button type="submit" id="continue">Continue to the maker’s login</button></form>
<p class="note">You log in with the maker (for a Citroën: My Citroën). We never see your password. Nothing is shared before you agree there.</p>`,
  });
}

/** @param late it takes longer than it usually does */
export const waitingPage = (late: boolean): string =>
  page({
    title: 'Connecting your car',
    refreshSeconds: late ? 20 : 3,
    body: late
      ? '<p class="busy" role="status">This takes longer than usual: the car or the maker’s service does not answer yet. We go on trying. You can leave this page open, or close it: your consent is kept, and there is nothing more for you to do.</p>'
      : '<p class="busy" role="status">Your consent has arrived. We are checking that it is the right car; this page reloads by itself.</p>',
  });

export interface ConnectedPage {
  readonly tenantName: string;
  /** As the platform tells them. */
  readonly make?: string | undefined;
  readonly model?: string | undefined;
  readonly year?: number | undefined;
}

export function connectedPage({ tenantName, make, model, year }: ConnectedPage): string {
  const car = [make === undefined ? undefined : brandName(make), model, year].filter(Boolean).join(' ');
  const name = escapeHtml(tenantName);
  return page({
    title: 'Your car is connected',
    body: `<p class="good" role="status">Thank you. ${escapeHtml(car || 'Your car')} is connected; there is nothing more to do. You can close this page.</p>
<p class="note">${name} now reads the mileage once a month. You can withdraw at any time by telling ${name}.</p>`,
  });
}

/** @param progress address of the page that tells how it went */
export const problemPage = ({ title, text }: Advice, progress?: string): string => {
  const link = progress === undefined ? '' : `<p><a href="${escapeHtml(progress)}">See how it went</a></p>`;
  return page({ title, body: `<p class="bad" role="alert">${escapeHtml(text)}</p>${link}` });
};
