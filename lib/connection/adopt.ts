// A contract takes over a fresh connection, and the one before it ends. Of two connections of one contract the one whose authorization
// began last wins, in whatever order the queue delivers them. Every step may be repeated.

import { keys } from '../aws/keys.ts';
import type { Condition, Table } from '../aws/table.ts';
import { type Contract, getContract, isOtherCar } from '../contract/contract.ts';
import { noteCar } from '../contract/same-car.ts';
import { eventOf } from '../event/event.ts';
import { appendMarks } from '../event/mark.ts';
import { whoseToken } from '../vehicle/platform.ts';
import { thereOf } from './complete-upgrade.ts';
import { type Connection, getConnection, LIVE, moveConnection, nameReplaced } from './connection.ts';
import { type Ended, type Ending, endGrant } from './end-grant.ts';
import { contended, type Later } from './waiting.ts';

export type Adopted =
  | { readonly kind: 'active' }
  | { readonly kind: 'failed'; readonly reason: string }
  /** Another one moved the contract at the same time, or the grant of the connection before is not ended yet. */
  | Later
  /** Ended meanwhile, or a newer connection stands there. */
  | { readonly kind: 'done' };

/**
 * Order matters. The pair is kept before the contract reads from it; the connection names the one it replaces before it takes its
 * place. A crash anywhere leaves an active connection, and its redelivered message does the rest.
 * @param now epoch milliseconds
 */
export async function adoptConnection(ending: Ending, connection: Connection, now: number): Promise<Adopted> {
  const { business, vault } = ending;
  // On V3 the application's token is there before and after, and of a car that is listed there no pair is missed.
  const needsPair = whoseToken(connection.platform) === 'driver' && thereOf(connection) === undefined;
  if (needsPair && !(await vault.keep(connection))) return withoutPair(business, connection, now);
  const contract = await getContract(business, connection.tenantId, connection.contractId);
  if (contract === undefined) return { kind: 'done' };
  const against = await whyNotItsCar(ending, contract, connection);
  // Of a car that nobody recognises there is nothing to say where the newer one counts.
  const isRefused = against === 'wrong_vin' || !isOvertaken(contract, connection);
  if (against !== undefined && isRefused) return refuseCar(ending, connection, against, now);
  // Nothing is ever due again: everything was stated while the driver logged in.
  if (contract.dueAt === undefined) return giveWay(ending, connection, 'ended', now);
  const before = contract.connectionId;
  if (before === connection.connectionId)
    return afterFormer(await endReplaced(ending, connection, connection.replaces, now));
  if (isOvertaken(contract, connection)) return giveWay(ending, connection, 'replaced', now);
  const vin = contract.boundVin ?? connection.vin;
  if (vin !== undefined) await noteCar(business, contract, vin);
  if (before !== undefined && !(await nameReplaced(business, connection, before))) return contended;
  if (!(await pointContract(business, contract, connection, now))) return contended;
  return afterFormer(await endReplaced(ending, connection, before, now));
}

/** A newer one stands there. Ids of connections begin with the instant at which their authorization began. */
export const isOvertaken = (
  { connectionId: read }: Pick<Contract, 'connectionId'>,
  { connectionId }: Pick<Connection, 'connectionId'>,
): boolean => read !== undefined && read > connectionId;

type Car = Pick<Connection, 'applicationId' | 'vendorVehicleId' | 'vin'>;

/** Of another car, or of one that nobody has recognised where the contract is known to be about a car. */
type NotItsCar = 'wrong_vin' | 'vin_unknown';

/** A contract that names its car, or is about one that was recognised before, takes none that nobody has recognised. */
export const isAboutACar = ({ vin, boundVin }: Contract): boolean => (vin ?? boundVin) !== undefined;

/**
 * What stands against a car: by VIN or, while its own or the contract's is unknown, by the platform's own id of the vehicle that is read.
 * That id stays whoever logs in; applications that are not one at the vendor have ids of their own, which tell nothing.
 */
export async function whyNotItsCar(
  { business, application }: Pick<Ending, 'business' | 'application'>,
  contract: Contract,
  { applicationId, vendorVehicleId, vin }: Car,
): Promise<NotItsCar | undefined> {
  const { connectionId: before } = contract;
  if (vin !== undefined && isAboutACar(contract)) return isOtherCar(contract, vin) ? 'wrong_vin' : undefined;
  const former =
    before === undefined ? undefined : await getConnection(business, { ...contract, connectionId: before });
  if (former !== undefined && former.vendorVehicleId === vendorVehicleId) return undefined;
  const isComparable =
    former?.applicationId === applicationId ||
    (former !== undefined && former.applicationId === (await application(applicationId)).twin);
  if (isComparable) return 'wrong_vin';
  return isAboutACar(contract) ? 'vin_unknown' : undefined;
}

