// One pushed event, told to every contract on its vehicle: each gets the reading as if it had asked. Nothing is stated here: what a
// reading makes possible is the next turn's, which is brought forward. A redelivery stores the same again, and changes nothing.
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Send } from '../aws/queue.ts';
import type { Table } from '../aws/table.ts';
import { announceMove, completeUpgrade, isMovedBy } from '../connection/complete-upgrade.ts';
import { type Connection, getConnection, isReadable, mayComeBack, moveConnection } from '../connection/connection.ts';
import { keepTroubles } from '../connection/keep-troubles.ts';
import { LASTING_MS, ownerHasActed, standingTroubles } from '../connection/troubles.ts';
import { usesOf } from '../connection/vehicle-use.ts';
import { type Contract, getContract, isOtherCar } from '../contract/contract.ts';
import { openUntil } from '../contract/due.ts';
import { learnCar } from '../contract/same-car.ts';
import { hasten } from '../contract/turn.ts';
import { closes } from '../mileage/reading.ts';
import type { FindApplication } from '../tenant/application.ts';
import { getPush, markUsed, type PushedEvent } from './pushed-event.ts';
import { listReadings, putPushed, type StoredReading } from './reading.ts';

export const pushMessage = z.strictObject({
  kind: z.literal('push'),
  applicationId: z.string(),
  pushId: z.string(),
  /** How often it was sent again, because nobody was there yet. */
  attempt: z.optional(z.int().check(z.minimum(1))),
});

export type PushMessage = Readonly<z.infer<typeof pushMessage>>;

