// Erasures that are due: the planner sends the message of each, and has it come again in an hour, until whoever erases takes it out. And
// tenants who keep personal data for a time only: the message that begins a walk through their contracts, and the next one a day later.
import type { Message, Send } from '../aws/queue.ts';
import type { Key, Table } from '../aws/table.ts';
import { erasureOf } from '../contract/erasure.ts';
import type { DueContract } from '../contract/turn.ts';
import { tenantOf } from '../tenant/tenant.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Work {
  readonly body: Message['body'];
  readonly againMs: number;
}

function workOf(key: Key): Work | undefined {
  const contract = erasureOf(key);
  if (contract !== undefined) return { body: { kind: 'erase', ...contract }, againMs: HOUR };
  const tenantId = tenantOf(key);
  return tenantId === undefined ? undefined : { body: { kind: 'retention', tenantId }, againMs: DAY };
}

/** Whether what is due is an erasure or a walk that asks for some, and not a contract's turn. */
export const isErasure = ({ key }: DueContract): boolean => workOf(key) !== undefined;

/**
 * Sends the messages first: a crash after that leaves them to be sent once more, and of two about one contract, or one tenant, both do
 * what there is to do.
 * @param now epoch milliseconds
 * @throws what the queue or the store did not do; it is due as before
 */
export async function sendErasures(
  business: Table,
  sendTend: Send,
  due: readonly DueContract[],
  now: number,
): Promise<void> {
  const work = due.flatMap((one) => {
    const found = workOf(one.key);
    return found === undefined ? [] : [{ ...one, ...found }];
  });
  if (work.length === 0) return;
  await sendTend(work.map(({ body }) => ({ body })));
  const again = work.map(({ key, dueAt, againMs }) => {
    const condition = { expression: '#dueAt = :dueAt', values: { dueAt } };
    return business.update(key, { set: { dueAt: new Date(now + againMs).toISOString() }, condition });
  });
  await Promise.all(again);
}
