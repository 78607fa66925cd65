// Ending what a driver granted: the vendor's disconnect (unless another live connection depends on it), then the token pair. May be
// repeated until it is done. Never decides that a connection has ended: its state moved before.
import type { Table } from '../aws/table.ts';
import type { FindApplication } from '../tenant/application.ts';
import type { Grant, VehiclePlatform } from '../vehicle/platform.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import { tokenOwner } from './application-token.ts';
import type { Connection } from './connection.ts';
import type { FindPlatform } from './platforms.ts';
import { isFresh, type Refreshed } from './refresh.ts';
import type { HeldPair, Vault } from './vault.ts';
import { endUse, isUsedByOthers } from './vehicle-use.ts';

export interface Ending {
  readonly business: Table;
  readonly vault: Vault;
  readonly platformOf: FindPlatform;
  readonly application: FindApplication;
  /** Makes a stale pair fresh; a pair that waited for hours or weeks cannot end anything with its old access token. */
  readonly refresh: (connection: Connection, rejectedVersion?: number) => Promise<Refreshed>;
}

export type Usable =
  | { readonly kind: 'pair'; readonly pair: HeldPair }
  /** There is none, or the platform does not know it any more. */
  | { readonly kind: 'none' }
  | { readonly kind: 'later' };

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
  if (refreshed.kind === 'later') return { kind: 'later' };
  const pair = refreshed.kind === 'fresh' ? await vault.read(owner) : undefined;
  return pair === undefined ? { kind: 'none' } : { kind: 'pair', pair };
}

/**
 * Idempotent. The pair goes last: as long as it is there, a redelivery after a crash does everything again.
 * @returns `later` when the platform did not answer
 * @throws VehicleError when our own credentials are refused
 * @param now epoch milliseconds
 */
export async function endGrant(ending: Ending, connection: Connection, now: number): Promise<'ended' | 'later'> {
  try {
    const usable = await usablePair(ending, connection, now);
    if (usable.kind === 'later') return 'later';
    const access = usable.kind === 'pair' ? usable.pair.accessToken : undefined;
    await disconnectAll(ending, connection, access);
  } catch (refusal) {
    // Ours to mend, and no matter of waiting: it has to be heard of.
    if (refusal instanceof VehicleError && refusal.meaning !== 'operator') return 'later';
    throw refusal;
  }
  await ending.vault.remove(connection);
  return 'ended';
}

/** Our own use ends before the others' are counted: of two that end together, one at least sees that nobody is left. */
async function disconnectAll(ending: Ending, connection: Connection, access: string | undefined): Promise<void> {
  const { business } = ending;
  const platform = await ending.platformOf(connection);
  const applicationIds = await oneAtTheVendor(ending, connection);
  for (const vehicle of await vehiclesOf(platform, connection, access)) {
    for (const applicationId of applicationIds)
      await endUse(business, { ...connection, applicationId }, vehicle.vehicleId);
    const shared = await isUsedByOthers(business, connection, applicationIds, vehicle.vehicleId);
    if (!shared && access !== undefined) await platform.disconnect(access, vehicle).catch(ifGone(platform, undefined));
  }
}

/** Our applications that are one at the vendor: it knows one grant for all of them, and ends it for all. */
async function oneAtTheVendor({ application }: Ending, { applicationId }: Connection): Promise<readonly string[]> {
  const { twin } = await application(applicationId);
  return twin === undefined ? [applicationId] : [applicationId, twin];
}

type Shared = Pick<Grant, 'vehicleId' | 'userId'>;

function vehiclesOf(
  platform: VehiclePlatform,
  { vendorVehicleId, vendorUserId, externalId }: Connection,
  access: string | undefined,
): Promise<readonly Shared[]> | readonly Shared[] {
  if (vendorVehicleId !== undefined) return [{ vehicleId: vendorVehicleId, userId: vendorUserId }];
  return access === undefined ? [] : platform.grants(access, { externalId }).catch(ifGone(platform, []));
}

/**
 * A platform that refuses a driver's living token knows no grant; one that does not answer is asked again. An application's token that
 * is refused says nothing about one driver.
 */
const ifGone =
  <T>({ tokenOf }: VehiclePlatform, otherwise: T) =>
  (refusal: unknown): T => {
    const known = refusal instanceof VehicleError;
    const driverRefused = known && tokenOf === 'driver' && refusal.meaning === 'refresh_once';
    const gone = known && (refusal.meaning === 'reconnect' || driverRefused || refusal.status === 404);
    if (gone) return otherwise;
    throw refusal;
  };
