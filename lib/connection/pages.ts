// The driver's pages about connecting, in the driver's language. Their words are in texts/; what becomes HTML is escaped on the way.
import { adviceFor, driverMust } from './advice.ts';
import { BRANDS, brandName } from './brands.ts';
import type { Connection } from './connection.ts';
import { consentVersion } from './consent.ts';
import type { Language } from './language.ts';
import { escapeHtml, fill, page, strong } from './page-frame.ts';
import { textsOf } from './texts/texts-of.ts';

export interface LinkPage {
  readonly language: Language;
  readonly tenantName: string;
  readonly kind: 'insurance' | 'lease';
  readonly reference: string;
}

/** What is asked for, by whom, and the driver's own "continue", which says what was read: see consent.ts. */
export function linkPage({ language, tenantName, kind, reference }: LinkPage): string {
  const { link } = textsOf(language);
  const tenant = tenantName;
  const options = BRANDS.map(([make, brand]) => `<option value="${make}">${escapeHtml(brand)}</option>`).join('');
  return page({
    language,
    title: link.title,
    body: `<p>${fill(link.ask[kind], { tenant, reference }, strong)}</p>
<h2>${escapeHtml(link.sharedHeading)}</h2><ul>${link.shared.map((one) => `<li>${escapeHtml(one)}</li>`).join('')}</ul>
<h2>${escapeHtml(link.notSharedHeading)}</h2><p>${escapeHtml(link.notShared)}</p>
<h2>${escapeHtml(link.stopHeading)}</h2><p>${fill(link.stop, { tenant })}</p>
<form method="post"><input type="hidden" name="text" value="${consentVersion(language)}"><label for="make">${escapeHtml(link.brand)}</label><select id="make" name="make">${options}<option value="">${escapeHtml(link.otherBrand)}</option></select>
<button type="submit" id="continue">${escapeHtml(link.proceed)}</button></form>
<p class="note">${escapeHtml(link.login)}</p>`,
  });
}

/** @param late it takes longer than it usually does */
export function waitingPage(language: Language, late: boolean): string {
  const { waiting } = textsOf(language);
  const text = escapeHtml(late ? waiting.late : waiting.soon);
  const body = `<p class="busy" role="status">${text}</p>`;
  return page({ language, title: waiting.title, refreshSeconds: late ? 20 : 3, body });
}

/** Where the tenant wants its driver to go on: offered, and never gone to by itself. */
export interface WayBack {
  readonly url: string;
  readonly tenantName: string;
}

const linkBack = (language: Language, back: WayBack | undefined): string =>
  back === undefined
    ? ''
    : `<p><a id="back" href="${escapeHtml(back.url)}">${fill(textsOf(language).back, { tenant: back.tenantName })}</a></p>`;

/** As the platform tells it. */
export interface ShownCar {
  readonly make?: string | undefined;
  readonly model?: string | undefined;
  readonly year?: number | undefined;
}

/** As its drivers would write it; empty when nothing is known. */
export const carName = ({ make, model, year }: ShownCar): string =>
  [make === undefined ? undefined : brandName(make), model, year].filter(Boolean).join(' ');

export interface ConnectedPage extends ShownCar {
  readonly language: Language;
  readonly tenantName: string;
  /** Whether the driver may still be led to the own data page. */
  readonly myData: boolean;
  readonly back: WayBack | undefined;
}

export function connectedPage({ language, tenantName, myData, back, ...car }: ConnectedPage): string {
  const { connected } = textsOf(language);
  const button = `<form method="post"><button type="submit" id="my-data">${escapeHtml(connected.myDataLink)}</button></form>`;
  const personal = myData ? `${escapeHtml(connected.myData)}</p>${button}` : `${escapeHtml(connected.myDataShown)}</p>`;
  return page({
    language,
    title: connected.title,
    body: `<p class="good" role="status">${fill(connected.thanks, { car: carName(car) || connected.yourCar })}</p>
<p>${fill(connected.next, { tenant: tenantName })}</p><h2>${escapeHtml(connected.myDataHeading)}</h2><p>${personal}${linkBack(language, back)}`,
  });
}

/** A car that was connected and cannot be read now, and what its driver can do about it. */
export function brokenPage(
  language: Language,
  connection: Pick<Connection, 'state' | 'reason'>,
  back: WayBack | undefined,
): string {
  const texts = textsOf(language);
  const { title, text } = driverMust(connection, texts) ?? texts.advice.unknown;
  const body = `<p class="bad" role="alert">${escapeHtml(text)}</p>${linkBack(language, back)}`;
  return page({ language, title, body });
}

export interface ProblemLinks {
  /** Address of the page that tells how it went. */
  readonly progress?: string | undefined;
  readonly back?: WayBack | undefined;
}

export function problemPage(language: Language, reason: string, { progress, back }: ProblemLinks = {}): string {
  const texts = textsOf(language);
  const { title, text } = adviceFor(reason, texts);
  const link =
    progress === undefined ? '' : `<p><a href="${escapeHtml(progress)}">${escapeHtml(texts.seeProgress)}</a></p>`;
  return page({
    language,
    title,
    body: `<p class="bad" role="alert">${escapeHtml(text)}</p>${link}${linkBack(language, back)}`,
  });
}
