// The driver's pages about connecting as requests and answers. GET never changes anything; what begins an authorization is the driver's
// own POST.
import { getContract } from '../contract/contract.ts';
import { getApplication } from '../tenant/application.ts';
import { getTenant, type Tenant } from '../tenant/tenant.ts';
import { parseConnectReturn } from '../vehicle/connect-return.ts';
import { type Authorization, beginAuthorization, findAuthorization, mayReveal, reveal } from './authorization.ts';
import { isOffered } from './brands.ts';
import { type ConnectSession, findConnectSession } from './connect-session.ts';
import { type Connection, getConnection } from './connection.ts';
import { knownConsentVersion } from './consent.ts';
import { readForm } from './driver-form.ts';
import { finishAuthorization } from './finish-authorization.ts';
import type { Language } from './language.ts';
import { changeMyData, showMyData } from './my-data.ts';
import { myDataPath, myDataToken } from './my-data-link.ts';
import {
  html,
  isForeignForm,
  languageOf,
  type Page,
  type PageAnswer,
  type PageRequest,
  type PagesOptions,
  problemAnswer,
  redirect,
} from './page-answer.ts';
import { brokenPage, connectedPage, linkPage, problemPage, type WayBack, waitingPage } from './pages.ts';
import { isReconnectToken, needsLogin, type Reconnecting, readReconnectToken } from './reconnect-link.ts';

export type { PageAnswer, PageRequest };

/** Long enough to come back from the vehicle platform and to watch the car being checked. */
const COOKIE_SECONDS = 3_600;

/** The queue has had its first two chances by then. */
const LATE_MS = 2 * 60_000;

const pages: Readonly<Record<string, Page>> = {
  'GET /connect/{token}': showLink,
  'POST /connect/{token}': beginConnecting,
  'GET /connect/callback': comeBack,
  'GET /connect/done/{token}': showProgress,
  'POST /connect/done/{token}': showPersonalLink,
  'GET /my-data/{token}': showMyData,
  'POST /my-data/{token}': changeMyData,
};

export function makeConnectPages(options: PagesOptions): (request: PageRequest) => Promise<PageAnswer> {
  return async (request) => {
    const shown = Object.hasOwn(pages, request.route) ? pages[request.route] : undefined;
    if (shown === undefined) return problemAnswer(options, request, 404, 'link_unknown');
    try {
      return await shown(options, request);
    } catch (fault) {
      options.report(fault);
      return problemAnswer(options, request, 500, request.route.includes(' /my-data/') ? 'my_data_fault' : 'fault');
    }
  };
}

/** Over plain HTTP, on this machine alone, the prefix is not allowed; everything else about the cookie is the same. */
const cookieName = ({ publicOrigin }: PagesOptions): string =>
  publicOrigin.startsWith('https://') ? '__Host-odoseal' : 'odoseal';

const setCookie = (options: PagesOptions, value: string): string =>
  `${cookieName(options)}=${value}; Path=/; Max-Age=${COOKIE_SECONDS}; Secure; HttpOnly; SameSite=Lax`;

function cookieOf(options: PagesOptions, { cookies }: PageRequest): string | undefined {
  const prefix = `${cookieName(options)}=`;
  return cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length);
}

/** What a link leads to; of one that a dead connection has, which it is. */
type Link = Pick<ConnectSession, 'tenantId' | 'contractId' | 'language' | 'returnUrl'> & Partial<Reconnecting>;

async function readLink({ business, reconnectKey, clock }: PagesOptions, token: string): Promise<Link | undefined> {
  if (!isReconnectToken(token)) return findConnectSession(business, token, clock());
  return readReconnectToken(await reconnectKey(), token, clock());
}

async function findLink(options: PagesOptions, { token }: PageRequest) {
  const { business } = options;
  const link = await readLink(options, token);
  if (link === undefined) return undefined;
  const { tenantId, contractId, connectionId } = link;
  const [tenant, contract, dead] = await Promise.all([
    getTenant(business, tenantId),
    getContract(business, tenantId, contractId),
    connectionId === undefined ? undefined : getConnection(business, { tenantId, contractId, connectionId }),
  ]);
  // A link of a contract that is over leads nowhere: nobody would read the car.
  if (tenant === undefined || contract?.dueAt === undefined) return undefined;
  // Nor does that of a connection which a newer one has replaced, whose driver has ended it, or which is well again.
  if (connectionId !== undefined && !needsLogin(contract, dead)) return undefined;
  return { link, tenant, contract };
}

async function showLink(options: PagesOptions, request: PageRequest): Promise<PageAnswer> {
  const found = await findLink(options, request);
  if (found === undefined) return problemAnswer(options, request, 404, 'link_unknown');
  const { tenant, contract, link } = found;
  const language = link.language ?? languageOf(request);
  const { kind, reference } = contract;
  return html(options, language, 200, linkPage({ language, tenantName: tenant.name, kind, reference }));
}

const LINK_FORM = { text: () => true, make: isOffered };

