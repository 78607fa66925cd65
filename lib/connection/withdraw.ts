// The end of a consent: withdrawn, or over with its contract. The state moves: from then on no reading is stored, whatever is in flight. What follows (vendor disconnect,
// tokens) is end-grant.ts, from the queue, which the same update makes sure of (endings.ts).
import type { Table } from '../aws/table.ts';
import { type Connection, getConnection, moveConnection } from './connection.ts';
import { endingDue } from './endings.ts';

type ConnectionId = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>;

/** States in which there is a consent to end. */
const CONSENTED = ['pending', 'active', 'action_required', 'reauth_required'] as const;

/**
 * Ends the consent now, in one update: a crash before it leaves a connection as it was, one after it leaves nothing undone.
 * Undefined when there is no connection to end.
 * @param now epoch milliseconds
 * @param reason absent: its driver ended it
 */
export async function withdrawConsent(
  business: Table,
  id: ConnectionId,
  now: number,
  reason?: 'ended_by_insurer',
): Promise<Connection | undefined> {
  const to = { state: 'withdrawn', withdrawnAt: new Date(now).toISOString(), ...endingDue(id, now) } as const;
  const moved = await moveConnection(business, id, CONSENTED, reason === undefined ? to : { ...to, reason }, now);
  return moved ?? alreadyWithdrawn(await getConnection(business, id));
}

const alreadyWithdrawn = (connection: Connection | undefined): Connection | undefined =>
  connection?.state === 'withdrawn' ? connection : undefined;

/** Its contract is over, and nobody has to ask the car any more. */
export const endWithContract = (business: Table, id: ConnectionId, now: number): Promise<Connection | undefined> =>
  moveConnection(business, id, CONSENTED, { state: 'ended', ...endingDue(id, now) }, now);

/** Whether there is a consent to end. */
export const isConsented = ({ state }: Connection): boolean => CONSENTED.some((one) => one === state);
