// A connection moves from V2 to V3 without its driver: the platform knows one grant for both, so whoever is listed on V3 as this car of
// this driver can be read there. Two halves, one message for both: prepare the move, and, once the first reading has come over V3 (which
// moves it: complete-upgrade.ts), put away what is left of V2. Never disconnects at the vendor: that would end the grant on V3 too.
// Refuses to guess the driver: a car may be shared by several, and nobody's consent stands for another's.
import { keys } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';
import type { VehicleApplication } from '../tenant/application.ts';
import { type Grant, type VehiclePlatform, whoseToken } from '../vehicle/platform.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import { type Connection, changeConnection, ENDED, getConnection, isReadable, LIVE, STATES } from './connection.ts';
import { askWith, usablePair } from './end-grant.ts';
import type { Binding } from './find-car.ts';
import { PERMISSIONS } from './platform-login.ts';
import type { HeldPair } from './vault.ts';
import { endUse, recordUse } from './vehicle-use.ts';
import { contended, heed, type Later, later, noRequests, triesOf, whenDue } from './waiting.ts';

type ConnectionId = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>;

type Upgrade = NonNullable<Connection['upgrade']>;

export type Upgraded = { readonly kind: 'done' } | Later;

const done: Upgraded = { kind: 'done' };

/** About six hours of asking whether a connection can move, twelve days where we are what it waits for; who wants to know later asks again. */
const MOST_TRIES = 25;

/** @param now epoch milliseconds */
export async function upgradeConnection(binding: Binding, id: ConnectionId, now: number): Promise<Upgraded> {
  const connection = await getConnection(binding.business, id);
  if (connection === undefined) return done;
  if (connection.movedFrom !== undefined) return putAway(binding, connection, connection.movedFrom);
  return whenDue(binding, connection, 'upgrade', () => tryToMove(binding, connection, now));
}

async function tryToMove(binding: Binding, connection: Connection, now: number): Promise<Upgraded> {
  if (!isReadable(connection) || connection.vendorVehicleId === undefined) return done;
  const own = await binding.application(connection.applicationId);
  if (own.platform === 'v3') return done;
  const isLastTry = triesOf(connection, 'upgrade') >= MOST_TRIES - 1;
  // The message was sent because there is one: this worker's copy of the application is from before.
  if (own.twin === undefined) return isLastTry ? done : later;
  const car = { ...connection, vendorVehicleId: connection.vendorVehicleId };
  const found = await findThere(binding, car, await binding.application(own.twin), now);
  if (found.kind === 'listed') return prepareMove(binding, car, own.twin, found.grant, now);
  if (found.kind === 'later' && !isLastTry) return found;
  const outcome = found.kind === 'later' ? 'driver_unknown' : found.kind;
  await noteOutcome(binding.business, connection, { applicationId: own.twin, outcome, at: iso(now) });
  return done;
}

const iso = (epoch: number): string => new Date(epoch).toISOString();

const noteOutcome = (business: Table, connection: Connection, upgrade: Upgrade) =>
  changeConnection(business, connection, LIVE, { upgrade }, { of: connection.applicationId });

type Car = Connection & { readonly vendorVehicleId: string };

type Found =
  | { readonly kind: 'listed'; readonly grant: Grant & { readonly userId: string } }
  | { readonly kind: Exclude<Upgrade['outcome'], 'listed'> }
  | Later;

/** What of this car and its driver the platform lists on the other version. Asking who the driver is costs a request, the list none. */
async function findThere(binding: Binding, car: Car, there: VehicleApplication, now: number): Promise<Found> {
  const moved = { ...car, applicationId: there.applicationId, platform: 'v3' } as const;
  const token = await usablePair(binding, moved, now).catch(orLater(binding, there));
  if (token.kind !== 'pair') return token.kind === 'later' ? token : later;
  const driver = await driverOf(binding, car, now).catch(orLater(binding, car));
  if (driver.kind !== 'driver') return driver;
  return findGrant(binding, moved, token.pair, there, driver.userId).catch(orLater(binding, there));
}

/** The driver is asked for on this version, the grant on the other: who refuses is whose trouble it is. */
const orLater =
  (binding: Binding, { applicationId, platform }: Pick<Connection, 'applicationId' | 'platform'>) =>
  (refusal: unknown): Promise<Later> => {
    if (!(refusal instanceof VehicleError)) throw refusal;
    return heed(binding, { applicationId, tokenOf: whoseToken(platform), requests: 1 }, refusal);
  };

