// Which implementation of the platform's interface answers for a vehicle application: the version is a property of the application, and
// both work side by side. Nothing else chooses between them.
import type { FindApplication, VehicleApplication } from '../tenant/application.ts';
import type { VehiclePlatform } from '../vehicle/platform.ts';
import type { Transport } from '../vehicle/transport.ts';
import { makeV2Platform } from '../vehicle/v2-platform.ts';
import { makeV3Platform } from '../vehicle/v3-platform.ts';

export interface PlatformsOptions {
  readonly transport: Transport;
  /** V2: scheme and host. */
  readonly apiOrigin: string;
  /** V3: scheme and host of vehicles and connections. */
  readonly vehicleOrigin: string;
  /** V3: scheme and host of subscriptions; only binding subscribes. */
  readonly managementOrigin?: string;
  /** Milliseconds for every call except a read. */
  readonly deadlineMs: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** The platform that an application is on. */
export type PlatformOf = (application: Pick<VehicleApplication, 'platform' | 'mode'>) => VehiclePlatform;

/** All implementations, made once per process. */
export function makePlatforms(options: PlatformsOptions): PlatformOf {
  const { transport, apiOrigin, vehicleOrigin, managementOrigin = '', deadlineMs, clock } = options;
  const v2 = makeV2Platform({ transport, apiOrigin, deadlineMs, clock });
  // An origin that a function is not told about is never called by it.
  const origins = { vehicle: vehicleOrigin, management: managementOrigin, compatibility: '' };
  const v3 = {
    live: makeV3Platform({ transport, origins, deadlineMs, clock, mode: 'live' }),
    simulated: makeV3Platform({ transport, origins, deadlineMs, clock, mode: 'simulated' }),
  };
  return ({ platform, mode }) => (platform === 'v3' ? v3[mode] : v2);
}

/** The platform of an application by its id. */
export type FindPlatform = (application: { readonly applicationId: string }) => Promise<VehiclePlatform>;

export const findPlatform =
  (application: FindApplication, platformOf: PlatformOf): FindPlatform =>
  async ({ applicationId }) =>
    platformOf(await application(applicationId));
