// One contract's turn: read the car if there is something to read, state what can be stated, plan what comes next.
// Every step may be repeated: a message that comes again finds the reading, the statement or the spent turn that it left behind.
import { tokenOwner } from '../connection/application-token.ts';
import { announceMove } from '../connection/complete-upgrade.ts';
import { type Connection, getConnection, isReadable, moveConnection } from '../connection/connection.ts';
import type { TokenRefusal } from '../connection/tend.ts';
import { ownerHasActed } from '../connection/troubles.ts';
import type { HeldPair } from '../connection/vault.ts';
import { type Contract, isOtherCar, openPeriod, waitsUntil } from '../contract/contract.ts';
import { deadlineOf, nextDue } from '../contract/due.ts';
import { learnCar } from '../contract/same-car.ts';
import type { Period } from '../mileage/period.ts';
import { closes } from '../mileage/reading.ts';
import { hasSlept } from '../reading/asleep.ts';
import { emptyBudget, giveBack, refillMs, takeRequests } from '../reading/budget.ts';
import { type Dossier, readDossier } from '../reading/dossier.ts';
import { type Answer, asksForVin, readOdometer } from '../reading/read-odometer.ts';
import { putReading } from '../reading/reading.ts';
import type { VehicleApplication } from '../tenant/application.ts';
import type { VehiclePlatform } from '../vehicle/platform.ts';
import { pauseFor } from '../vehicle/retry.ts';
import { isStale, move, noteTried, wayThere, withoutPair } from './moving.ts';
import { type OpenTurn, openSeq, type Turning, type TurnMessage } from './open-turn.ts';
import { settle } from './settle.ts';
import { handToTend, heedAsked, postpone, readAgain, tendLater } from './spend-turn.ts';
import { newestStatement } from './statement.ts';
import { dueInput, type Failure, measuredAt, troublesOf } from './when-next.ts';

interface Reading {
  readonly kind: 'read';
  readonly turn: OpenTurn;
  readonly period: Period;
  readonly application: VehicleApplication;
  readonly platform: VehiclePlatform;
  readonly connection: Connection & { readonly vendorVehicleId: string };
  readonly pair: HeldPair;
  readonly withVin: boolean;
  /** Over the application that the connection is moving to; what is of no use there is read again over its own, at once. */
  readonly upgrading: boolean;
}

type Prepared =
  | { readonly kind: 'drop'; readonly contract?: Contract }
  | { readonly kind: 'settle'; readonly turn: OpenTurn }
  | { readonly kind: 'tend'; readonly turn: OpenTurn }
  | { readonly kind: 'untended'; readonly turn: OpenTurn; readonly refusal: TokenRefusal; readonly isReadDue: boolean }
  | Reading;

/** What to do with a message, before any vehicle is asked. */
async function prepare(turning: Turning, message: TurnMessage): Promise<Prepared> {
  const { tenantId, contractId } = message;
  const newest = newestStatement(turning.attestations, { tenantId, contractId });
  const since = async () => (await newest)?.boundary?.at;
  const [dossier, head] = await Promise.all([readDossier(turning.business, tenantId, contractId, since), newest]);
  if (dossier === undefined) return { kind: 'drop' };
  if (dossier.contract.turn !== message.turn) return { kind: 'drop', contract: dossier.contract };
  const turn = { message: ofOwnWay(message, dossier.connection), dossier, head };
  const period = openPeriod(dossier.contract, head?.through);
  const { connection } = dossier;
  const settled: Prepared = { kind: 'settle', turn };
  if (period === undefined || connection?.vendorVehicleId === undefined) return settled;
  if (!isReadable(connection)) return settled;
  const isDue = isReadDue(turn, period, turning.clock());
  const { refusal, tended } = turn.message;
  if (!isDue) return refusal === undefined ? settled : { kind: 'untended', turn, refusal, isReadDue: false };
  const car = { ...connection, vendorVehicleId: connection.vendorVehicleId };
  const there = await readThere(turning, turn, period, car);
  if (there !== undefined) return there;
  if (refusal !== undefined) return { kind: 'untended', turn, refusal, isReadDue: true };
  const pair = await turning.vault.read(tokenOwner(connection));
  if (pair === undefined) return withoutTokens(turning, turn, connection);
  // One that comes from being tended is used as it is: tending it again would get no fresher one, and go round for ever.
  if (isStale(turning, pair) && tended !== true) return { kind: 'tend', turn };
  const application = await turning.application(connection.applicationId);
  const withVin = asksForVin(application, dossier.contract, period);
  const platform = turning.platformOf(application);
  return { kind: 'read', turn, period, application, platform, connection: car, pair, withVin, upgrading: false };
}

/** What a token was made for, or refused to, says nothing of it where the connection has left that application meanwhile. */
function ofOwnWay(message: TurnMessage, connection: Connection | undefined): TurnMessage {
  const { tenantId, contractId, turn, applicationId: of } = message;
  return of === undefined || of === connection?.applicationId ? message : { tenantId, contractId, turn };
}

/** The read over the application that a connection is moving to, when it may be tried; with the VIN, since it is the first one there. */
async function readThere(
  turning: Turning,
  turn: OpenTurn,
  period: Period,
  connection: Reading['connection'],
): Promise<Reading | undefined> {
  const there = await wayThere(turning, connection);
  if (there === undefined) return undefined;
  const platform = turning.platformOf(there.application);
  const car = { ...connection, vendorUserId: there.vendorUserId };
  return { kind: 'read', turn, period, platform, ...there, connection: car, withVin: true, upgrading: true };
}

