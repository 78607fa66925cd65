// Keeping a V2 token pair alive. One refresher at a time per connection (lease), the new pair is stored before anybody uses it, and a
// refused refresh token is believed only after a consistent look whether somebody else has won.
import type { Table } from '../aws/table.ts';
import type { FindApplication } from '../tenant/application.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import { giveUpPair } from './complete-upgrade.ts';
import type { Connection } from './connection.ts';
import type { Refresh } from './platform-login.ts';
import type { HeldPair, LeasedPair, Vault } from './vault.ts';

/** An access token is used only while it lives this much longer: the message may wait, and the car may take minutes. */
const ACCESS_MARGIN_MS = 10 * 60_000;

export interface Refreshing {
  readonly business: Table;
  readonly vault: Vault;
  readonly refresh: Refresh;
  readonly application: FindApplication;
  /** Names this attempt; unique. */
  readonly holder: string;
}

export type Refreshed =
  /** A usable access token is in the vault. */
  | { readonly kind: 'fresh'; readonly version: number }
  /** Somebody else is at it or may soon be: try again within the vendor's grace window. */
  | { readonly kind: 'later' }
  /** The driver has to connect again; the connection says so. */
  | { readonly kind: 'reauth_required' }
  /** The pair is dead, and not needed: the connection is read over another application, and what is left of this one is to be put away. */
  | { readonly kind: 'moved' };

/** Which pair, and whose application it belongs to. */
export type Refreshable = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId' | 'applicationId'>;

export const isFresh = (pair: HeldPair, now: number): boolean => pair.accessExpiresAt - now > ACCESS_MARGIN_MS;

/**
 * Makes sure that the vault holds a usable access token. `rejectedVersion`: the platform refused that version's access token, so it
 * counts as stale whatever its expiry says.
 *
 * A crash before the token call leaves a lease that ends by itself. A crash after it leaves the old refresh token, which the vendor
 * accepts for ten more minutes: the redelivered message (after 60 s) trades it again.
 * @throws VehicleError what the platform refused, or that it did not answer: says nothing about the driver
 */
export async function refreshPair(
  refreshing: Refreshing,
  connection: Refreshable,
  rejectedVersion: number | undefined,
  now: number,
): Promise<Refreshed> {
  const { vault, holder } = refreshing;
  const held = await vault.lease(connection, holder, now);
  if (held === undefined) return withoutLease(refreshing, connection, rejectedVersion, now);
  if (isFresh(held, now) && held.version !== rejectedVersion) {
    await vault.release(connection, holder);
    return { kind: 'fresh', version: held.version };
  }
  return trade(refreshing, connection, held, now);
}

/** No lease: either another refresher holds it, or there is no pair at all. */
async function withoutLease(
  refreshing: Refreshing,
  connection: Refreshable,
  rejectedVersion: number | undefined,
  now: number,
): Promise<Refreshed> {
  const pair = await refreshing.vault.read(connection);
  if (pair === undefined) return requireReauthorization(refreshing.business, connection, now);
  const usable = isFresh(pair, now) && pair.version !== rejectedVersion;
  return usable ? { kind: 'fresh', version: pair.version } : { kind: 'later' };
}

async function trade(
  { business, vault, refresh, application: find, holder }: Refreshing,
  connection: Refreshable,
  held: LeasedPair,
  now: number,
): Promise<Refreshed> {
  const application = await find(connection.applicationId);
  try {
    // A trade after the lease could supersede at the platform the pair that another refresher has stored meanwhile.
    const pair = await refresh(application, held.refreshToken, held.leaseUntil);
    if (pair === undefined) {
      await vault.release(connection, holder);
      return { kind: 'later' };
    }
    const replaced = await vault.replace(connection, pair, held.version, holder);
    // A lease that ran out let another refresher in between. The platform keeps the pair that was traded last, which is not ours.
    return replaced ? { kind: 'fresh', version: held.version + 1 } : { kind: 'later' };
  } catch (refusal) {
    if (!(refusal instanceof VehicleError)) throw refusal;
    if (refusal.meaning !== 'reconnect') {
      await vault.release(connection, holder);
      throw refusal;
    }
    const current = await vault.read(connection);
    if (current !== undefined && current.version !== held.version) return { kind: 'fresh', version: current.version };
    await vault.release(connection, holder);
    return requireReauthorization(business, connection, now);
  }
}

async function requireReauthorization(business: Table, connection: Refreshable, now: number): Promise<Refreshed> {
  // A message from before it moved to another application asks for a pair that was put away: that is nobody's trouble.
  const moved = await giveUpPair(business, connection, 'token_refused', now);
  return { kind: moved === undefined ? 'reauth_required' : 'moved' };
}
