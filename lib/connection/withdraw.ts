// Withdrawal of consent. The state moves: from then on no reading is stored, whatever is in flight. What follows (vendor disconnect,
// tokens) is end-grant.ts, from the queue: whoever withdraws sends the connection's message (bind-message.ts) after this.
import type { Table } from '../aws/table.ts';
import { type Connection, getConnection, moveConnection } from './connection.ts';

type ConnectionId = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>;

/** Ends the consent now. Undefined when there is no connection to end. @param now epoch milliseconds */
export async function withdrawConsent(business: Table, id: ConnectionId, now: number): Promise<Connection | undefined> {
  const withdrawnAt = new Date(now).toISOString();
  const from = ['pending', 'active', 'action_required', 'reauth_required'] as const;
  const moved = await moveConnection(business, id, from, { state: 'withdrawn', withdrawnAt }, now);
  return moved ?? alreadyWithdrawn(await getConnection(business, id));
}

const alreadyWithdrawn = (connection: Connection | undefined): Connection | undefined =>
  connection?.state === 'withdrawn' ? connection : undefined;
