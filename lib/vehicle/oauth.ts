// OAuth 2.0 with the platform: where the driver is sent (V2 and V3), and the token endpoint of V2 (RFC 6749 §4.1.1, §4.1.3, §6).
// Client credentials travel in HTTP Basic only. Keeps nothing and repeats nothing: a refresh whose answer was lost has
// `sent: true` and may be repeated by its owner within the platform's grace window of ten minutes.

import * as z from 'zod/mini';
import { REFRESH_LIFETIME_MS } from './constants.ts';
import { queryOf } from './endpoints.ts';
import type { Transport } from './transport.ts';
import { basicCredentials, checked } from './v2.ts';
import { parseJson, refusedBy } from './vehicle-error.ts';

export interface AuthorizeRequest {
  /** Scheme and host of Connect, e.g. `https://connect.smartcar.com`. */
  readonly connectOrigin: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** Permissions; prefix `required:` makes one mandatory. */
  readonly scope: readonly string[];
  readonly state: string;
  /** Upper-case make, e.g. `CITROEN`: skips the brand list. */
  readonly make?: string | undefined;
  readonly singleSelect?: boolean | undefined;
  /** Offers this one vehicle only; implies `singleSelect` and wins over `make`. */
  readonly singleSelectVin?: string | undefined;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
  readonly mode?: 'live' | 'test' | 'simulated' | undefined;
  readonly approvalPrompt?: 'auto' | 'force' | undefined;
  /** What the platform is to call this driver: V3 finds the connection by it. Fresh and unguessable for each authorization. */
  readonly externalId?: string | undefined;
}

/** The URL the driver's browser is sent to. Carries the state: a private link. */
export const authorizeUrl = (request: AuthorizeRequest): string => {
  const single = request.singleSelectVin === undefined ? request.singleSelect : true;
  const query = queryOf({
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    scope: request.scope.join(' '),
    state: request.state,
    approval_prompt: request.approvalPrompt,
    mode: request.mode,
    make: request.make,
    single_select: single === undefined ? undefined : String(single),
    single_select_vin: request.singleSelectVin,
    external_id: request.externalId,
    flags: request.country === undefined ? undefined : `country:${request.country}`,
  });
  return `${request.connectOrigin}/oauth/authorize${query}`;
};

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Epoch ms. */
  readonly accessExpiresAt: number;
  /** Epoch ms: 60 days from `now`, as documented; the answer does not say. */
  readonly refreshExpiresAt: number;
}

export interface TokenRequest {
  readonly transport: Transport;
  /** Scheme and host of the token endpoint, e.g. `https://auth.smartcar.com`. */
  readonly authOrigin: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Epoch ms, taken before the call: expiries then err on the early side. */
  readonly now: number;
  readonly deadlineMs: number;
}

/** Exchanges an authorization code, which lives ten minutes and works once. Throws VehicleError. */
export const exchangeCode = (
  request: TokenRequest & { readonly code: string; readonly redirectUri: string },
): Promise<TokenPair> =>
  requestTokens(request, 'exchange', {
    grant_type: 'authorization_code',
    code: request.code,
    redirect_uri: request.redirectUri,
  });

/**
 * Trades a refresh token for a new pair; both tokens change, the old access token lives on until its own expiry.
 * Throws VehicleError: `reconnect` when the refresh token is dead, `operator` when our credentials are.
 */
export const refreshTokens = (request: TokenRequest & { readonly refreshToken: string }): Promise<TokenPair> =>
  requestTokens(request, 'refresh', { grant_type: 'refresh_token', refresh_token: request.refreshToken });

const tokenAnswer = z.object({
  access_token: z.string().check(z.minLength(1)),
  refresh_token: z.string().check(z.minLength(1)),
  expires_in: z.number().check(z.positive()),
});

const requestTokens = async (
  request: TokenRequest,
  operation: 'exchange' | 'refresh',
  form: Record<string, string>,
): Promise<TokenPair> => {
  const { status, headers, body } = await request.transport({
    service: 'auth',
    operation,
    method: 'POST',
    url: `${request.authOrigin}/oauth/token`,
    headers: {
      authorization: basicCredentials(request.clientId, request.clientSecret),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(form).toString(),
    deadlineMs: request.deadlineMs,
    repeatable: false,
  });
  const parsed = parseJson(body);
  if (status !== 200) throw refusedBy({ service: 'auth', operation, status, headers, body: parsed });
  const answer = checked(operation, tokenAnswer, status, parsed);
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    accessExpiresAt: request.now + answer.expires_in * 1000,
    refreshExpiresAt: request.now + REFRESH_LIFETIME_MS,
  };
};
