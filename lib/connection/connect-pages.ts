// The driver's pages as requests and answers. GET never changes anything; what begins an authorization is the driver's own POST.
import type { Send } from '../aws/queue.ts';
import type { Table } from '../aws/table.ts';
import { getContract } from '../contract/contract.ts';
import { getApplication } from '../tenant/application.ts';
import type { RandomBytes } from '../tenant/id.ts';
import { getTenant } from '../tenant/tenant.ts';
import { parseConnectReturn } from '../vehicle/connect-return.ts';
import { beginAuthorization, findAuthorization } from './authorization.ts';
import { type ConnectSession, findConnectSession } from './connect-session.ts';
import { type Connection, getConnection } from './connection.ts';
import { type Finishing, finishAuthorization } from './finish-authorization.ts';
import { adviceFor, BRANDS, connectedPage, linkPage, problemPage, STYLE_HASH, waitingPage } from './pages.ts';
import type { Login } from './platform-login.ts';
import type { Vault } from './vault.ts';

export interface PagesOptions {
  readonly business: Table;
  readonly vault: Vault;
  readonly login: Login;
  readonly sendTend: Send;
  readonly publicOrigin: string;
  readonly connectOrigin: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly random: RandomBytes;
}

export interface PageRequest {
  /** The gateway's route key, e.g. `GET /connect/{token}`. */
  readonly route: string;
  readonly token: string;
  readonly query: string;
  /** `name=value` each. */
  readonly cookies: readonly string[];
  readonly secFetchSite: string | undefined;
  readonly form: URLSearchParams;
}

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** A `Set-Cookie` value. */
  readonly cookie?: string;
}

/** Long enough to come back from the vehicle platform and to watch the car being checked. */
const COOKIE_SECONDS = 3_600;

export function makeConnectPages(options: PagesOptions): (request: PageRequest) => Promise<PageAnswer> {
  const pages: Readonly<Record<string, (request: PageRequest) => Promise<PageAnswer>>> = {
    'GET /connect/{token}': (request) => showLink(options, request),
    'POST /connect/{token}': (request) => beginConnecting(options, request),
    'GET /connect/callback': (request) => comeBack(options, request),
    'GET /connect/done/{token}': (request) => showProgress(options, request),
  };
  return async (request) => {
    const page = pages[request.route];
    return page === undefined ? problemAnswer(options, 404, 'link_unknown') : page(request);
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

const securityHeaders = ({ connectOrigin }: PagesOptions): Record<string, string> => ({
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  // form-action names the vehicle platform, because browsers hold the redirect that answers our form to it.
  'content-security-policy': `default-src 'none'; style-src ${STYLE_HASH}; form-action 'self' ${connectOrigin}; base-uri 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
});

const html = (options: PagesOptions, status: number, body: string): PageAnswer => ({
  status,
  headers: { ...securityHeaders(options), 'content-type': 'text/html; charset=utf-8' },
  body,
});

const redirect = (options: PagesOptions, location: string, cookie?: string): PageAnswer => ({
  status: 303,
  headers: { ...securityHeaders(options), location },
  body: '',
  ...(cookie === undefined ? {} : { cookie }),
});

const problemAnswer = (options: PagesOptions, status: number, reason: string): PageAnswer =>
  html(options, status, problemPage(adviceFor(reason)));

async function findSession(options: PagesOptions, { token }: PageRequest) {
  const session = await findConnectSession(options.business, token, options.clock());
  if (session === undefined) return undefined;
  const { tenantId, contractId } = session;
  const [tenant, contract] = await Promise.all([
    getTenant(options.business, tenantId),
    getContract(options.business, tenantId, contractId),
  ]);
  return tenant === undefined || contract === undefined ? undefined : { session, tenant, contract };
}

async function showLink(options: PagesOptions, request: PageRequest): Promise<PageAnswer> {
  const found = await findSession(options, request);
  if (found === undefined) return problemAnswer(options, 404, 'link_unknown');
  const { tenant, contract } = found;
  return html(options, 200, linkPage({ tenantName: tenant.name, kind: contract.kind, reference: contract.reference }));
}

async function beginConnecting(options: PagesOptions, request: PageRequest): Promise<PageAnswer> {
  // Another site's form must not begin anything in this browser. (With no-referrer, Origin is `null` even for our own form.)
  const { secFetchSite } = request;
  const foreign = secFetchSite !== undefined && secFetchSite !== 'same-origin';
  const found = foreign ? undefined : await findSession(options, request);
  if (found === undefined) return problemAnswer(options, 404, 'link_unknown');
  return authorize(options, found.session, found.contract.applicationId, request);
}

async function authorize(
  options: PagesOptions,
  session: ConnectSession,
  applicationId: string,
  request: PageRequest,
): Promise<PageAnswer> {
  const application = await getApplication(options.business, applicationId);
  const browser = cookieOf(options, request);
  const now = options.clock();
  const begun = await beginAuthorization(options.business, session, applicationId, browser, now, options.random);
  const make = BRANDS.find(([known]) => known === request.form.get('make'))?.[0];
  const url = await options.login.authorizeUrl(application, begun.state, make);
  return redirect(options, url, setCookie(options, begun.cookie));
}

async function comeBack(options: PagesOptions, request: PageRequest): Promise<PageAnswer> {
  const returned = parseConnectReturn(request.query);
  const cookie = cookieOf(options, request);
  if (cookie === undefined) return problemAnswer(options, 400, 'state_unknown');
  const finishing: Finishing = options;
  const finished = await finishAuthorization(finishing, returned, cookie, options.clock());
  if (finished.kind === 'failed') return problemAnswer(options, 400, finished.reason);
  // The state is spent; as an address of this browser's own progress it is harmless.
  const state = returned.kind === 'granted' ? (returned.state ?? '') : '';
  return redirect(options, `/connect/done/${state}`);
}

async function showProgress(options: PagesOptions, request: PageRequest): Promise<PageAnswer> {
  const cookie = cookieOf(options, request);
  const authorization =
    cookie === undefined ? undefined : await findAuthorization(options.business, request.token, cookie);
  const connection = authorization && (await getConnection(options.business, authorization));
  if (connection === undefined) return problemAnswer(options, 404, 'state_unknown');
  return progressAnswer(options, connection);
}

function progressAnswer(options: PagesOptions, connection: Connection): PageAnswer {
  const { make = 'Your car', model = '', year } = connection;
  switch (connection.state) {
    case 'pending':
      return html(options, 200, waitingPage());
    case 'active':
    case 'action_required':
      return html(options, 200, connectedPage([make, model, year].filter(Boolean).join(' ')));
    case 'failed':
      return problemAnswer(options, 200, connection.reason ?? 'exchange_failed');
    case 'reauth_required':
    case 'withdrawn':
    case 'replaced':
      return problemAnswer(options, 200, 'reconnect_needed');
  }
}
