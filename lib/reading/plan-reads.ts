// The planner: takes what is due in the next interval, gives each contract its turn, and sends the message that carries it.
// Says nothing about what happens then. A crash after a turn was taken leaves the contract leased; it is due again in an hour.
import { DUE_SHARDS } from '../aws/keys.ts';
import type { Message, Send } from '../aws/queue.ts';
import type { Table } from '../aws/table.ts';
import type { Contract } from '../contract/contract.ts';
import { type DueContract, dueContracts, takeTurn } from '../contract/turn.ts';

/** How often the planner is called; it plans that far ahead and lets the queue hold a message until it is due. */
export const INTERVAL_MS = 5 * 60_000;

/** Contracts taken from one shard in one go, so that a batch of ten goes out soon after its turns were taken. */
const CHUNK = 10;

/** Turns taken from one shard in one call; the rest is due in the next. */
const MOST_PER_SHARD = 2_000;

export interface Planning {
  readonly business: Table;
  readonly sendTend: Send;
  readonly sendRead: Send;
}

/** @param now epoch milliseconds @returns how many turns were sent */
export async function planReads(planning: Planning, now: number): Promise<number> {
  const until = new Date(now + INTERVAL_MS).toISOString();
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => planShard(planning, shard, until, now));
  return (await Promise.all(shards)).reduce((sum, sent) => sum + sent, 0);
}

async function planShard(planning: Planning, shard: number, until: string, now: number): Promise<number> {
  const due = await dueContracts(planning.business, shard, until, MOST_PER_SHARD);
  let sent = 0;
  for (let at = 0; at < due.length; at += CHUNK) sent += await planChunk(planning, due.slice(at, at + CHUNK), now);
  return sent;
}

async function planChunk(planning: Planning, due: readonly DueContract[], now: number): Promise<number> {
  const turns = await Promise.all(
    due.map(async (contract) => ({ taken: await takeTurn(planning.business, contract, now), dueAt: contract.dueAt })),
  );
  const tend: Message[] = [];
  const read: Message[] = [];
  for (const { taken, dueAt } of turns) {
    if (taken === undefined) continue;
    const delaySeconds = Math.max(0, (Date.parse(dueAt) - now) / 1000);
    (needsToken(taken) ? tend : read).push({ body: turnMessage(taken), delaySeconds });
  }
  await Promise.all([tend.length > 0 && planning.sendTend(tend), read.length > 0 && planning.sendRead(read)]);
  return tend.length + read.length;
}

/** V2 access tokens live two hours: a read that was planned goes through the function that refreshes them. */
const needsToken = ({ goal, connectionId }: Contract): boolean => goal !== 'deadline' && connectionId !== undefined;

/** What a turn's message carries: ids and numbers. */
export const turnMessage = ({
  tenantId,
  contractId,
  connectionId,
  applicationId,
  turn,
}: Contract): Message['body'] => ({
  kind: 'turn',
  tenantId,
  contractId,
  turn,
  ...(connectionId === undefined ? {} : { connectionId, applicationId }),
});
