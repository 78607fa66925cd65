// Turns. A contract that is due gets a turn number; the message that carries it does the work and moves the contract on. A message
// whose turn is not the contract's is dropped: it was overtaken, and no message can breed another.
import { dueShard, keys } from '../aws/keys.ts';
import type { Change, Key, Table } from '../aws/table.ts';
import { type Contract, parseContract } from './contract.ts';

/** How long a message may take to do its work before the planner gives the contract another turn. Longer than the queue hides one. */
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
  Pick<Contract, 'goal' | 'failures' | 'attempts' | 'dueAt' | 'deadlineAt' | 'tendedAt' | 'lastFetchedAt'>
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
