// Binding: which car is behind a fresh authorization? Exactly one, and the one in the contract, or nothing stays: the vendor's grant is
// ended and the pair deleted. Runs from the queue; every step may be repeated.
import { getContract } from '../contract/contract.ts';
import { type Adopted, adoptConnection, endReplaced, giveWay } from './adopt.ts';
import { type Connection, getConnection, moveConnection } from './connection.ts';
import { endGrant } from './end-grant.ts';
import { type Binding, findCar, type Vehicle } from './find-car.ts';
import { PENDING_MS } from './vault.ts';
import { contended, type Later, whenDue } from './waiting.ts';

/** `later`: the car or the platform did not answer. `done`: nothing to do, bound before or ended meanwhile. */
export type Bound = Adopted;

type Message = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>;

/** @param now epoch milliseconds */
export async function bindVehicle(binding: Binding, message: Message, now: number): Promise<Bound> {
  const connection = await getConnection(binding.business, message);
  if (connection === undefined) return { kind: 'done' };
  return whenDue(binding, connection, connection.state, () => bindAsItIs(binding, connection, now));
}

async function bindAsItIs(binding: Binding, connection: Connection, now: number): Promise<Bound> {
  switch (connection.state) {
    case 'pending':
      return bindPending(binding, connection, now);
    case 'active':
    case 'action_required':
      return adoptConnection(binding, connection, now);
    case 'failed':
    case 'withdrawn':
    case 'replaced':
    case 'ended':
      return endWithFormer(binding, connection, now);
    case 'reauth_required':
      return { kind: 'done' };
  }
}

/** It may have ended before it came to ending the one it had replaced. */
async function endWithFormer(binding: Binding, connection: Connection, now: number): Promise<Bound> {
  const own = await endGrant(binding, connection, now);
  if (own.kind === 'later') return own;
  const { tenantId, contractId, replaces } = connection;
  const contract = await getContract(binding.business, tenantId, contractId);
  if (contract?.connectionId === replaces) return { kind: 'done' };
  const ended = await endReplaced(binding, connection, replaces, now);
  return ended.kind === 'later' ? ended : { kind: 'done' };
}

async function bindPending(binding: Binding, connection: Connection, now: number): Promise<Bound> {
  const contract = await getContract(binding.business, connection.tenantId, connection.contractId);
  if (contract === undefined) return { kind: 'done' };
  const platform = await binding.platformOf(connection);
  const found = await findCar(binding, { platform, connection, contract }, now);
  switch (found.kind) {
    case 'vehicle':
      return activate(binding, connection, found, now);
    case 'refused':
      return fail(binding, connection, found.reason, now);
    case 'overtaken':
      return giveWay(binding, connection, 'replaced', now);
    case 'later':
      return isWaitOver(connection, found, now) ? fail(binding, connection, endOfWait(found), now) : found;
  }
}

/** So long a driver's connection waits for us, the operator: as long as a link is good for. The platform and the car have a day. */
const OURS_MS = 14 * 86_400_000;

/** What waited for us has its day once we have mended it. */
function isWaitOver({ createdAt, waits }: Connection, { ours }: Later, now: number): boolean {
  const since = Date.parse(createdAt);
  if (ours === true) return now - since >= OURS_MS;
  return now - Math.max(since, Date.parse(waits?.oursAt ?? createdAt)) >= PENDING_MS;
}

/** Nobody sends a driver to log in again for what is ours to mend. */
const endOfWait = ({ ours }: Later): string => (ours === true ? 'configuration_error' : 'exchange_failed');

/**
 * The contract is told last, so that a redelivery after a crash anywhere finds either `pending` (all of it again) or `active` (the last
 * steps again).
 */
async function activate(binding: Binding, connection: Connection, vehicle: Vehicle, now: number): Promise<Bound> {
  const { subscribed, described, permissions } = vehicle;
  const facts = { subscribed, ...described, permissions: [...permissions] };
  const to = { state: 'active', connectedAt: new Date(now).toISOString(), ...facts } as const;
  const active = await moveConnection(binding.business, connection, ['pending'], to, now);
  return active === undefined ? overtaken(binding, connection, now) : adoptConnection(binding, active, now);
}

/** Not pending any more: moved by us (its answer was lost), by another delivery, or by a withdrawal. What is stored decides. */
async function overtaken(binding: Binding, connection: Connection, now: number): Promise<Bound> {
  const current = await getConnection(binding.business, connection);
  if (current === undefined || current.state === 'pending') return contended;
  return bindAsItIs(binding, current, now);
}

/** The state moves first: a redelivery after a crash finds `failed`, with its reason, and ends what is left of the grant. */
async function fail(binding: Binding, connection: Connection, reason: string, now: number): Promise<Bound> {
  const failed = await moveConnection(binding.business, connection, ['pending'], { state: 'failed', reason }, now);
  if (failed === undefined) return overtaken(binding, connection, now);
  const ended = await endGrant(binding, failed, now);
  return ended.kind === 'later' ? ended : { kind: 'failed', reason };
}
