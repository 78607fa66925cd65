// Endings that are due. The update that ends a connection also puts it into the index of what is due, so that no ended connection is
// forgotten, whoever ended it and whatever became of them: the planner sends its message, and then takes it out. Ends nothing itself.
import { connectionOf, DUE_SHARDS, dueShard } from '../aws/keys.ts';
import type { Send } from '../aws/queue.ts';
import type { Table } from '../aws/table.ts';
import { shardOf } from '../contract/due.ts';
import type { DueContract } from '../contract/turn.ts';
import { bindMessage } from './bind-message.ts';
import type { Connection } from './connection.ts';

/** What the update that ends a connection writes beside its state. @param now epoch milliseconds */
export const endingDue = (
  { contractId }: Pick<Connection, 'contractId'>,
  now: number,
): Pick<Connection, 'dueShard' | 'dueAt'> => ({
  dueShard: dueShard(shardOf(contractId, DUE_SHARDS)),
  dueAt: new Date(now).toISOString(),
});

/** Whether what is due is an ending, and not a contract's turn. */
export const isEnding = ({ key }: DueContract): boolean => connectionOf(key) !== undefined;

/**
 * Sends the messages first: a crash after that leaves them to be sent once more, and of two about one connection both end.
 * @throws what the queue or the store did not do; it is due as before
 */
export async function sendEndings(business: Table, sendTend: Send, endings: readonly DueContract[]): Promise<void> {
  const ids = endings.flatMap(({ key }) => connectionOf(key) ?? []);
  if (ids.length === 0) return;
  await sendTend(ids.map(bindMessage));
  const taken = endings.map(({ key, dueAt }) => {
    const condition = { expression: '#dueAt = :dueAt', values: { dueAt } };
    return business.update(key, { remove: ['dueShard', 'dueAt'], condition });
  });
  await Promise.all(taken);
}
