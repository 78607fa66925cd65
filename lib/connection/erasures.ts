// Erasures that are due: the planner sends the message of each, and has it come again in an hour, until whoever erases takes it out.
import type { Send } from '../aws/queue.ts';
import type { Table } from '../aws/table.ts';
import { erasureOf } from '../contract/erasure.ts';
import type { DueContract } from '../contract/turn.ts';

const AGAIN_MS = 3_600_000;

/** Whether what is due is an erasure, and not a contract's turn. */
export const isErasure = ({ key }: DueContract): boolean => erasureOf(key) !== undefined;

/**
 * Sends the messages first: a crash after that leaves them to be sent once more, and of two about one contract both erase.
 * @param now epoch milliseconds
 * @throws what the queue or the store did not do; it is due as before
 */
export async function sendErasures(
  business: Table,
  sendTend: Send,
  due: readonly DueContract[],
  now: number,
): Promise<void> {
  if (due.length === 0) return;
  await sendTend(due.flatMap(({ key }) => erasureOf(key) ?? []).map((id) => ({ body: { kind: 'erase', ...id } })));
  const again = due.map(({ key, dueAt }) => {
    const condition = { expression: '#dueAt = :dueAt', values: { dueAt } };
    return business.update(key, { set: { dueAt: new Date(now + AGAIN_MS).toISOString() }, condition });
  });
  await Promise.all(again);
}