type Driver = { readonly kind: 'driver'; readonly userId: string } | { readonly kind: 'driver_unknown' } | Later;

/** Who was found once is known: the pair that could say so again may have died since. */
async function driverOf(binding: Binding, car: Car, now: number): Promise<Driver> {
  const known = car.upgrade?.vendorUserId;
  if (known !== undefined) return { kind: 'driver', userId: known };
  const here = await usablePair(binding, car, now);
  if (here.kind === 'later') return here;
  if (here.kind === 'none') return { kind: 'driver_unknown' };
  if (!(await binding.allow(car.applicationId, 1))) return noRequests;
  const userId = await (await binding.platformOf(car)).driver(here.pair.accessToken);
  return userId === undefined ? { kind: 'driver_unknown' } : { kind: 'driver', userId };
}

async function findGrant(
  binding: Binding,
  moved: Car,
  pair: HeldPair,
  there: VehicleApplication,
  userId: string,
): Promise<Found> {
  const platform = await binding.platformOf(there);
  return askWith(binding, moved, pair, async (access) => {
    const found = best(await platform.grants(access, { vehicleId: moved.vendorVehicleId, userId }), userId);
    if (found.kind === 'listed') await subscribe(binding, platform, access, there, found.grant);
    return found;
  });
}

/** The platform lists a connection for each login of the driver; one with all that is needed will do. */
function best(grants: readonly Grant[], userId: string): Found {
  const own = grants.filter((grant) => grant.userId === userId);
  const [granted] = own.filter(({ permissions }) => PERMISSIONS.every((needed) => permissions?.includes(needed)));
  if (granted !== undefined) return { kind: 'listed', grant: { ...granted, userId } };
  return { kind: own.length > 0 ? 'missing_permission' : 'not_listed' };
}

/** Without it the platform may never hear of the car. */
async function subscribe(
  { webhookOf }: Binding,
  platform: VehiclePlatform,
  access: string,
  { applicationId }: VehicleApplication,
  grant: Grant,
): Promise<void> {
  const webhookId = await webhookOf(applicationId);
  if (webhookId !== undefined) await platform.subscribe(access, grant, webhookId);
}

/**
 * The use is recorded first, so that from now on nobody's disconnect ends what this connection moves to. A crash after it leaves a use of
 * a car that is used; the message comes again and does all of it again. A crash before the contract is told leaves a connection that is
 * read on V3 only when its application's token happens to be fresh, and the same message.
 */
async function prepareMove(binding: Binding, car: Car, to: string, grant: Grant, now: number): Promise<Upgraded> {
  const { business } = binding;
  await recordUse(business, { ...car, applicationId: to }, car.vendorVehicleId);
  const listed = { applicationId: to, outcome: 'listed', at: iso(now), vendorUserId: grant.userId } as const;
  const noted = await noteOutcome(business, car, listed);
  if (noted === undefined) return overtaken(binding, car, to);
  await business.update(keys.contract(car.tenantId, car.contractId), {
    set: { upgradeTo: to },
    condition: { expression: '#connectionId = :connectionId', values: { connectionId: car.connectionId } },
  });
  return done;
}

/**
 * Ended or moved while the platform was asked. A connection that has moved keeps its use, also when its driver has to log in again; one
 * that has ended takes it back.
 */
async function overtaken(binding: Binding, car: Car, to: string): Promise<Upgraded> {
  const current = await getConnection(binding.business, car);
  const hasMoved = current?.applicationId === to && !ENDED.some((state) => state === current.state);
  if (isReadable(current) || hasMoved) return contended;
  await endUse(binding.business, { ...car, applicationId: to }, car.vendorVehicleId);
  return done;
}

/**
 * In this order: the contract asks for no pair any more before there is none; the mark that something is left goes last, so that a crash
 * anywhere leaves a message that does all of it again. The pair's grant lives on at the vendor, where it is the one that V3 reads by.
 */
async function putAway({ business, vault }: Binding, connection: Connection, from: string): Promise<Upgraded> {
  const { tenantId, contractId, connectionId, applicationId, vendorVehicleId } = connection;
  await business.update(keys.contract(tenantId, contractId), {
    set: { applicationId, platform: 'v3' },
    remove: ['upgradeTo'],
    condition: { expression: '#connectionId = :connectionId', values: { connectionId } },
  });
  await vault.remove(connection);
  if (vendorVehicleId !== undefined) await endUse(business, { ...connection, applicationId: from }, vendorVehicleId);
  await changeConnection(business, connection, STATES, {}, { of: applicationId, forget: ['movedFrom'] });
  return done;
}
