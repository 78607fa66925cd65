// The driver's pages as requests and answers. GET never changes anything; what begins an authorization is the driver's own POST.
import type { Send } from '../aws/queue.ts';
import type { Table } from '../aws/table.ts';
import { getContract } from '../contract/contract.ts';
import { getApplication } from '../tenant/application.ts';
import type { RandomBytes } from '../tenant/id.ts';
import { getTenant } from '../tenant/tenant.ts';
import { parseConnectReturn } from '../vehicle/connect-return.ts';
import { adviceFor } from './advice.ts';
import { beginAuthorization, findAuthorization } from './authorization.ts';
import { knownMake } from './brands.ts';
import { type ConnectSession, findConnectSession } from './connect-session.ts';
import { type Connection, getConnection } from './connection.ts';
import { finishAuthorization } from './finish-authorization.ts';
import { connectedPage, linkPage, problemPage, STYLE_HASH, waitingPage } from './pages.ts';
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
  /** Tells the operator of a fault; the driver sees a page all the same. */
  readonly report: (fault: unknown) => void;
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

/** The queue has had its first two chances by then. */
const LATE_MS = 2 * 60_000;

export function makeConnectPages(options: PagesOptions): (request: PageRequest) => Promise<PageAnswer> {
  const pages: Readonly<Record<string, (request: PageRequest) => Promise<PageAnswer>>> = {
    'GET /connect/{token}': (request) => showLink(options, request),
    'POST /connect/{token}': (request) => beginConnecting(options, request),
    'GET /connect/callback': (request) => comeBack(options, request),
    'GET /connect/done/{token}': (request) => showProgress(options, request),
  };
  return async (request) => {
    try {
      return await (pages[request.route] ?? unknownPage(options))(request);
    } catch (fault) {
      options.report(fault);
      return problemAnswer(options, 500, 'fault');
    }
  };
}

const unknownPage = (options: PagesOptions) => async () => problemAnswer(options, 404, 'link_unknown');

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

const problemAnswer = (options: PagesOptions, status: number, reason: string, progress?: string): PageAnswer =>
  html(options, status, problemPage(adviceFor(reason), progress));

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
  if (secFetchSite !== undefined && secFetchSite !== 'same-origin') return problemAnswer(options, 403, 'foreign_form');
  const found = await findSession(options, request);
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
  const url = await options.login.authorizeUrl(application, begun.state, knownMake(request.form.get('make')));
  return redirect(options, url, setCookie(options, begun.cookie));
}

/** Whatever came of it is told by another page, so that a reload does nothing again and no code or VIN stays in the address. */
async function comeBack(options: PagesOptions, request: PageRequest): Promise<PageAnswer> {
  const returned = parseConnectReturn(request.query);
  const cookie = cookieOf(options, request);
  if (cookie === undefined) return problemAnswer(options, 400, 'state_unknown');
  const finished = await finishAuthorization(options, returned, cookie, options.clock());
  // The state is spent; as an address of this browser's own progress it is harmless.
  const progress = returned.kind === 'unreadable' ? '' : `/connect/done/${returned.state ?? ''}`;
  if (finished.kind === 'recorded') return redirect(options, progress);
  return problemAnswer(options, 400, finished.reason, finished.reason === 'state_used' ? progress : undefined);
}

async function showProgress(options: PagesOptions, request: PageRequest): Promise<PageAnswer> {
  const { business } = options;
  const cookie = cookieOf(options, request);
  const authorization = cookie === undefined ? undefined : await findAuthorization(business, request.token, cookie);
  if (authorization === undefined) return problemAnswer(options, 404, 'state_unknown');
  const [connection, tenant] = await Promise.all([
    getConnection(business, authorization),
    getTenant(business, authorization.tenantId),
  ]);
  if (connection === undefined || tenant === undefined) return problemAnswer(options, 404, 'state_unknown');
  return html(options, 200, progressPage(connection, tenant.name, options.clock()));
}

function progressPage(connection: Connection, tenantName: string, now: number): string {
  const { state, reason } = connection;
  switch (state) {
    case 'pending':
      return waitingPage(now - Date.parse(connection.createdAt) > LATE_MS);
    case 'active':
    case 'action_required':
      return connectedPage({ ...connection, tenantName });
    case 'failed':
      return problemPage(adviceFor(reason ?? 'unknown'));
    case 'reauth_required':
      return problemPage(adviceFor('token_refused'));
    case 'withdrawn':
    case 'replaced':
      return problemPage(adviceFor(state));
  }
}
