// The moment at which a connection moves to another version of the platform: when the first reading has come over it. What led there, and
// what it leaves behind, is upgrade.ts. Calls nothing but the store.
import type { Message, Send } from '../aws/queue.ts';
import type { Table } from '../aws/table.ts';
import { type Connection, changeConnection, getConnection, LIVE, moveConnection } from './connection.ts';

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

interface There {
  readonly applicationId: string;
  readonly platform: 'v3';
  readonly vendorUserId: string | undefined;
  readonly movedFrom: string;
}

/** What a connection is once it has moved; undefined while it has nowhere to go. */
export function thereOf({ upgrade, applicationId: movedFrom }: Connection): There | undefined {
  if (upgrade?.outcome !== 'listed') return undefined;
  const { applicationId, vendorUserId } = upgrade;
  return { applicationId, platform: 'v3', vendorUserId, movedFrom };
}

/**
 * The first reading over V3 is stored: from here on the connection is of V3. The caller has sent its message before, with a delay. A crash
 * here leaves a connection that is still of V2, a reading that counts, and a message that finds the move still to come.
 * @param now epoch milliseconds
 * @returns the connection as it is now; undefined when it has ended meanwhile
 */
export function completeUpgrade(business: Table, connection: Connection, now: number): Promise<Connection | undefined> {
  const there = thereOf(connection);
  if (there === undefined) return Promise.resolve(connection);
  // A car that answers needs nothing from its owner any more.
  const further = { of: connection.applicationId, forget: ['upgrade'] } as const;
  return moveConnection(business, connection, LIVE, { state: 'active', ...there }, now, further);
}

/**
 * A driver's pair is of no use any more, or the platform says that the driver has to connect again. Where the car is listed
 * on V3, there is nothing left for which V2 would be kept: the connection
 * moves without a reading, in the state that it is in, and V3 alone says from then on whether its driver has to connect again. Anywhere
 * else that is so now. A crash after the update leaves whoever found the pair dead to find it again, and what was done with it.
 * @param pair whose; of which application, so that what is known of a pair that was put away ends nothing
 * @param now epoch milliseconds
 * @returns the connection that has moved, and whose leavings are still to be put away; undefined when none has
 */
export async function giveUpPair(
  business: Table,
  pair: Pick<Connection, 'tenantId' | 'contractId' | 'connectionId' | 'applicationId'>,
  reason: string,
  now: number,
): Promise<Connection | undefined> {
  const { applicationId: of } = pair;
  const current = await getConnection(business, pair);
  if (current?.movedFrom === of) return current;
  const there = current?.applicationId === of ? thereOf(current) : undefined;
  if (there !== undefined) return changeConnection(business, pair, LIVE, there, { of, forget: ['upgrade'] });
  // One that was listed meanwhile stays: it is asked again, and moves.
  await moveConnection(business, pair, LIVE, { state: 'reauth_required', reason }, now, { of, unlisted: true });
  return undefined;
}
