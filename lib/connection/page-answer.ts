// Requests of a driver's browser, and the answers to it: every answer has every security header, whatever it is about.
import type { Send } from '../aws/queue.ts';
import type { Table } from '../aws/table.ts';
import type { RandomBytes } from '../tenant/id.ts';
import { type Language, preferredLanguage } from './language.ts';
import { STYLE_HASH } from './page-frame.ts';
import { problemPage } from './pages.ts';
import type { Login } from './platform-login.ts';
import type { Vault } from './vault.ts';

export interface PagesOptions {
  readonly business: Table;
  readonly vault: Vault;
  readonly login: Login;
  readonly sendTend: Send;
  /** The key that links of dead connections are signed with. */
  readonly reconnectKey: () => Promise<string>;
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
  readonly acceptLanguage?: string | undefined;
  /** Undefined when it is longer than forms of ours are. */
  readonly form: URLSearchParams | undefined;
}

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** A `Set-Cookie` value. */
  readonly cookie?: string;
}

export type Page = (options: PagesOptions, request: PageRequest) => Promise<PageAnswer>;

export const languageOf = ({ acceptLanguage }: PageRequest): Language => preferredLanguage(acceptLanguage);

/**
 * Another site's form must not do anything in this browser. (With no-referrer, Origin is `null` even for our own form.)
 * Absent from browsers that do not know the header.
 */
export const isForeignForm = ({ secFetchSite }: Pick<PageRequest, 'secFetchSite'>): boolean =>
  secFetchSite !== undefined && secFetchSite !== 'same-origin';

const securityHeaders = ({ connectOrigin }: PagesOptions): Record<string, string> => ({
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  // form-action names the vehicle platform, because browsers hold the redirect that answers our form to it.
  'content-security-policy': `default-src 'none'; style-src ${STYLE_HASH}; form-action 'self' ${connectOrigin}; base-uri 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
});

export const html = (options: PagesOptions, language: Language, status: number, body: string): PageAnswer => ({
  status,
  headers: {
    ...securityHeaders(options),
    'content-type': 'text/html; charset=utf-8',
    'content-language': language,
  },
  body,
});

/** Always to be followed with GET. */
export const redirect = (options: PagesOptions, location: string, cookie?: string): PageAnswer => ({
  status: 303,
  headers: { ...securityHeaders(options), location },
  body: '',
  ...(cookie === undefined ? {} : { cookie }),
});

/** @param progress address of the page that tells how it went */
export function problemAnswer(
  options: PagesOptions,
  request: PageRequest,
  status: number,
  reason: string,
  progress?: string,
): PageAnswer {
  const language = languageOf(request);
  return html(options, language, status, problemPage(language, reason, { progress }));
}
