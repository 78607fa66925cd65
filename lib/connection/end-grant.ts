// Ending what a driver granted: the vendor's disconnect (unless another live connection depends on it), then the token pair. May be
// repeated until it is done. Never decides that a connection has ended: its state moved before.
import type { Table } from '../aws/table.ts';
import type { VehiclePlatform } from '../vehicle/platform.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import type { Connection } from './connection.ts';
import { isFresh, type Refreshed } from './refresh.ts';
import type { HeldPair, Vault } from './vault.ts';
import { endUse, isUsedByOthers } from './vehicle-use.ts';

export interface Ending {
  readonly business: Table;
  readonly vault: Vault;
  readonly platform: VehiclePlatform;
  /** Makes a stale pair fresh; a pair that waited for hours or weeks cannot end anything with its old access token. */
  readonly refresh: (connection: Connection) => Promise<Refreshed>;
}

export type Usable =
  | { readonly kind: 'pair'; readonly pair: HeldPair }
  /** There is none, or the platform does not know it any more. */
  | { readonly kind: 'none' }
  | { readonly kind: 'later' };

/** The pair of a connection with an access token that lives. @param now epoch milliseconds */
export async function usablePair({ vault, refresh }: Ending, connection: Connection, now: number): Promise<Usable> {
  const held = await vault.read(connection);
  if (held === undefined) return { kind: 'none' };
  if (isFresh(held, now)) return { kind: 'pair', pair: held };
  // Nobody has to be asked whether it is dead; an ending that waits for the platform waits no longer than this.
  if (held.refreshExpiresAt <= now) return { kind: 'none' };
  const refreshed = await refresh(connection);
  if (refreshed.kind === 'later') return { kind: 'later' };
  const pair = refreshed.kind === 'fresh' ? await vault.read(connection) : undefined;
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
    await disconnectAll(ending, connection, usable.kind === 'pair' ? usable.pair.accessToken : undefined);
  } catch (refusal) {
    // Ours to mend, and no matter of waiting: it has to be heard of.
    if (refusal instanceof VehicleError && refusal.meaning !== 'operator') return 'later';
    throw refusal;
  }
  await ending.vault.remove(connection);
  return 'ended';
}

/** Our own use ends before the others' are counted: of two that end together, one at least sees that nobody is left. */
async function disconnectAll(
  { business, platform }: Ending,
  connection: Connection,
  access: string | undefined,
): Promise<void> {
  for (const vehicleId of await vehiclesOf(platform, connection, access)) {
    await endUse(business, connection, vehicleId);
    const shared = await isUsedByOthers(business, connection, vehicleId);
    if (!shared && access !== undefined) await platform.disconnect(access, vehicleId).catch(ifGone(undefined));
  }
}

function vehiclesOf(
  platform: VehiclePlatform,
  { vendorVehicleId }: Connection,
  access: string | undefined,
): Promise<readonly string[]> | readonly string[] {
  if (vendorVehicleId !== undefined) return [vendorVehicleId];
  return access === undefined ? [] : platform.listVehicles(access).catch(ifGone([]));
}

/** A platform that refuses a living token knows no grant; one that does not answer is asked again. */
const ifGone =
  <T>(otherwise: T) =>
  (refusal: unknown): T => {
    const known = refusal instanceof VehicleError;
    const gone = known && (['reconnect', 'refresh_once'].includes(refusal.meaning) || refusal.status === 404);
    if (gone) return otherwise;
    throw refusal;
  };
