// Our side of OAuth at the vehicle platform: credentials from Secrets Manager, read again once when the platform refuses them, because
// then they were probably rotated.
import type { ReadSecret } from '../aws/secrets.ts';
import {
  type Credentials,
  type FindApplication,
  readCredentials,
  type VehicleApplication,
} from '../tenant/application.ts';
import { requestApplicationToken } from '../vehicle/iam.ts';
import { authorizeUrl, exchangeCode, refreshTokens, type TokenPair } from '../vehicle/oauth.ts';
import type { Transport } from '../vehicle/transport.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';

/** The least we can work with, all mandatory. */
export const PERMISSIONS = ['read_odometer', 'read_vin', 'read_vehicle_info'] as const;

/** A token call that takes longer is given up: its answer must arrive inside the vendor's grace window. */
const TOKEN_DEADLINE_MS = 10_000;

/**
 * A new pair: for the refresh token (V2), or for the application's own credentials (V3, no refresh token).
 * `until`, epoch milliseconds: no token call is begun that could still be under way then. Undefined: it is too late for one.
 * @throws VehicleError
 */
export type Refresh = (
  application: VehicleApplication,
  refreshToken: string,
  until: number,
) => Promise<TokenPair | undefined>;

/** What stands for a pair where there is no refresh token: credentials are asked for again, for ever. */
export const noToken = {
  accessToken: '',
  refreshToken: '',
  accessExpiresAt: 0,
  refreshExpiresAt: Number.MAX_SAFE_INTEGER,
} as const;

export interface Login {
  /** Where the driver's browser is sent. A private link. */
  readonly authorizeUrl: (
    application: VehicleApplication,
    begun: { readonly state: string; readonly externalId: string | undefined },
    make: string | undefined,
  ) => Promise<string>;
  /** @throws VehicleError */
  readonly exchange: (application: VehicleApplication, code: string, now: number) => Promise<TokenPair>;
}

export interface TokenEndpoint {
  readonly transport: Transport;
  readonly readSecret: ReadSecret;
  readonly authOrigin: string;
}

export interface RefreshEndpoint extends TokenEndpoint {
  /** Where V3 applications get their tokens. */
  readonly iamOrigin: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

export interface ConnectEndpoint {
  readonly connectOrigin: string;
  /** Our callback; registered at the vehicle platform. */
  readonly redirectUri: string;
}

/** Runs a call with the application's credentials; once more with fresh ones when the platform refuses them (401). */
export async function withCredentials<T>(
  readSecret: ReadSecret,
  application: VehicleApplication,
  call: (credentials: Credentials) => Promise<T>,
): Promise<T> {
  try {
    return await call(await readCredentials(readSecret, application));
  } catch (refusal) {
    if (!(refusal instanceof VehicleError && refusal.status === 401)) throw refusal;
    return call(await readCredentials(readSecret, application, { fresh: true }));
  }
}

export const makeRefresh =
  ({ transport, readSecret, authOrigin, iamOrigin, clock }: RefreshEndpoint): Refresh =>
  (application, refreshToken, until) =>
    withCredentials(readSecret, application, async (credentials) => {
      const now = clock();
      // Looked at before each call: what comes before it (a secret, a first call that was refused) may have taken any time.
      if (until - now < TOKEN_DEADLINE_MS) return undefined;
      const request = { transport, deadlineMs: TOKEN_DEADLINE_MS, ...credentials, now };
      if (application.platform === 'v2') return refreshTokens({ ...request, authOrigin, refreshToken });
      return { ...noToken, ...(await requestApplicationToken({ ...request, iamOrigin })) };
    });

/** The webhook that the operator has put beside an application's credentials (V3). */
export const makeWebhookOf =
  (readSecret: ReadSecret, find: FindApplication) =>
  async (applicationId: string): Promise<string | undefined> =>
    (await readCredentials(readSecret, await find(applicationId))).webhookId;

export function makeLogin(options: TokenEndpoint & ConnectEndpoint): Login {
  const { transport, readSecret, authOrigin, connectOrigin, redirectUri } = options;
  return {
    authorizeUrl: async (application, { state, externalId }, make) => {
      const credentials = await readCredentials(readSecret, application);
      const clientId = credentials.applicationId ?? credentials.clientId;
      const scope = PERMISSIONS.map((permission) => `required:${permission}`);
      const { mode } = application;
      const driver = { state, externalId, make, mode, singleSelect: true };
      return authorizeUrl({ connectOrigin, clientId, redirectUri, scope, ...driver });
    },
    exchange: (application, code, now) =>
      withCredentials(readSecret, application, (credentials) => {
        const token = { transport, authOrigin, deadlineMs: TOKEN_DEADLINE_MS };
        return exchangeCode({ ...token, ...credentials, code, redirectUri, now });
      }),
  };
}
