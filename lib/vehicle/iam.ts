// The application's token of V3: client credentials at the platform's own token endpoint (RFC 6749 §4.4). One token for
// all vehicles, no refresh token: when it ends, another one is asked for. Keeps nothing and repeats nothing.
// Credentials travel form-encoded in the body, the one placement the platform documents.

import * as z from 'zod/mini';
import type { Transport } from './transport.ts';
import { checked } from './v2.ts';
import { parseJson, refusedBy } from './vehicle-error.ts';

export interface ApplicationTokenRequest {
  readonly transport: Transport;
  /** Scheme and host of the token endpoint, e.g. `https://iam.smartcar.com`. */
  readonly iamOrigin: string;
  /** An API credential, `client_…`. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Epoch ms, taken before the call: the expiry then errs on the early side. */
  readonly now: number;
  readonly deadlineMs: number;
}

export interface ApplicationToken {
  readonly accessToken: string;
  /** Epoch ms. */
  readonly accessExpiresAt: number;
}

/** Asks for a token of the application. Throws VehicleError: `operator` when the credentials are refused. */
export const requestApplicationToken = async (request: ApplicationTokenRequest): Promise<ApplicationToken> => {
  const operation = 'application_token';
  const { clientId, clientSecret } = request;
  const { status, headers, body } = await request.transport({
    service: 'auth',
    operation,
    method: 'POST',
    url: `${request.iamOrigin}/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }).toString(),
    deadlineMs: request.deadlineMs,
    repeatable: true,
  });
  const parsed = parseJson(body);
  if (status !== 200) throw refusedBy({ service: 'iam', operation, status, headers, body: parsed });
  const { access_token, expires_in } = checked(operation, tokenAnswer, status, parsed);
  return { accessToken: access_token, accessExpiresAt: request.now + expires_in * 1000 };
};

const tokenAnswer = z.object({
  access_token: z.string().check(z.minLength(1)),
  expires_in: z.number().check(z.positive()),
});
