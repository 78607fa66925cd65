// Turns. A contract that is due gets a turn number; the message that carries it does the work and moves the contract on. A message
// whose turn is not the contract's is dropped: it was overtaken, and no message can breed another.
import { dueShard, keys } from '../aws/keys.ts';
import type { Change, Key, Table } from '../aws/table.ts';
import { type Contract, getContract, parseContract } from './contract.ts';

/**
 * How long a message may take to do its work before the planner gives the contract another turn. Longer than a queue tries to deliver
 * one: an overtaken message is dropped, and would never be set aside, nor ring an alarm.
 */
export const TURN_LEASE_MS = 60 * 60_000;

export interface DueContract {
  readonly key: Key;
  readonly dueAt: string;
}

/** Contracts due before `until` on one shard of the sparse `due` index, most overdue first. The index may lag: the turn decides. */
export async function dueContracts(
  business: Table,
  shard: number,
  until: string,
  limit: number,
): Promise<readonly DueContract[]> {
  const where = { expression: '#dueShard = :shard AND #dueAt < :until', values: { shard: dueShard(shard), until } };
  const { items } = await business.query({ index: 'due', where, limit });
  return items.map(({ pk, sk, dueAt }) => ({ key: { pk: String(pk), sk: String(sk) }, dueAt: String(dueAt) }));
}

/**
 * Takes the next turn of a contract that is due, by compare-and-swap on `dueAt`. Undefined when another planner was faster, or the
 * index lagged. A crash after this leaves the contract leased: it is due again when the lease ends.
 */
export async function takeTurn(
  business: Table,
  { key, dueAt }: DueContract,
  now: number,
): Promise<Contract | undefined> {
  const leaseEnd = new Date(Math.max(now, Date.parse(dueAt)) + TURN_LEASE_MS).toISOString();
  const condition = { expression: '#dueAt = :dueAt', values: { dueAt } };
  const item = await business.update(key, { set: { dueAt: leaseEnd }, add: { turn: 1 }, condition });
  return item === undefined ? undefined : parseContract(item);
}

/** What a turn leaves behind. `dueAt` undefined: nothing is ever due again. */
export type Progress = Readonly<
  Pick<
    Contract,
    | 'goal'
    | 'failures'
    | 'waits'
    | 'attempts'
    | 'asked'
    | 'replace'
    | 'dueAt'
    | 'deadlineAt'
    | 'tendedAt'
    | 'lastFetchedAt'
  >
>;

/**
 * Ends a turn: the contract moves on, and the message's turn is spent. Undefined when the turn was not the contract's any more.
 * A lost answer looks like that too, and is harmless: either way this message has nothing left to do.
 * @param beside what the same update writes on the contract besides
 */
export async function endTurn(
  business: Table,
  contract: Contract,
  progress: Progress,
  beside: Pick<Change, 'set' | 'append'> = {},
): Promise<Contract | undefined> {
  const { dueAt, ...rest } = progress;
  const item = await business.update(keys.contract(contract.tenantId, contract.contractId), {
    ...beside,
    set: { ...beside.set, ...rest, dueAt },
    remove: dueAt === undefined ? ['dueAt'] : [],
    add: { turn: 1 },
    condition: { expression: '#turn = :turn', values: { turn: contract.turn } },
  });
  return item === undefined ? undefined : parseContract(item);
}

/** More often than this in a row nobody else moves one contract. */
export const MOST_TRIES = 5;

export class ContendedContract extends Error {
  readonly code = 'CONTRACT_CONTENDED';
}

/**
 * Makes a contract due at the latest at `at`; one that nothing is due for any more stays so. The turn it had is spent: whatever message
 * is under way finds that out. A lost answer is repeated, and finds the contract due.
 * @throws ContendedContract when others keep moving it
 */
export async function hasten(business: Table, contract: Contract, at: string): Promise<void> {
  let current: Contract | undefined = contract;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (current?.dueAt === undefined || current.dueAt <= at) return;
    const condition = { expression: '#turn = :turn AND attribute_exists(#dueAt)', values: { turn: current.turn } };
    const key = keys.contract(current.tenantId, current.contractId);
    if ((await business.update(key, { set: { dueAt: at }, add: { turn: 1 }, condition })) !== undefined) return;
    current = await getContract(business, current.tenantId, current.contractId);
  }
  throw new ContendedContract('the contract was moved by others again and again');
}
