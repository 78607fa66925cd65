// Ending what a driver granted: the vendor's disconnect (unless another live connection depends on it), then the token pair. On V2 with
// the driver's token, or, where that is dead, with the application's management token. May be repeated until it is done. Never decides
// that a connection has ended: its state moved before.
import type { FindApplication } from '../tenant/application.ts';
import { type VehiclePlatform, whoseToken } from '../vehicle/platform.ts';
import { OPERATOR_RETRY_SECONDS } from '../vehicle/retry.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import { tokenOwner } from './application-token.ts';
import { thereOf } from './complete-upgrade.ts';
import { type Connection, changeConnection, ENDED } from './connection.ts';
import { endingDue } from './endings.ts';
import type { FindManagement } from './management.ts';
import type { FindPlatform } from './platforms.ts';
import { isFresh, type Refreshed } from './refresh.ts';
import type { HeldPair } from './vault.ts';
import { endUse, isUsedByOthers } from './vehicle-use.ts';
import { heed, type Later, later, noRequests, type Waiting } from './waiting.ts';

export interface Ending extends Waiting {
  readonly platformOf: FindPlatform;
  readonly application: FindApplication;
  /** V2: what the application itself may do. */
  readonly managementOf: FindManagement;
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
  if (held === undefined && whoseToken(connection.platform) === 'driver') return { kind: 'none' };
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
    if (whoseToken(connection.platform) === 'driver' || !refused) throw refusal;
    const refreshed = await refresh(connection, pair.version);
    const fresh = refreshed.kind === 'fresh' ? await vault.read(tokenOwner(connection)) : undefined;
    return fresh === undefined ? later : ask(fresh.accessToken);
  }
}

export type Ended = { readonly kind: 'ended' } | Later;

/**
 * Idempotent. The pair goes last: as long as it is there, a redelivery after a crash does everything again. That the platform is done is
 * noted before, where the car is known: a message that comes again must not end what the same driver granted anew meanwhile.
 * @param now epoch milliseconds
 */
export async function endGrant(ending: Ending, connection: Connection, now: number): Promise<Ended> {
  const ended = await endEachWay(ending, connection, now);
  if (ended.kind !== 'later') await ending.vault.remove(connection);
  return ended.kind === 'later' ? ended : { kind: 'ended' };
}

/**
 * The platform knows one grant for both of its versions: of a car that is listed on V3 as well, V3 ends what V2 has no pair for, or does not
 * end now. Where neither does, both are left alone for as long as either wants to be.
 */
async function endEachWay(ending: Ending, connection: Connection, now: number): Promise<Done> {
  if (connection.grantEndedAt !== undefined) return endUses(ending, connection);
  const here = await endOver(ending, connection, now);
  if (here.kind === 'ended') return here;
  const listed = thereOf(connection);
  if (listed === undefined) return here.kind === 'none' ? endWithoutPair(ending, connection, now) : here;
  const there = await endOver(ending, { ...connection, ...listed }, now);
  if (there.kind === 'ended') return there;
  return here.kind === 'later' && there.kind === 'later' ? longer(here, there) : later;
}

const longer = (one: Later, other: Later): Later => ({
  ...one,
  ...other,
  seconds: Math.max(one.seconds ?? 0, other.seconds ?? 0),
});

/** `none`: there is no pair. Of an application there always is a token, or will be. */
async function endOver(
  ending: Ending,
  connection: Connection,
  now: number,
): Promise<Ended | { readonly kind: 'none' }> {
  const tokenOf = whoseToken(connection.platform);
  try {
    const usable = await usablePair(ending, connection, now);
    if (usable.kind !== 'pair') return usable.kind === 'none' && tokenOf === 'application' ? later : usable;
    const done = await askWith(ending, connection, usable.pair, (access) => disconnectWith(ending, connection, access));
    return done.kind === 'ended' ? noteEnded(ending, connection, now) : done;
  } catch (refusal) {
    if (!(refusal instanceof VehicleError)) throw refusal;
    return heed(ending, { applicationId: connection.applicationId, tokenOf, requests: 1 }, refusal);
  }
}

/** `left`: it is not ended, and is due again. */
type Done = Ended | { readonly kind: 'left' };

async function endUses(ending: Ending, connection: Connection): Promise<Ended> {
  const { vendorVehicleId } = connection;
  if (vendorVehicleId !== undefined) await isOurs(ending, connection, vendorVehicleId);
  return { kind: 'ended' };
}