/** Two cars were bound to a contract without VIN at once; the other one came first, and may have told its VIN since. */
async function refuseCar(ending: Ending, connection: Connection, reason: NotItsCar, now: number): Promise<Adopted> {
  const failed = await moveConnection(ending.business, connection, LIVE, { state: 'failed', reason }, now);
  const ended = await endGrant(ending, failed ?? connection, now);
  return ended.kind === 'later' ? ended : { kind: 'failed', reason };
}

const afterFormer = (ended: Ended): Adopted => (ended.kind === 'later' ? ended : { kind: 'active' });

async function withoutPair(business: Table, connection: Connection, now: number): Promise<Adopted> {
  const reason = 'token_refused';
  const dead = { state: 'reauth_required', reason } as const;
  const unlisted = { of: connection.applicationId, unlisted: true } as const;
  const moved = await moveConnection(business, connection, LIVE, dead, now, unlisted);
  return moved === undefined ? contended : { kind: 'failed', reason };
}

/** A car that the platform tells of is heard of by then; asking it would be billed, and is done when nothing came. */
const FIRST_DELIVERY_MS = 10 * 60_000;

/** By compare-and-swap: false when the contract was moved by another one meanwhile, or by us (then the repeated message sees it). */
async function pointContract(
  business: Table,
  contract: Contract,
  { connectionId, vin, applicationId, platform = 'v2', subscribed }: Connection,
  now: number,
): Promise<boolean> {
  const { tenantId, contractId } = contract;
  const key = keys.contract(tenantId, contractId);
  const at = new Date(now).toISOString();
  const dueAt = subscribed === true ? new Date(now + FIRST_DELIVERY_MS).toISOString() : at;
  const data = { contractId, connectionId };
  const connected = eventOf({ key, type: 'contract.connected', change: connectionId, at, tenantId, data });
  const { set, ...marks } = appendMarks(key, [connected]);
  const moved = await business.update(key, {
    ...marks,
    set: {
      ...set,
      connectionId,
      applicationId,
      platform,
      boundVin: contract.boundVin ?? vin,
      goal: 'open',
      failures: 0,
      tendedAt: at,
      dueAt,
    },
    remove: ['upgradeTo'],
    // Whatever message is under way belongs to the time before this car.
    add: { turn: 1 },
    condition: asRead(contract),
  });
  return moved !== undefined;
}

/** Nobody has moved the contract since, nor learnt its car: what was learnt would be overwritten, and was not compared. */
function asRead({ connectionId, boundVin }: Contract): Condition {
  const same = (name: string, value: string | undefined) =>
    value === undefined ? `attribute_not_exists(#${name})` : `#${name} = :${name}`;
  const known = Object.entries({ connectionId, boundVin }).filter(([, value]) => value !== undefined);
  return {
    expression: `attribute_exists(#pk) AND ${same('connectionId', connectionId)} AND ${same('boundVin', boundVin)}`,
    values: Object.fromEntries(known),
  };
}

/** Ends the connection that this one replaces; if both are the same car, the vendor's grant lives on: the car is in use. */
export async function endReplaced(
  ending: Ending,
  connection: Connection,
  before: string | undefined,
  now: number,
): Promise<Ended> {
  if (before === undefined) return { kind: 'ended' };
  const id = { ...connection, connectionId: before };
  const states = ['active', 'action_required', 'reauth_required'] as const;
  const moved = await moveConnection(ending.business, id, states, { state: 'replaced' }, now);
  const replaced = moved ?? (await getConnection(ending.business, id));
  return replaced === undefined ? { kind: 'ended' } : endGrant(ending, replaced, now);
}

export async function giveWay(
  ending: Ending,
  connection: Connection,
  state: 'replaced' | 'ended',
  now: number,
): Promise<Adopted> {
  const moved = await moveConnection(ending.business, connection, ['pending', ...LIVE], { state }, now);
  const ended = await endGrant(ending, moved ?? connection, now);
  return ended.kind === 'later' ? ended : { kind: 'done' };
}
