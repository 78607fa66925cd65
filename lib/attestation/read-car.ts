// One vehicle call of a turn, and what its answer leaves behind: a reading that is stored, or a refusal that is heeded; then the turn ends.
import { announceMove } from '../connection/complete-upgrade.ts';
import { type Connection, getConnection, isReadable, moveConnection } from '../connection/connection.ts';
import { ownerHasActed } from '../connection/troubles.ts';
import { isOtherCar } from '../contract/contract.ts';
import { learnCar } from '../contract/same-car.ts';
import { closes } from '../mileage/reading.ts';
import { hasSlept } from '../reading/asleep.ts';
import { emptyBudget } from '../reading/budget.ts';
import type { Dossier } from '../reading/dossier.ts';
import { type Answer, readOdometer } from '../reading/read-odometer.ts';
import { putReading } from '../reading/reading.ts';
import type { VehiclePlatform } from '../vehicle/platform.ts';
import { pauseFor } from '../vehicle/retry.ts';
import { move, noteTried } from './moving.ts';
import { type OpenTurn, openMonth, type Turning } from './open-turn.ts';
import type { Reading } from './prepare-turn.ts';
import { settle } from './settle.ts';
import { readAgain } from './spend-turn.ts';
import { type Failure, measuredAt, troublesOf } from './when-next.ts';

/**
 * The vehicle call and what it leaves behind. After the answer the connection is read again, consistently: if the driver withdrew
 * meanwhile, nothing is stored.
 */
export async function readAndSettle(turning: Turning, reading: Reading): Promise<void> {
  const { turn, connection, pair, platform } = reading;
  const answer = await readOdometer({ ...reading, deadlineMs: turning.callDeadlineMs() }, turning);
  await heedAll(turning, reading, answer);
  const current = await getConnection(turning.business, connection);
  const after = { ...turn, dossier: { ...turn.dossier, connection: current } };
  if (!isReadable(current)) return settle(turning, after);
  if (answer.kind === 'reading' && isOfUse(reading, answer, turning.clock()))
    return storeAndSettle(turning, reading, after, answer);
  // Over another way than the connection has by now: the one that it is moving to, or the one that it has just left.
  const isElsewhere = reading.application.applicationId !== current?.applicationId;
  if (answer.kind === 'reading' || (isElsewhere && !holdsForTwin(answer))) return readHere(turning, turn);
  if (reading.upgrading) await noteTried(turning, current);
  const { kind: _, ...refusal } = answer;
  return settle(turning, after, { ...refusal, version: pair.version, tokenOf: platform.tokenOf });
}

/**
 * What a refusal says to everybody holds whether there is a reading or not: a VIN that is refused is refused to the application. A crash
 * after it leaves a budget that is closed, and the message.
 */
async function heedAll(turning: Turning, reading: Reading, answer: Answer): Promise<void> {
  const { application, platform } = reading;
  const isVinAlone = answer.kind === 'reading';
  const refusal = isVinAlone ? answer.vinRefused : answer;
  if (refusal === undefined) return;
  const pause = pauseFor(refusal);
  const requests = isVinAlone ? 1 : platform.billedRequests(reading);
  if (pause !== undefined) await emptyBudget(turning.business, application, { ...pause, requests }, turning.clock());
  // Of a refused read the end of the turn tells.
  const { meaning } = refusal;
  if (isVinAlone && (meaning === 'billing' || meaning === 'operator')) turning.warn(`vehicle_${meaning}`);
}

type Refused = Extract<Answer, { kind: 'refused' }>;

/** Both versions are one application at the vendor, with one account and one allowance for each vehicle. */
const holdsForTwin = (refused: Refused): boolean =>
  pauseFor(refused) !== undefined ||
  refused.meaning === 'vehicle_rate_limited' ||
  refused.reason === 'BILLING:VEHICLE_REQUEST_LIMIT';

type Answered = Extract<Answer, { kind: 'reading' }>;

/** Whether the car has yet to measure what would close the period. */
const isLate = ({ period }: Reading, { reading }: Answered, now: number): boolean =>
  now >= Date.parse(period.to) && !closes(reading, period);

/** Whether anything is known of the car that was recorded later. */
const isOutdated = ({ turn }: Reading, { reading }: Answered): boolean =>
  turn.dossier.readings.some(({ recordedAt }) => recordedAt > reading.recordedAt);

/** Over the way that a connection has, whatever a car says counts. The way to come has to do all that there is to do, for the same car. */
const isOfUse = (reading: Reading, answer: Answered, now: number): boolean =>
  !reading.upgrading ||
  (!isLate(reading, answer, now) &&
    !isOutdated(reading, answer) &&
    !isOtherCar(reading.turn.dossier.contract, answer.reading.vin));

/**
 * The same turn again, over the way that the connection has: what was asked over the other one is no attempt of the month. A crash after
 * the first update leaves the message, which then reads over the way that there is.
 */
export async function readHere(turning: Turning, turn: OpenTurn): Promise<void> {
  await noteTried(turning, turn.dossier.connection);
  return readAgain(turning, turn);
}

async function storeAndSettle(turning: Turning, reading: Reading, turn: OpenTurn, answer: Answered): Promise<void> {
  const { dossier, message } = turn;
  const { platform, upgrading } = reading;
  const late = isLate(reading, answer, turning.clock());
  const outcome = late ? 'not_yet_recorded' : 'read';
  const seq = openMonth(turn);
  const stored = { ...answer.reading, seq, outcome } as const;
  const { tenantId, contractId } = message;
  const readFor = { tenantId, contractId, periodId: reading.period.id, firstAsleep: late && !hasSlept(dossier, seq) };
  const contract = await learnCar(turning.business, dossier.contract, stored);
  if (upgrading && dossier.connection !== undefined) await announceMove(turning.sendTend, dossier.connection);
  await putReading(turning.business, readFor, stored);
  const readings = [stored, ...dossier.readings];
  const revived = await (upgrading
    ? move(turning, dossier.connection)
    : revive(turning, platform, { ...dossier, readings }));
  const after = { ...turn, dossier: { ...dossier, contract, connection: revived, readings } };
  // A car that has not moved on since the boundary is a car that sleeps: the same waiting, counted as what it is.
  const { tokenOf } = platform;
  const retryAfterSeconds = answer.vinRefused?.retryAfterSeconds;
  const asleep = { meaning: 'asleep', counted: true, tokenOf, retryAfterSeconds } as const;
  const failure: Failure | undefined = late ? asleep : undefined;
  return settle(turning, after, failure);
}

/**
 * A car that answers needs nothing from its owner any more. With a driver's token the maker is asked, so any answer is one, also of a car
 * that has stood since, unless the platform tells that this very trouble stands; the application's is answered from stock, and what is older than the trouble is no answer of the car.
 */
async function revive(
  { business, clock }: Turning,
  { tokenOf }: VehiclePlatform,
  dossier: Dossier,
): Promise<Connection | undefined> {
  const { connection } = dossier;
  if (connection?.state !== 'action_required') return connection;
  const isTold = troublesOf(dossier).some(({ reason }) => reason === connection.reason);
  const hasAnswered = tokenOf === 'driver' && !isTold;
  if (!hasAnswered && !ownerHasActed(connection, connection.troubles, measuredAt(dossier))) return connection;
  const moved = { state: 'active' } as const;
  return (
    (await moveConnection(business, connection, ['action_required'], moved, clock(), { owing: connection })) ??
    connection
  );
}
