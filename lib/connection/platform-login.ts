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

export interface PlatformLogin {
  /** Where the driver's browser is sent. A private link. */
  readonly authorizeUrl: (application: VehicleApplication, state: string, make: string | undefined) => Promise<string>;
  /** @throws VehicleError */
  readonly exchange: (application: VehicleApplication, code: string, now: number) => Promise<TokenPair>;
  /** @throws VehicleError */
  readonly refresh: (application: VehicleApplication, refreshToken: string, now: number) => Promise<TokenPair>;
}

export interface PlatformLoginOptions {
  readonly transport: Transport;
  readonly readSecret: ReadSecret;
  readonly connectOrigin: string;
  readonly authOrigin: string;
  /** Our callback; registered at the vehicle platform. */
  readonly redirectUri: string;
}

export function makePlatformLogin(options: PlatformLoginOptions): PlatformLogin {
  const { transport, readSecret, connectOrigin, authOrigin, redirectUri } = options;

  const withCredentials = async <T>(
    application: VehicleApplication,
    call: (credentials: Credentials) => Promise<T>,
  ): Promise<T> => {
    try {
      return await call(await readCredentials(readSecret, application));
    } catch (refusal) {
      if (!(refusal instanceof VehicleError && refusal.status === 401)) throw refusal;
      return call(await readCredentials(readSecret, application, { fresh: true }));
    }
  };

  const token = { transport, authOrigin, deadlineMs: TOKEN_DEADLINE_MS };
  return {
    authorizeUrl: async (application, state, make) => {
      const { clientId } = await readCredentials(readSecret, application);
      const scope = PERMISSIONS.map((permission) => `required:${permission}`);
      const { mode } = application;
      return authorizeUrl({ connectOrigin, clientId, redirectUri, scope, state, make, mode, singleSelect: true });
    },
    exchange: (application, code, now) =>
      withCredentials(application, (credentials) => exchangeCode({ ...token, ...credentials, code, redirectUri, now })),
    refresh: (application, refreshToken, now) =>
      withCredentials(application, (credentials) => refreshTokens({ ...token, ...credentials, refreshToken, now })),
  };
}