/**
 * Not when a stored reading closes the period already (a redelivery), past the deadline, or when the next read is still to come: a turn
 * may also be about something else, and what the last attempt has to wait for holds all the same.
 */
function isReadDue(turn: OpenTurn, period: Period, now: number): boolean {
  const { contract } = turn.dossier;
  if (now >= deadlineOf(period, contract.deadlineDays)) return false;
  if (waitsUntil(contract, now) !== undefined) return false;
  const due = nextDue(dueInput(turn.dossier, period), now);
  return due.goal !== 'deadline' && Date.parse(due.at) <= now;
}

/** A driver's pair that is gone is the driver's to renew; an application's token is made by the function that makes tokens fresh. */
async function withoutTokens(turning: Turning, turn: OpenTurn, connection: Connection): Promise<Prepared> {
  if (connection.platform === 'v3') return { kind: 'tend', turn };
  const after = await withoutPair(turning, connection, 'tokens_gone');
  return {
    kind: isReadable(after) ? 'tend' : 'settle',
    turn: { ...turn, dossier: { ...turn.dossier, connection: after } },
  };
}

/**
 * The vehicle call and what it leaves behind. After the answer the connection is read again, consistently: if the driver withdrew
 * meanwhile, nothing is stored.
 */
async function readAndSettle(turning: Turning, reading: Reading): Promise<void> {
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
async function readHere(turning: Turning, turn: OpenTurn): Promise<void> {
  await noteTried(turning, turn.dossier.connection);
  return readAgain(turning, turn);
}

async function storeAndSettle(turning: Turning, reading: Reading, turn: OpenTurn, answer: Answered): Promise<void> {
  const { dossier, message } = turn;
  const { platform, upgrading } = reading;
  const late = isLate(reading, answer, turning.clock());
  const outcome = late ? 'not_yet_recorded' : 'read';
  const seq = openSeq(turn);
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
  return (await moveConnection(business, connection, ['action_required'], { state: 'active' }, clock())) ?? connection;
}

/** Which of an application's reads may go. */
type Grant = Promise<ReadonlySet<Reading>>;

function run(turning: Turning, prepared: Prepared, grants: ReadonlyMap<Prepared, Grant>): Promise<void> {
  switch (prepared.kind) {
    case 'drop':
      return heedAsked(turning, prepared.contract);
    case 'settle':
      return settle(turning, prepared.turn);
    case 'tend':
      return handToTend(turning, prepared.turn);
    case 'untended':
      return prepared.isReadDue
        ? settle(turning, prepared.turn, prepared.refusal)
        : tendLater(turning, prepared.turn, prepared.refusal);
    case 'read':
      return readIfGranted(turning, prepared, grants.get(prepared));
  }
}

async function readIfGranted(turning: Turning, reading: Reading, grant: Grant | undefined): Promise<void> {
  const granted = (await grant) ?? new Set();
  if (granted.has(reading)) return readAndSettle(turning, reading);
  if (reading.upgrading) return readHere(turning, reading.turn);
  return postpone(turning, reading.turn, refillMs(reading.application, reading.platform.billedRequests(reading)));
}

/** One budget per application, taken from in one update. What fails there fails for the reads of that application alone. */
function takeGrants(turning: Turning, prepared: readonly Prepared[]): ReadonlyMap<Prepared, Grant> {
  const reads = prepared.filter((one): one is Reading => one.kind === 'read');
  const byApplication = Map.groupBy(reads, ({ application }) => application.applicationId);
  return new Map(
    [...byApplication.values()].flatMap((own) => {
      const grant = takeGrant(turning, own);
      return own.map((read) => [read, grant] as const);
    }),
  );
}

async function takeGrant(turning: Turning, reads: readonly Reading[]): Grant {
  const granted = new Set<Reading>();
  const [first] = reads;
  if (first === undefined) return granted;
  const billed = reads.map((read) => ({ read, requests: read.platform.billedRequests(read) }));
  const wanted = billed.reduce((sum, { requests }) => sum + requests, 0);
  const least = Math.min(...billed.map(({ requests }) => requests));
  let left = await takeRequests(turning.business, first.application, wanted, turning.clock(), least);
  for (const { read, requests } of billed) {
    if (requests > left) break;
    left -= requests;
    granted.add(read);
  }
  await giveBack(turning.business, first.application, left);
  return granted;
}

/**
 * Runs the turns of one invocation, their vehicle calls in flight together.
 * @returns for each message what went wrong with it, undefined when it is done
 */
export async function runTurns(turning: Turning, messages: readonly TurnMessage[]): Promise<readonly unknown[]> {
  const prepared = await Promise.allSettled(messages.map((message) => prepare(turning, message)));
  const ready = prepared.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
  const grants = takeGrants(turning, ready);
  const finished = await Promise.allSettled(
    prepared.map((one) => (one.status === 'fulfilled' ? run(turning, one.value, grants) : Promise.reject(one.reason))),
  );
  return finished.map((one) => (one.status === 'rejected' ? (one.reason ?? 'unknown') : undefined));
}
