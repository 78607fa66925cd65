// A turn of a connection that is moving to another version of the platform: whether it may be read there yet, and what follows when the
// first reading has come over it, or has not.
import { applicationOwner } from '../connection/application-token.ts';
import { announceMove, completeUpgrade, giveUpPair } from '../connection/complete-upgrade.ts';
import { type Connection, changeConnection, getConnection, LIVE } from '../connection/connection.ts';
import type { HeldPair } from '../connection/vault.ts';
import type { VehicleApplication } from '../tenant/application.ts';
import type { Turning } from './open-turn.ts';

/** An access token about to expire is not worth a call. */
const TOKEN_MARGIN_MS = 60_000;

export const isStale = ({ clock }: Pick<Turning, 'clock'>, pair: HeldPair): boolean =>
  pair.accessExpiresAt - clock() < TOKEN_MARGIN_MS;

/** A car whose data is of no use over the new way yet is asked there again after so long. */
const TRY_AGAIN_MS = 12 * 3_600_000;

interface WayThere {
  readonly application: VehicleApplication;
  readonly pair: HeldPair;
  readonly vendorUserId: string | undefined;
}

/** How a car is asked over the application that its connection is moving to; undefined when it is not, or not now. */
export async function wayThere(turning: Turning, { upgrade }: Connection): Promise<WayThere | undefined> {
  if (upgrade?.outcome !== 'listed') return undefined;
  const { applicationId, vendorUserId, triedAt } = upgrade;
  if (triedAt !== undefined && turning.clock() - Date.parse(triedAt) < TRY_AGAIN_MS) return undefined;
  const pair = await turning.vault.read(applicationOwner(applicationId));
  if (pair === undefined || isStale(turning, pair)) return undefined;
  return { application: await turning.application(applicationId), pair, vendorUserId };
}

/** It was asked over the new way, and that was of no use. */
export async function noteTried({ business, clock }: Turning, connection: Connection | undefined): Promise<void> {
  if (connection?.upgrade === undefined) return;
  const { applicationId: of } = connection;
  const upgrade = { ...connection.upgrade, triedAt: new Date(clock()).toISOString() };
  await changeConnection(business, connection, LIVE, { upgrade }, { of });
}

/** The first reading has come over the new way. What is stored decides when the answer to the move was lost. */
export async function move(
  { business, clock }: Turning,
  connection: Connection | undefined,
): Promise<Connection | undefined> {
  if (connection === undefined) return undefined;
  return (await completeUpgrade(business, connection, clock())) ?? getConnection(business, connection);
}

/**
 * A driver's pair is of no use, or the platform says that what it granted is over. The message that puts away what a move leaves behind goes out first: a crash after it leaves one that finds
 * the connection listed as before.
 * @returns the connection as it is now: of the other version where it is listed there, else one that its driver has to mend
 */
export async function withoutPair(
  { business, sendTend, clock }: Turning,
  connection: Connection,
  reason: string,
): Promise<Connection | undefined> {
  if (connection.upgrade?.outcome === 'listed') await announceMove(sendTend, connection);
  await giveUpPair(business, connection, reason, clock());
  return getConnection(business, connection);
}
