// Ending what a driver granted: the vendor's disconnect (unless another live connection depends on it), then the token pair. May be
// repeated until it is done. Never decides that a connection has ended: its state moved before.
import type { FindApplication } from '../tenant/application.ts';
import type { Grant, VehiclePlatform } from '../vehicle/platform.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import { tokenOwner } from './application-token.ts';
import type { Connection } from './connection.ts';
import type { FindPlatform } from './platforms.ts';
import { isFresh, type Refreshed } from './refresh.ts';
import type { HeldPair } from './vault.ts';
import { endUse, isUsedByOthers } from './vehicle-use.ts';
import { heed, type Later, later, noRequests, type Waiting } from './waiting.ts';

export interface Ending extends Waiting {
  readonly platformOf: FindPlatform;
  readonly application: FindApplication;
  /** Makes a stale pair fresh; a pair that waited for hours or weeks cannot end anything with its old access token. */
  readonly refresh: (connection: Connection, rejectedVersion?: number) => Promise<Refreshed>;
}

export type Usable =
  | { readonly kind: 'pair'; readonly pair: HeldPair }
  /** There is none, or the platform does not know it any more. */
  | { readonly kind: 'none' }
  | Later;

/**
 * What opens a connection's car, with an access token that lives. An application's token that is missing is not the connection's end: it
 * is asked for.
 * @param now epoch milliseconds
 */
export async function usablePair({ vault, refresh }: Ending, connection: Connection, now: number): Promise<Usable> {
  const owner = tokenOwner(connection);
  const held = await vault.read(owner);
  if (held === undefined && connection.platform !== 'v3') return { kind: 'none' };
  if (held !== undefined && isFresh(held, now)) return { kind: 'pair', pair: held };
  // Nobody has to be asked whether it is dead; an ending that waits for the platform waits no longer than this.
  if (held !== undefined && held.refreshExpiresAt <= now) return { kind: 'none' };
  const refreshed = await refresh(connection);
  if (refreshed.kind === 'later') return later;
  const pair = refreshed.kind === 'fresh' ? await vault.read(owner) : undefined;
  return pair === undefined ? { kind: 'none' } : { kind: 'pair', pair };
}

/**
 * Asks the platform with a pair. An application's token that it refuses is asked for anew, and the same is asked once more; a driver's
 * says something about the driver.
 * @throws VehicleError what the platform refused, or refused once more
 */
export async function askWith<T>(
  { vault, refresh }: Ending,
  connection: Connection,
  pair: HeldPair,
  ask: (access: string) => Promise<T>,
): Promise<T | Later> {
  try {
    return await ask(pair.accessToken);
  } catch (refusal) {
    const refused = refusal instanceof VehicleError && refusal.meaning === 'refresh_once';
    if (connection.platform !== 'v3' || !refused) throw refusal;
    const refreshed = await refresh(connection, pair.version);
    const fresh = refreshed.kind === 'fresh' ? await vault.read(tokenOwner(connection)) : undefined;
    return fresh === undefined ? later : ask(fresh.accessToken);
  }
}

export type Ended = { readonly kind: 'ended' } | Later;

/**
 * Idempotent. The pair goes last: as long as it is there, a redelivery after a crash does everything again.
 * @param now epoch milliseconds
 */
export async function endGrant(ending: Ending, connection: Connection, now: number): Promise<Ended> {
  const ended = await disconnectAll(ending, connection, now).catch((refusal: unknown): Promise<Later> => {
    if (!(refusal instanceof VehicleError)) throw refusal;
    const tokenOf = connection.platform === 'v3' ? 'application' : 'driver';
    return heed(ending, { applicationId: connection.applicationId, tokenOf, requests: 1 }, refusal);
  });
  if (ended.kind === 'ended') await ending.vault.remove(connection);
  return ended;
}

async function disconnectAll(ending: Ending, connection: Connection, now: number): Promise<Ended> {
  const usable = await usablePair(ending, connection, now);
  if (usable.kind === 'later') return usable;
  if (usable.kind === 'none') return disconnectWith(ending, connection, undefined);
  return askWith(ending, connection, usable.pair, (access) => disconnectWith(ending, connection, access));
}

/** Our own use ends before the others' are counted: of two that end together, one at least sees that nobody is left. */
async function disconnectWith(ending: Ending, connection: Connection, access: string | undefined): Promise<Ended> {
  const { business, allow } = ending;
  const platform = await ending.platformOf(connection);
  const applicationIds = await oneAtTheVendor(ending, connection);
  const vehicles = await vehiclesOf(ending, platform, connection, access);
  if (vehicles === undefined) return noRequests;
  for (const vehicle of vehicles) {
    for (const applicationId of applicationIds)
      await endUse(business, { ...connection, applicationId }, vehicle.vehicleId);
    const shared = await isUsedByOthers(business, connection, applicationIds, vehicle.vehicleId);
    if (shared || access === undefined) continue;
    if (!(await allow(connection.applicationId, 1))) return noRequests;
    await platform.disconnect(access, vehicle).catch(ifGone(platform, undefined));
  }
  return { kind: 'ended' };
}

/** Our applications that are one at the vendor: it knows one grant for all of them, and ends it for all. */
async function oneAtTheVendor({ application }: Ending, { applicationId }: Connection): Promise<readonly string[]> {
  const { twin } = await application(applicationId);
  return twin === undefined ? [applicationId] : [applicationId, twin];
}

type Shared = Pick<Grant, 'vehicleId' | 'userId'>;

/** Undefined: they would have to be asked for, and there is no request left. */
async function vehiclesOf(
  { allow }: Ending,
  platform: VehiclePlatform,
  { applicationId, vendorVehicleId, vendorUserId, externalId }: Connection,
  access: string | undefined,
): Promise<readonly Shared[] | undefined> {
  if (vendorVehicleId !== undefined) return [{ vehicleId: vendorVehicleId, userId: vendorUserId }];
  if (access === undefined) return [];
  if (!(await allow(applicationId, 1))) return undefined;
  return platform.grants(access, { externalId }).catch(ifGone(platform, []));
}

/**
 * V2 has no word for a grant that is gone: it refuses its driver's living token, which does not cover the car any more. Only its own words
 * say so, and a proxy's page, a trouble at the maker or an address that is wrong do not: what they answer is asked again. On V3 the
 * application's token is the same for every driver, and the list says what there is.
 */
const ifGone =
  <T>({ tokenOf }: VehiclePlatform, otherwise: T) =>
  (refusal: unknown): T => {
    const words = refusal instanceof VehicleError ? refusal.type : undefined;
    if (tokenOf === 'driver' && (words === 'AUTHENTICATION' || words === 'PERMISSION')) return otherwise;
    throw refusal;
  };
