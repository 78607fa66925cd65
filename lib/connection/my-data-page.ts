// The driver's own data as a page: what is shared, with whom, since when, and the way out. Shows no more of the VIN than its end, and
// nothing that was measured.
import type { Contract } from '../contract/contract.ts';
import { adviceFor, driverMust } from './advice.ts';
import type { Connection } from './connection.ts';
import type { Language } from './language.ts';
import { escapeHtml, fill, page } from './page-frame.ts';
import { carName } from './pages.ts';
import type { ReadingTimes } from './reading-times.ts';
import type { Advice, MyDataTexts } from './texts/texts.ts';
import { textsOf } from './texts/texts-of.ts';

/** States that can be shown as somebody's consent. */
type ShownState = keyof MyDataTexts['states'];

export interface MyDataPage {
  readonly language: Language;
  readonly tenantName: string;
  readonly contract: Pick<Contract, 'kind' | 'reference' | 'zone'>;
  readonly connection: Connection & { readonly state: ShownState };
  readonly readings: ReadingTimes | undefined;
}

const VIN_END = 4;

const isOver = (state: Connection['state']): boolean => state === 'withdrawn' || state === 'ended';

type Row = readonly [label: string, html: string];

const list = (rows: readonly Row[]): string =>
  `<dl>${rows.map(([label, html]) => `<dt>${escapeHtml(label)}</dt><dd>${html}</dd>`).join('')}</dl>`;

/** An instant as HTML, in the driver's words and the contract's time zone. */
function instant(at: string, locale: string, timeZone: string): string {
  const words = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone });
  return `<time datetime="${escapeHtml(at)}">${escapeHtml(words.format(Date.parse(at)))}</time>`;
}

/** Permissions as a list, under a label; nothing where they are not known. */
function permissionRow(texts: MyDataTexts, label: string, permissions: readonly string[] | undefined): readonly Row[] {
  if (permissions === undefined) return [];
  const names: Readonly<Record<string, string>> = texts.permissionNames;
  const nameOf = (one: string): string => (Object.hasOwn(names, one) ? names[one] : undefined) ?? one;
  return [[label, `<ul>${permissions.map((one) => `<li>${escapeHtml(nameOf(one))}</li>`).join('')}</ul>`]];
}

function carRows(texts: MyDataTexts, { vin, permissions, state, consent, ...car }: Connection): readonly Row[] {
  const label = isOver(state) ? texts.permissionsBefore : texts.permissions;
  return [
    [texts.car, escapeHtml(carName(car) || texts.unknownCar)],
    ...(vin === undefined ? [] : [[texts.vin, fill(texts.vinEnd, { end: vin.slice(-VIN_END) })] as const]),
    ...permissionRow(texts, texts.asked, consent?.asked),
    ...permissionRow(texts, label, permissions),
  ];
}

function timeRows({ language, contract, connection, readings }: MyDataPage): readonly Row[] {
  const { locale, myData: texts } = textsOf(language);
  const { consent, withdrawnAt } = connection;
  const when = (at: string | undefined): string =>
    at === undefined ? escapeHtml(texts.noReading) : instant(at, locale, contract.zone);
  return [
    [texts.since, when(consent?.agreedAt ?? connection.createdAt)],
    ...(withdrawnAt === undefined ? [] : [[texts.until, when(withdrawnAt)] as const]),
    ...(consent === undefined ? [] : [[texts.consentText, escapeHtml(consent.textVersion)] as const]),
    [texts.firstReading, when(readings?.first)],
    [texts.lastReading, when(readings?.last)],
  ];
}

/** What the driver has to do before the car can be read again. */
const task = ({ title, text }: Advice): string => `<h2>${escapeHtml(title)}</h2><p id="task">${escapeHtml(text)}</p>`;

/** For a connection that only a new login can mend; leads to the words that are agreed to. */
const reconnection = (texts: MyDataTexts): string =>
  `<form method="post"><button type="submit" id="reconnect" name="do" value="reconnect">${escapeHtml(texts.reconnect)}</button></form>`;

/** The way out: opened first, then confirmed once. Works without script, by keyboard as well. */
const withdrawal = (texts: MyDataTexts, tenant: string): string =>
  `<h2>${escapeHtml(texts.withdrawHeading)}</h2><details><summary>${escapeHtml(texts.withdraw)}</summary><p>${fill(texts.withdrawMeans, { tenant })}</p>
<form method="post"><button type="submit" id="withdraw" class="end">${escapeHtml(texts.confirm)}</button></form></details>`;

export function myDataPage(shown: MyDataPage): string {
  const { language, tenantName, contract, connection } = shown;
  const words = textsOf(language);
  const { myData: texts } = words;
  const must = driverMust(connection, words);
  const ended = isOver(connection.state);
  const rows: readonly Row[] = [
    ...carRows(texts, connection),
    [texts.receiver, escapeHtml(tenantName)],
    [texts.contract[contract.kind], escapeHtml(contract.reference)],
    ...timeRows(shown),
  ];
  return page({
    language,
    title: ended ? adviceFor(connection.reason ?? connection.state, words).title : texts.title,
    body: `<p class="${ended || connection.state === 'active' ? 'good' : 'busy'}" role="status">${escapeHtml(texts.states[connection.state])}</p>${must === undefined ? '' : task(must)}${connection.state === 'reauth_required' ? reconnection(texts) : ''}
${ended ? `<p>${fill(texts.afterwards, { tenant: tenantName })}</p>` : ''}<h2>${escapeHtml(ended ? texts.sharedBefore : texts.sharedHeading)}</h2>${list(rows)}
${ended ? '' : withdrawal(texts, tenantName)}`,
  });
}