/** A login whose car was never noted may still get its pair: what is not known cannot be done with. */
async function noteEnded({ business }: Ending, connection: Connection, now: number): Promise<Ended> {
  const { vendorVehicleId } = connection;
  const grantEndedAt = new Date(now).toISOString();
  const note = () => changeConnection(business, connection, ENDED, { grantEndedAt }, { forget: ['grantLeftAt'] });
  if (vendorVehicleId !== undefined) await note();
  return { kind: 'ended' };
}

/** So long it is tried whether the operator has put a management token beside the credentials: as long as a link is good for. */
const LEFT_MS = 14 * 86_400_000;

/** The driver's pair is dead (V2): only the application itself can still end the grant. */
async function endWithoutPair(ending: Ending, connection: Connection, now: number): Promise<Done> {
  const { vendorVehicleId: vehicleId, applicationId } = connection;
  if (vehicleId === undefined || !(await isOurs(ending, connection, vehicleId)))
    return noteEnded(ending, connection, now);
  const management = await managementOf(ending, connection);
  if (management === undefined) return leave(ending, connection, now);
  if (!(await ending.allow(applicationId, 1))) return noRequests;
  const refused = await management.end(vehicleId).catch((refusal: unknown): Promise<Later> => {
    if (!(refusal instanceof VehicleError)) throw refusal;
    return heed(ending, { applicationId, tokenOf: 'application', requests: 1 }, refusal);
  });
  return refused ?? noteEnded(ending, connection, now);
}

/** Applications that are one at the vendor have one management token. */
export async function managementOf(ending: Ending, connection: Connection): ReturnType<FindManagement> {
  for (const applicationId of await oneAtTheVendor(ending, connection)) {
    const management = await ending.managementOf(applicationId);
    if (management !== undefined) return management;
  }
  return undefined;
}

/** Tells the operator, and is due again: a token that is put there ends it. A crash in between leaves the message. */
async function leave({ business, warn }: Ending, connection: Connection, now: number): Promise<Done> {
  warn('grant_not_ended');
  const { grantLeftAt = new Date(now).toISOString() } = connection;
  const isGivenUp = now - Date.parse(grantLeftAt) >= LEFT_MS;
  const again = isGivenUp ? {} : endingDue(connection, now + OPERATOR_RETRY_SECONDS * 1000);
  await changeConnection(business, connection, ENDED, { grantLeftAt, ...again });
  return { kind: 'left' };
}

async function disconnectWith(ending: Ending, connection: Connection, access: string): Promise<Ended> {
  const platform = await ending.platformOf(connection);
  const vehicles = await vehiclesOf(ending, platform, connection, access);
  if (vehicles === undefined) return noRequests;
  for (const vehicleId of vehicles) {
    if (!(await isOurs(ending, connection, vehicleId))) continue;
    if (!(await ending.allow(connection.applicationId, 1))) return noRequests;
    // Whoever granted it: one who withdrew while another driver's connection used the car is ended with the last of them.
    await platform.disconnect(access, vehicleId).catch(ifGone(platform, undefined));
  }
  return { kind: 'ended' };
}

/**
 * Whether nobody else uses the vehicle. Our own use ends before the others' are counted: of two that end together, one at least sees
 * that nobody is left.
 */
async function isOurs(ending: Ending, connection: Connection, vehicleId: string): Promise<boolean> {
  const { business } = ending;
  const applicationIds = await oneAtTheVendor(ending, connection);
  for (const applicationId of applicationIds) await endUse(business, { ...connection, applicationId }, vehicleId);
  return !(await isUsedByOthers(business, connection, applicationIds, vehicleId));
}

/** Our applications that are one at the vendor: it knows one grant for all of them, and ends it for all. */
async function oneAtTheVendor({ application }: Ending, { applicationId }: Connection): Promise<readonly string[]> {
  const { twin } = await application(applicationId);
  return twin === undefined ? [applicationId] : [applicationId, twin];
}

/** Undefined: they would have to be asked for, and there is no request left. */
async function vehiclesOf(
  { allow }: Ending,
  platform: VehiclePlatform,
  { applicationId, vendorVehicleId, externalId }: Connection,
  access: string,
): Promise<readonly string[] | undefined> {
  if (vendorVehicleId !== undefined) return [vendorVehicleId];
  if (!(await allow(applicationId, 1))) return undefined;
  return platform.listVehicles(access, { externalId }).catch(ifGone(platform, []));
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
