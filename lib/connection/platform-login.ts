// Our side of OAuth at the vehicle platform: credentials from Secrets Manager, read again once when the platform refuses them, because
// then they were probably rotated.
import type { ReadSecret } from '../aws/secrets.ts';
import { type Credentials, readCredentials, type VehicleApplication } from '../tenant/application.ts';
import { authorizeUrl, exchangeCode, refreshTokens, type TokenPair } from '../vehicle/oauth.ts';
import type { Transport } from '../vehicle/transport.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';

/** The least we can work with, all mandatory. */
export const PERMISSIONS = ['read_odometer', 'read_vin', 'read_vehicle_info'] as const;

/** A token call that takes longer is given up: its answer must arrive inside the vendor's grace window. */
const TOKEN_DEADLINE_MS = 10_000;

/** Trades a refresh token for a new pair. @throws VehicleError */
export type Refresh = (application: VehicleApplication, refreshToken: string, now: number) => Promise<TokenPair>;

export interface Login {
  /** Where the driver's browser is sent. A private link. */
  readonly authorizeUrl: (application: VehicleApplication, state: string, make: string | undefined) => Promise<string>;
  /** @throws VehicleError */
  readonly exchange: (application: VehicleApplication, code: string, now: number) => Promise<TokenPair>;
}

export interface TokenEndpoint {
  readonly transport: Transport;
  readonly readSecret: ReadSecret;
  readonly authOrigin: string;
}

export interface ConnectEndpoint {
  readonly connectOrigin: string;
  /** Our callback; registered at the vehicle platform. */
  readonly redirectUri: string;
}

async function withCredentials<T>(
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
  ({ transport, readSecret, authOrigin }: TokenEndpoint): Refresh =>
  (application, refreshToken, now) =>
    withCredentials(readSecret, application, (credentials) =>
      refreshTokens({ transport, authOrigin, deadlineMs: TOKEN_DEADLINE_MS, ...credentials, refreshToken, now }),
    );

export function makeLogin(options: TokenEndpoint & ConnectEndpoint): Login {
  const { transport, readSecret, authOrigin, connectOrigin, redirectUri } = options;
  return {
    authorizeUrl: async (application, state, make) => {
      const { clientId } = await readCredentials(readSecret, application);
      const scope = PERMISSIONS.map((permission) => `required:${permission}`);
      const { mode } = application;
      return authorizeUrl({ connectOrigin, clientId, redirectUri, scope, state, make, mode, singleSelect: true });
    },
    exchange: (application, code, now) =>
      withCredentials(readSecret, application, (credentials) => {
        const token = { transport, authOrigin, deadlineMs: TOKEN_DEADLINE_MS };
        return exchangeCode({ ...token, ...credentials, code, redirectUri, now });
      }),
  };
}
