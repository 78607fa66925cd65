// The moment at which a connection moves to another version of the platform: when the first reading has come over it. What led there, and
// what it leaves behind, is upgrade.ts. Calls nothing but the store.
import type { Message, Send } from '../aws/queue.ts';
import type { Table } from '../aws/table.ts';
import { type Connection, LIVE, moveConnection } from './connection.ts';

type ConnectionId = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>;

/** The message that has a connection moved, or what it left behind put away: which of the two, its state says. Ids only. */
export const upgradeMessage = ({ tenantId, contractId, connectionId }: ConnectionId): Message => ({
  body: { kind: 'upgrade', tenantId, contractId, connectionId },
});

/** Late enough to find the move done: the message that puts away what the move leaves behind. */
const PUT_AWAY_SECONDS = 60;

/** Sent before the reading that moves a connection is stored. */
export const announceMove = (sendTend: Send, connection: ConnectionId): Promise<void> =>
  sendTend([{ ...upgradeMessage(connection), delaySeconds: PUT_AWAY_SECONDS }]);

/** Whether a reading that came over this application is the one that moves a connection. */
export const isMovedBy = ({ upgrade }: Connection, applicationId: string): boolean =>
  upgrade?.outcome === 'listed' && upgrade.applicationId === applicationId;

/**
 * The first reading over V3 is stored: from here on the connection is of V3. The caller has sent its message before, with a delay. A crash
 * here leaves a connection that is still of V2, a reading that counts, and a message that finds the move still to come.
 * @param now epoch milliseconds
 * @returns the connection as it is now; undefined when it has ended meanwhile
 */
export function completeUpgrade(business: Table, connection: Connection, now: number): Promise<Connection | undefined> {
  const { upgrade, applicationId } = connection;
  if (upgrade?.outcome !== 'listed') return Promise.resolve(connection);
  const { applicationId: to, vendorUserId } = upgrade;
  const there = { applicationId: to, platform: 'v3', vendorUserId, movedFrom: applicationId } as const;
  // A car that answers needs nothing from its owner any more.
  const further = { of: applicationId, forget: ['upgrade'] } as const;
  return moveConnection(business, connection, LIVE, { state: 'active', ...there }, now, further);
}