async function beginConnecting(options: PagesOptions, request: PageRequest): Promise<PageAnswer> {
  if (isForeignForm(request)) return problemAnswer(options, request, 403, 'foreign_form');
  const form = readForm(request.form, LINK_FORM);
  if (form === undefined) return problemAnswer(options, request, 400, 'foreign_form');
  const found = await findLink(options, request);
  if (found === undefined) return problemAnswer(options, request, 404, 'link_unknown');
  const { make } = form;
  const textVersion = knownConsentVersion(form.text);
  // The words have changed since the page was opened, or the form does not say which were read: the driver has to read those of now.
  if (textVersion === undefined || make === undefined) return redirect(options, `/connect/${request.token}`);
  return authorize(options, { ...found.link, textVersion }, found.tenant.applicationId, request, make);
}

async function authorize(
  options: PagesOptions,
  agreed: Link & { readonly textVersion: string },
  applicationId: string,
  request: PageRequest,
  make: string,
): Promise<PageAnswer> {
  const application = await getApplication(options.business, applicationId);
  const browser = cookieOf(options, request);
  const now = options.clock();
  const begun = await beginAuthorization(options.business, agreed, application, browser, now, options.random);
  const url = await options.login.authorizeUrl(application, begun, make === '' ? undefined : make);
  return redirect(options, url, setCookie(options, begun.cookie));
}

/** Whatever came of it is told by another page, so that a reload does nothing again and no code or VIN stays in the address. */
async function comeBack(options: PagesOptions, request: PageRequest): Promise<PageAnswer> {
  const returned = parseConnectReturn(request.query);
  const cookie = cookieOf(options, request);
  if (cookie === undefined) return problemAnswer(options, request, 400, 'state_unknown');
  const finished = await finishAuthorization(options, returned, cookie, options.clock());
  // The state is spent; as an address of this browser's own progress it is harmless.
  const progress = returned.kind === 'unreadable' ? '' : `/connect/done/${returned.state ?? ''}`;
  if (finished.kind === 'recorded') return redirect(options, progress);
  return problemAnswer(options, request, 400, finished.reason, finished.reason === 'state_used' ? progress : undefined);
}

async function findOwn(options: PagesOptions, request: PageRequest) {
  const cookie = cookieOf(options, request);
  if (cookie === undefined) return undefined;
  const authorization = await findAuthorization(options.business, request.token, cookie);
  return authorization === undefined ? undefined : { cookie, authorization };
}

/** Leads to the personal page, once; a reload of that page asks for nothing here, and a lost answer is asked for again. */
async function showPersonalLink(options: PagesOptions, request: PageRequest): Promise<PageAnswer> {
  if (isForeignForm(request)) return problemAnswer(options, request, 403, 'foreign_form');
  if (readForm(request.form, {}) === undefined) return problemAnswer(options, request, 400, 'foreign_form');
  const found = await findOwn(options, request);
  if (found === undefined) return problemAnswer(options, request, 404, 'state_unknown');
  const now = options.clock();
  const progress = `/connect/done/${request.token}`;
  if (!mayReveal(found.authorization, now)) return problemAnswer(options, request, 410, 'link_shown', progress);
  await reveal(options.business, request.token, now);
  return redirect(options, myDataPath(myDataToken(request.token, found.cookie)));
}

async function showProgress(options: PagesOptions, request: PageRequest): Promise<PageAnswer> {
  const { business } = options;
  const found = await findOwn(options, request);
  if (found === undefined) return problemAnswer(options, request, 404, 'state_unknown');
  const { authorization } = found;
  const [connection, tenant] = await Promise.all([
    getConnection(business, authorization),
    getTenant(business, authorization.tenantId),
  ]);
  if (connection === undefined || tenant === undefined) return problemAnswer(options, request, 404, 'state_unknown');
  const language = authorization.language ?? languageOf(request);
  const now = options.clock();
  const myData = mayReveal(authorization, now);
  const back = wayBack(authorization, tenant);
  return html(
    options,
    language,
    200,
    progressPage({ language, connection, tenantName: tenant.name, now, myData, back }),
  );
}

/** What has been taken off the list meanwhile is not offered any more. */
const wayBack = ({ returnUrl: url }: Authorization, { name, returnUrls = [] }: Tenant): WayBack | undefined =>
  url !== undefined && returnUrls.includes(url) ? { url, tenantName: name } : undefined;

interface Progress {
  readonly language: Language;
  readonly connection: Connection;
  readonly tenantName: string;
  readonly now: number;
  /** Whether the personal link may be shown. */
  readonly myData: boolean;
  readonly back: WayBack | undefined;
}

function progressPage({ language, connection, tenantName, now, myData, back }: Progress): string {
  const { state, reason, make, model, year } = connection;
  switch (state) {
    case 'pending':
      return waitingPage(language, now - Date.parse(connection.createdAt) > LATE_MS);
    case 'active':
      return connectedPage({ language, tenantName, make, model, year, myData, back });
    case 'failed':
      return problemPage(language, reason ?? 'unknown', { back });
    case 'action_required':
    case 'reauth_required':
      return brokenPage(language, connection, back);
    case 'withdrawn':
      return problemPage(language, reason ?? state, { back });
    case 'replaced':
    case 'ended':
      return problemPage(language, state, { back });
  }
}