export interface Using {
  readonly business: Table;
  readonly application: FindApplication;
  readonly sendRead: Send;
  readonly sendTend: Send;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** A vehicle is subscribed before its connection is bound: its first delivery may come before anybody is there to be told. */
const FIRST_WAITS_SECONDS = [30, 90, 240] as const;

/** What was sent together arrives in any order, repeated for up to 100 seconds: a period that a push closes waits that long. */
const STRAGGLERS_MS = 5 * 60_000;

type Told = 'told' | 'not_yet' | 'nobody';

export async function usePush(using: Using, message: PushMessage): Promise<void> {
  const { business, clock } = using;
  const event = await getPush(business, message);
  if (event === undefined || event.usedAt !== undefined) return;
  const { own, others } = await usesAtTheVendor(using, event);
  const told = await Promise.all([...own, ...others].map((use) => tellContract(using, event, use)));
  // Also a connection of the other application may be on its way to this one.
  const isEarly = own.length === 0 || told.includes('not_yet');
  if (event.first === true && isEarly && (await sendAgain(using, message))) return;
  await markUsed(business, event, new Date(clock()).toISOString());
}

type Use = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>;

/** Over the application that told, or over the one that is the same at the vendor: what a driver granted, was granted to both. */
async function usesAtTheVendor(
  { business, application }: Using,
  { applicationId, vehicleId }: PushedEvent,
): Promise<{ readonly own: readonly Use[]; readonly others: readonly Use[] }> {
  const { twin } = await application(applicationId);
  const own = await usesOf(business, applicationId, vehicleId);
  const others = twin === undefined ? [] : await usesOf(business, twin, vehicleId);
  return {
    own,
    others: others.filter((other) => own.every(({ connectionId }) => connectionId !== other.connectionId)),
  };
}

/** A crash after the send leads to two messages; both do the same, and both end. */
async function sendAgain({ sendRead }: Using, { attempt = 0, ...message }: PushMessage): Promise<boolean> {
  const delaySeconds = FIRST_WAITS_SECONDS[attempt];
  if (delaySeconds === undefined) return false;
  await sendRead([{ body: { ...message, attempt: attempt + 1 }, delaySeconds }]);
  return true;
}

/** The connection is read last, and consistently: what its driver ended meanwhile is not stored. */
async function tellContract(using: Using, event: PushedEvent, use: Use): Promise<Told> {
  const contract = await getContract(using.business, use.tenantId, use.contractId);
  const connection = await getConnection(using.business, use);
  if (contract === undefined || connection === undefined) return 'nobody';
  if (connection.state === 'pending') return 'not_yet';
  if (!isReadable(connection) && !mayComeBack(connection)) return 'nobody';
  if (!isConsented(connection, event) || isUnknownTo(event.applicationId, connection)) return 'nobody';
  // Ids of connections begin with the instant at which their authorization began.
  const { connectionId: read } = contract;
  if (read !== connection.connectionId)
    return read === undefined || read < connection.connectionId ? 'not_yet' : 'nobody';
  await storeReading(using, event, contract, connection);
  await keepTrouble(using, event, contract, connection);
  return 'told';
}

/** What came before the driver agreed was never shared with this contract, whenever its message is worked. */
const isConsented = ({ consent, createdAt }: Connection, { receivedAt }: PushedEvent): boolean =>
  receivedAt >= (consent?.agreedAt ?? createdAt);

/** Of what came of asking the application that told about a driver: one that never answered has said nothing of him. */
const NOT_GRANTED: readonly unknown[] = ['not_listed', 'missing_permission'];

/** The application that told was asked about this driver, and does not list him, or not with what is needed. */
const isUnknownTo = (told: string, { applicationId, upgrade }: Connection): boolean =>
  applicationId !== told && NOT_GRANTED.includes(upgrade?.outcome);

/** A crash after the put leaves a reading that the next turn finds, whenever that is due. */
async function storeReading(
  { business, sendTend, clock }: Using,
  event: PushedEvent,
  contract: Contract,
  connection: Connection,
): Promise<void> {
  const reading = readingOf(event, contract, connection);
  if (reading === undefined) return;
  // Told over the application that the connection is moving to: that is the reading it was waiting for, unless it is worth less there.
  const moves =
    isMovedBy(connection, event.applicationId) && (await isWorthAsMuch(business, contract, reading, clock()));
  if (moves) await announceMove(sendTend, connection);
  await learnCar(business, contract, reading);
  await putPushed(business, contract, reading);
  if (moves) await completeUpgrade(business, connection, clock());
  const now = clock();
  const to = openUntil(contract);
  if (to !== undefined && Date.parse(to) <= now && closes(reading, { to }))
    await hasten(business, contract, new Date(now + STRAGGLERS_MS).toISOString());
}

/**
 * An account is one driver's, and several may drive one car. Where the application that told has the connection and does not say whose it
 * is, it is everybody's; nobody's whom it does not know.
 */
function troublesOf(connection: Connection, { applicationId: told, userId, troubles = [] }: PushedEvent) {
  const { applicationId, vendorUserId, upgrade } = connection;
  const there = [{ applicationId, vendorUserId }, upgrade].find((one) => one?.applicationId === told);
  if (there === undefined) return [];
  const { vendorUserId: driver } = there;
  return userId === undefined || driver === undefined || userId === driver ? troubles : [];
}

/**
 * Whether what the platform knows of a car over another version is all that a read over the version at hand could bring: of the same car,
 * no older than what is known, and what closes a month that is over.
 */
async function isWorthAsMuch(
  business: Table,
  contract: Contract,
  reading: StoredReading,
  now: number,
): Promise<boolean> {
  if (isOtherCar(contract, reading.vin)) return false;
  const to = openUntil(contract);
  if (to !== undefined && Date.parse(to) <= now && !closes(reading, { to })) return false;
  const { readings } = await listReadings(business, contract, { limit: 1 });
  return readings.every(({ reading: known }) => known.recordedAt <= reading.recordedAt);
}

/**
 * Nothing moves for a trouble that was just told of: the contract is due when it has lasted. One that is over, and a car that has measured
 * since, need nothing from the owner any more (what a read was refused for: `ownerHasActed`); where that had broken the connection, its next turn is brought forward. A crash after the troubles were kept leaves them to the next turn, whenever that is due.
 */
async function keepTrouble(
  { business, clock }: Using,
  event: PushedEvent,
  contract: Contract,
  connection: Connection,
): Promise<void> {
  const { reading, at } = event;
  const troubles = troublesOf(connection, event);
  if (troubles.length === 0 && reading === undefined) return;
  const kept = troubles.length === 0 ? connection : await keepTroubles(business, connection, troubles, at);
  if (kept === undefined) return;
  const measuredAt = reading === undefined ? undefined : Date.parse(reading.recordedAt);
  const standing = standingTroubles(kept.troubles, measuredAt);
  const oldest = Math.min(...standing.map(({ since }) => since));
  // That turn sees which decides, and when the next has lasted.
  if (standing.length > 0 && troubles.length > 0)
    await hasten(business, contract, new Date(oldest + LASTING_MS).toISOString());
  if (mayComeBack(kept) && standing.every(({ meaning }) => meaning !== 'reconnect'))
    await hasten(business, contract, new Date(clock() + STRAGGLERS_MS).toISOString());
  if (kept.state === 'action_required' && ownerHasActed(kept, kept.troubles, measuredAt))
    await moveConnection(business, kept, ['action_required'], { state: 'active' }, clock(), { owing: kept });
}

/** `fetchedAt` is when it came here: nobody else's clock decides whether consent still stood. */
function readingOf(
  { eventId, receivedAt, platform, reading }: PushedEvent,
  { contractId }: Contract,
  { connectionId }: Connection,
): StoredReading | undefined {
  if (reading === undefined) return undefined;
  const id = `rdg_${createHash('sha256').update(`${eventId}#${contractId}`).digest('hex').slice(0, 32)}`;
  return { id, ...reading, fetchedAt: receivedAt, requestId: eventId, source: 'push', connectionId, platform };
}
