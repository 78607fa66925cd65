// The planner: takes what is due in the next interval, gives each contract its turn, and sends the message that carries it; and sends the
// messages of connections that have ended, of contracts that are erased, and of tenants whose contracts are looked through for those. Says
// nothing about what happens then. A crash after a turn was taken leaves the contract leased; it is due again in an hour.
import { DUE_SHARDS } from '../aws/keys.ts';
import type { Message, Send } from '../aws/queue.ts';
import type { Table } from '../aws/table.ts';
import { isEnding, sendEndings } from '../connection/endings.ts';
import { isErasure, sendErasures } from '../connection/erasures.ts';
import type { Contract } from '../contract/contract.ts';
import { wantedOf } from '../contract/replacement.ts';
import { type DueContract, dueContracts, takeTurn } from '../contract/turn.ts';

/** How often the planner is called; it plans that far ahead and lets the queue hold a message until it is due. */
export const INTERVAL_MS = 5 * 60_000;

/** Contracts taken in one go, so that a batch of ten goes out soon after its turns were taken. */
const CHUNK = 10;

/** Turns taken from one shard in one call; the rest is due in the next. */
const MOST_PER_SHARD = 2_000;

export interface Planning {
  readonly business: Table;
  readonly sendTend: Send;
  readonly sendRead: Send;
}

/** Some turns could not be planned; `cause` is the first fault. Those that could be are on their way. */
export class PlanningError extends Error {
  readonly code = 'PLANNING_INCOMPLETE';
}

interface Planned {
  readonly sent: number;
  readonly faults: readonly unknown[];
}

/**
 * @param now epoch milliseconds
 * @returns how many turns were sent
 * @throws PlanningError at the end: nobody waits for another contract's trouble
 */
export async function planReads(planning: Planning, now: number): Promise<number> {
  const found = await findDue(planning, new Date(now + INTERVAL_MS).toISOString());
  const endings = found.due.filter(isEnding);
  const ended = await sendEndings(planning.business, planning.sendTend, endings).then(
    () => [],
    (fault: unknown) => [fault],
  );
  const erased = await sendErasures(planning.business, planning.sendTend, found.due.filter(isErasure), now).then(
    () => [],
    (fault: unknown) => [fault],
  );
  const turns = found.due.filter((one) => !isEnding(one) && !isErasure(one));
  const before = { sent: 0, faults: [...found.faults, ...ended, ...erased] };
  const { sent, faults } = together(before, await planAll(planning, turns, now));
  if (faults.length === 0) return sent;
  throw new PlanningError(`faults while planning: ${faults.length}`, { cause: faults[0] });
}

const together = (one: Planned, other: Planned): Planned => ({
  sent: one.sent + other.sent,
  faults: [...one.faults, ...other.faults],
});

/** What is due on all shards together, most overdue first, so that a small fleet shares its batches. */
async function findDue({ business }: Planning, until: string) {
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => dueContracts(business, shard, until, MOST_PER_SHARD));
  const found = await Promise.allSettled(shards);
  return {
    due: found
      .flatMap((shard) => (shard.status === 'fulfilled' ? shard.value : []))
      .toSorted((one, other) => Date.parse(one.dueAt) - Date.parse(other.dueAt)),
    faults: found.flatMap((shard) => (shard.status === 'rejected' ? [shard.reason] : [])),
  };
}

/** Ends early when a queue does not answer: a turn without its message would be leased for nothing. */
async function planAll(planning: Planning, due: readonly DueContract[], now: number): Promise<Planned> {
  let planned: Planned = { sent: 0, faults: [] };
  try {
    for (let at = 0; at < due.length; at += CHUNK) {
      const { turns, faults } = await takeTurns(planning, due.slice(at, at + CHUNK), now);
      planned = together(planned, { sent: 0, faults });
      await sendTurns(planning, turns, now);
      planned = together(planned, { sent: turns.length, faults: [] });
    }
    return planned;
  } catch (fault) {
    return together(planned, { sent: 0, faults: [fault] });
  }
}

interface Turn {
  readonly contract: Contract;
  readonly dueAt: string;
}

/** The turns that could be taken. What went wrong with one contract (it is malformed, the answer got lost) is its own matter. */
async function takeTurns(
  { business }: Planning,
  due: readonly DueContract[],
  now: number,
): Promise<{ readonly turns: readonly Turn[]; readonly faults: readonly unknown[] }> {
  const taken = await Promise.allSettled(due.map((one) => takeTurn(business, one, now)));
  const turns = taken.flatMap((one, n) => {
    const dueAt = due[n]?.dueAt;
    return one.status === 'fulfilled' && one.value !== undefined && dueAt !== undefined
      ? [{ contract: one.value, dueAt }]
      : [];
  });
  return { turns, faults: taken.flatMap((one) => (one.status === 'rejected' ? [one.reason] : [])) };
}

async function sendTurns({ sendTend, sendRead }: Planning, turns: readonly Turn[], now: number): Promise<void> {
  const tend: Message[] = [];
  const read: Message[] = [];
  for (const { contract, dueAt } of turns) {
    const delaySeconds = Math.max(0, (Date.parse(dueAt) - now) / 1000);
    (needsToken(contract, Math.max(now, Date.parse(dueAt))) ? tend : read).push({
      body: turnMessage(contract),
      delaySeconds,
    });
  }
  const sent = await Promise.allSettled([
    tend.length > 0 ? sendTend(tend) : undefined,
    read.length > 0 ? sendRead(read) : undefined,
  ]);
  for (const one of sent) if (one.status === 'rejected') throw one.reason;
}

/**
 * Access tokens live an hour or two: a read that was planned goes through the function that makes them fresh. (A V3 application's token
 * is made fresh, or found so, once for a batch of turns; a turn that had to come back for it would cost more.) Not past the deadline:
 * then the period has to be stated, whether or not the platform gives out tokens. Nor what is to be stated again: that asks no car.
 */
const needsToken = ({ goal, connectionId, deadlineAt, replace }: Contract, at: number): boolean =>
  wantedOf(replace) === undefined &&
  goal !== 'deadline' &&
  connectionId !== undefined &&
  !(deadlineAt !== undefined && at >= Date.parse(deadlineAt));

/** What a turn's message carries: ids and numbers. */
export const turnMessage = ({
  tenantId,
  contractId,
  connectionId,
  applicationId,
  upgradeTo,
  turn,
}: Contract): Message['body'] => ({
  kind: 'turn',
  tenantId,
  contractId,
  turn,
  ...(connectionId === undefined ? {} : { connectionId, applicationId }),
  ...(upgradeTo === undefined ? {} : { upgradeTo }),
});
