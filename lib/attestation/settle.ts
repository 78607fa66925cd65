// The end of a turn: state what can be stated, decide when the contract is due next, and spend the turn.
// Waiting up to 15 minutes goes back through SQS; longer waiting moves `dueAt`, and the planner brings it back.
import { keys } from '../aws/keys.ts';
import { LONGEST_DELAY_SECONDS } from '../aws/queue.ts';
import { type Connection, isReadable, mayComeBack, moveConnection } from '../connection/connection.ts';
import type { TokenRefusal } from '../connection/tend.ts';
import { LASTING_MS, type StandingTrouble, standingTrouble } from '../connection/troubles.ts';
import { endWithContract, isConsented } from '../connection/withdraw.ts';
import { askReading } from '../contract/ask.ts';
import { type Asked, answerAsked, waitsSince } from '../contract/asked.ts';
import { type Attempts, attemptsFor, countAttempt, type Outcome } from '../contract/attempts.ts';
import { type Contract, openPeriod, waitsUntil } from '../contract/contract.ts';
import { afterFailure, type Due, type DueInput, deadlineOf, keepAlive, nextDue, spreadOf } from '../contract/due.ts';
import { endTurn, TURN_LEASE_MS } from '../contract/turn.ts';
import type { Event } from '../event/event.ts';
import { appendMarks } from '../event/mark.ts';
import type { Period } from '../mileage/period.ts';
import { closes } from '../mileage/reading.ts';
import { hasSlept, periodAsleep } from '../reading/asleep.ts';
import { consentedReadings, type Dossier } from '../reading/dossier.ts';
import { turnMessage } from '../reading/plan-reads.ts';
import { outcomeOf } from '../reading/read-odometer.ts';
import type { VehiclePlatform } from '../vehicle/platform.ts';
import type { Meaning } from '../vehicle/refusals.ts';
import { decideRetry, isDriversToken } from '../vehicle/retry.ts';
import { statePeriods } from './issue.ts';
import { type OpenTurn, openSeq, type Turning } from './open-turn.ts';

export interface Failure {
  readonly meaning: Meaning;
  readonly retryAfterSeconds?: number | undefined;
  /** False when it was not the platform's own error document. */
  readonly spoken?: boolean;
  /** In the platform's documented words. */
  readonly reason?: string | undefined;
  /** Version of the token pair that was used. */
  readonly version?: number;
  /** Whose token was used. */
  readonly tokenOf?: VehiclePlatform['tokenOf'];
  /** Its reading counts it already. */
  readonly counted?: boolean;
}

/** A fault on our side, or a plan that is exhausted: the operator is told, and it is tried again this often until the deadline. */
export const OPERATOR_RETRY_MS = 12 * 3_600_000;

/** V3 answers with what it heard last, which is no fresher some minutes later: its stale answers wait six hours from the first one on. */
const STALE_SKIPS = 3;

const iso = (epoch: number): string => new Date(epoch).toISOString();

/** What the next read depends on, from a contract's dossier. */
export const dueInput = (dossier: Dossier, period: Period): DueInput => ({
  ...dossier.contract,
  period,
  connected: isReadable(dossier.connection),
  closed: consentedReadings(dossier).some((reading) => closes(reading, period)),
  lastFetchedAt: newest(dossier.readings.map(({ fetchedAt }) => fetchedAt)),
  askedAt: unanswered(dossier),
  pushed: dossier.readings.toSorted((one, other) => (one.fetchedAt < other.fetchedAt ? 1 : -1))[0]?.source === 'push',
});

/** A reading that was asked for and is stored already (a redelivery) is not asked for again. */
const unanswered = (dossier: Dossier): string | undefined => {
  const since = waitsSince(dossier.contract.asked);
  return since === undefined || consentedReadings(dossier).some(({ fetchedAt }) => fetchedAt >= since)
    ? undefined
    : since;
};

const newest = (instants: readonly string[]): string | undefined => instants.toSorted().at(-1);

/** What the platform has told is wrong with the account, unless the car has measured since. */
export const troubleOf = (dossier: Pick<Dossier, 'connection' | 'readings'>): StandingTrouble | undefined => {
  const measured = newest(dossier.readings.map(({ recordedAt }) => recordedAt));
  return standingTrouble(dossier.connection?.troubles, measured === undefined ? undefined : Date.parse(measured));
};

/** What a trouble alone has broken is whole when it is over, or the car has measured since: nobody was refused anything. */
async function comeBack({ business }: Turning, turn: OpenTurn, now: number): Promise<OpenTurn> {
  const { connection } = turn.dossier;
  if (connection === undefined || !mayComeBack(connection)) return turn;
  if (troubleOf(turn.dossier)?.meaning === 'reconnect') return turn;
  const back = await moveConnection(business, connection, ['reauth_required'], { state: 'active' }, now);
  return { ...turn, dossier: { ...turn.dossier, connection: back ?? connection } };
}

/** A trouble that has lasted moves the connection as the same refusal of a read would; before that it moves nothing. */
async function heedTrouble(turning: Turning, told: OpenTurn, now: number): Promise<OpenTurn> {
  const turn = await comeBack(turning, told, now);
  const { connection } = turn.dossier;
  const trouble = isReadable(connection) ? troubleOf(turn.dossier) : undefined;
  if (connection === undefined || trouble === undefined || now < trouble.since + LASTING_MS) return turn;
  const { meaning, reason } = trouble;
  const state = meaning === 'reconnect' ? 'reauth_required' : 'action_required';
  if (connection.state === state) return turn;
  const to = { state, reason, ...(state === 'reauth_required' ? { byTrouble: true } : {}) } as const;
  const moved = await moveConnection(turning.business, connection, ['active', 'action_required'], to, now);
  return { ...turn, dossier: { ...turn.dossier, connection: moved ?? connection } };
}

export async function settle(turning: Turning, told: OpenTurn, failure?: Failure): Promise<void> {
  const now = turning.clock();
  const turn = await heedTrouble(turning, told, now);
  const { dossier, head } = turn;
  const attempts = attemptsAfter(attemptsFor(dossier.contract.attempts, openSeq(turn)), countedAs(failure), now);
  const readings = consentedReadings(dossier);
  const contract = { ...dossier.contract, attempts };
  const stated = await statePeriods(turning, { ...dossier, contract, readings, head }, now);
  const period = openPeriod(contract, stated?.through);
  const askable = period !== undefined && isReadable(dossier.connection);
  const found = { readings, refusal: countedAs(failure), askable, now: iso(now) };
  const asked = answerAsked(contract.asked, found);
  if (period === undefined) {
    const over = { ...turn, dossier: { ...dossier, contract } };
    // A crash in between leaves the message, which finds them ended.
    for (const one of dossier.connections.filter(isConsented)) await endWithContract(turning.business, one, now);
    await endTurn(turning.business, contract, { ...progressOf(over), ...answerOf(turn, asked), dueAt: undefined });
    return;
  }
  const deadlineAt = iso(deadlineOf(period, contract.deadlineDays));
  const answered = { ...contract, asked, deadlineAt };
  const after = { ...turn, head: stated, dossier: { ...dossier, contract: answered }, answer: answerOf(turn, asked) };
  const failed = stated?.seq === head?.seq ? failure : undefined;
  const events = asleepFor(turn, period, failed, now);
  if (failed !== undefined) return afterFailed(turning, { ...after, events }, period, failed, now);
  return moveOn(turning, after, { due: nextDue(dueInput(after.dossier, period), now), failures: 0, failure });
}

/** What the end of the turn writes: nothing where nothing was answered, because somebody may have asked since it was read. */
const answerOf = ({ dossier }: OpenTurn, asked: Asked | undefined): Pick<Contract, 'asked'> =>
  waitsSince(dossier.contract.asked) !== undefined && waitsSince(asked) === undefined ? { asked } : {};

/** The first refusal of a car that sleeps, in this period; a reading that shows it carries the event itself. */
function asleepFor(
  { dossier, head }: OpenTurn,
  { id }: Period,
  failure: Failure | undefined,
  now: number,
): readonly Event[] {
  const { contract, connection } = dossier;
  if (countedAs(failure) !== 'asleep' || connection === undefined) return [];
  if (hasSlept(dossier, (head?.seq ?? 0) + 1)) return [];
  return [periodAsleep({ ...contract, connectionId: connection.connectionId, periodId: id }, iso(now))];
}

/** What an attempt has to wait for holds for whatever is due next, also for another goal. @param from instant */
function allowed(due: Due, deadlineAt: string | undefined, from: string): Due {
  if (due.goal === 'deadline' || due.at >= from) return due;
  return deadlineAt === undefined || from < deadlineAt ? { ...due, at: from } : { goal: 'deadline', at: deadlineAt };
}

const attemptsAfter = (before: Attempts, outcome: Outcome | undefined, now: number): Attempts =>
  outcome === undefined ? before : countAttempt(before, outcome, iso(now));

/** How a failure counts; not at all when there is none, or its reading counts it. */
function countedAs(failure: Failure | undefined): Outcome | undefined {
  if (failure === undefined || failure.counted === true) return undefined;
  const ours = failure.meaning === 'refresh_once' && !isDriversToken(failure);
  return ours ? 'refused' : outcomeOf[failure.meaning];
}

async function afterFailed(
  turning: Turning,
  turn: OpenTurn,
  period: Period,
  failure: Failure,
  now: number,
): Promise<void> {
  const { contract } = turn.dossier;
  const deadline = now < Date.parse(period.to) ? Date.parse(period.to) : deadlineOf(period, contract.deadlineDays);
  const failures = contract.failures + 1;
  const { refreshed } = turn.message;
  const attempt = failures + (failure.counted === true && failure.tokenOf === 'application' ? STALE_SKIPS : 0);
  const decision = decideRetry({ ...failure, attempt, now, deadline, refreshed });
  const input = dueInput(turn.dossier, period);
  const natural = nextDue(input, now);
  // It was asked for, and would not have been read by itself: the car is not asked again before it is due anyway.
  const isExtra = contract.goal === 'asked' && Date.parse(natural.at) > now;
  const again = (at: number | undefined) =>
    isExtra
      ? moveOn(turning, turn, { due: natural, failures: contract.failures, failure })
      : moveOn(turning, turn, { due: afterFailure(input, natural.goal, at, now), failures, failure });
  switch (decision.kind) {
    case 'retry':
      return again(decision.at);
    case 'give_up':
      return again(undefined);
    case 'refresh':
      return handToTend(turning, turn, failure.version);
    case 'owner_must_act':
      await changeConnection(turning, turn, 'action_required', reasonOf(failure));
      return again(decision.at);
    case 'reconnect':
      await changeConnection(turning, turn, 'reauth_required', reasonOf(failure));
      return moveOn(turning, turn, { due: nextDue({ ...input, connected: false }, now), failures, failure });
    case 'stop':
      if (decision.reason !== 'not_capable') turning.warn(`vehicle_${decision.reason}`);
      return again(decision.reason === 'not_capable' ? undefined : now + OPERATOR_RETRY_MS);
  }
}

/** Machine-readable. An access token that was refused twice is the same as a refresh token that is refused. */
const reasonOf = ({ meaning, reason = meaning }: Failure): string =>
  meaning === 'refresh_once' ? 'token_refused' : reason;

/** A connection that waits for its owner already, and for the same reason, stays as it is: the outside was told once. */
async function changeConnection(
  { business, clock }: Turning,
  { dossier }: OpenTurn,
  state: 'action_required' | 'reauth_required',
  reason: string,
): Promise<void> {
  const { connection } = dossier;
  if (connection === undefined || (connection.state === state && connection.reason === reason)) return;
  await moveConnection(business, connection, ['active', 'action_required'], { state, reason }, clock());
}

type Progress = Pick<Contract, 'goal' | 'failures' | 'attempts' | 'deadlineAt' | 'tendedAt' | 'lastFetchedAt'>;

const progressOf = ({ dossier }: OpenTurn): Progress => ({
  goal: dossier.contract.goal,
  failures: dossier.contract.failures,
  attempts: dossier.contract.attempts,
  deadlineAt: dossier.contract.deadlineAt,
  tendedAt: dossier.contract.tendedAt,
  lastFetchedAt: newest(dossier.readings.map(({ fetchedAt }) => fetchedAt)),
});

/** On V3 there is no pair to keep alive: the application asks for its token anew. */
const hasPair = (connection: Connection | undefined): boolean =>
  isReadable(connection) && connection?.platform !== 'v3';

/** A trouble is looked at when it has lasted; what the last attempt waits for, such a turn leaves alone. */
function lookAgain(next: Due, dossier: Dossier, now: number): Due {
  const trouble = isReadable(dossier.connection) ? troubleOf(dossier) : undefined;
  const at = trouble === undefined ? now : trouble.since + LASTING_MS;
  return at > now && Date.parse(next.at) > at ? { goal: 'tend', at: iso(at) } : next;
}

interface Next {
  readonly due: Due;
  /** In a row, of the same goal. */
  readonly failures: number;
  /** Of this turn. */
  readonly failure: Failure | undefined;
}

/** Spends the turn. A crash after a lease and before its message leaves the contract leased; the planner takes it up again. */
async function moveOn(turning: Turning, turn: OpenTurn, next: Next): Promise<void> {
  const now = turning.clock();
  const { contract } = turn.dossier;
  const tendedAt = turn.message.tended === true ? iso(now) : contract.tendedAt;
  const { due, waiting } = whenNext(turn, next, tendedAt, now);
  const delaySeconds = Math.ceil((Date.parse(due.at) - now) / 1000);
  const marks = appendMarks(keys.contract(contract.tenantId, contract.contractId), turn.events ?? []);
  const sameGoal = next.failures > 0 && delaySeconds <= LONGEST_DELAY_SECONDS;
  const progress = { ...progressOf(turn), tendedAt, goal: due.goal, ...waiting, ...turn.answer };
  if (!sameGoal || due.goal === 'deadline') {
    await heedAsked(turning, await endTurn(turning.business, contract, { ...progress, dueAt: due.at }, marks));
    return;
  }
  const leased = { ...progress, dueAt: iso(Date.parse(due.at) + TURN_LEASE_MS) };
  const leasedTurn = await endTurn(turning.business, contract, leased, marks);
  if (leasedTurn !== undefined) await turning.sendRead([{ body: turnMessage(leasedTurn), delaySeconds }]);
}

const FIRM: readonly Meaning[] = ['application_rate_limited', 'vehicle_rate_limited', 'billing', 'operator'];

/** Whoever refused wants to be left alone for so long: the platform, or an operator's matter. */
const isFirm = ({ meaning, retryAfterSeconds }: Failure): boolean =>
  retryAfterSeconds !== undefined || FIRM.includes(meaning);

/**
 * When the contract is due, and what of the last attempt holds until then. A turn in between that was about something else (a trouble, a
 * pair) leaves both as they were.
 */
function whenNext(
  turn: OpenTurn,
  { due, failures, failure }: Next,
  tendedAt: string | undefined,
  now: number,
): { readonly due: Due; readonly waiting: Partial<Pick<Contract, 'failures' | 'waits'>> } {
  const { contract, connection } = turn.dossier;
  const seq = openSeq(turn);
  const held = failure === undefined ? waitsUntil(contract, seq, now) : undefined;
  const asked = iso(now + (failure?.retryAfterSeconds ?? 0) * 1000);
  const kept = hasPair(connection) ? keepAlive(due, tendedAt, now) : due;
  const free = allowed(kept, contract.deadlineAt, held ?? asked);
  const next = lookAgain(free, turn.dossier, now);
  if (held !== undefined) return { due: next, waiting: {} };
  const towards = free.goal === contract.goal || contract.goal === 'asked' ? failures : 0;
  if (failure === undefined || connection === undefined) return { due: next, waiting: { failures: towards } };
  const until = failures > 0 ? free.at : asked;
  const waits = { until, seq, connectionId: connection.connectionId, ...(isFirm(failure) ? { firm: true } : {}) };
  return { due: next, waiting: { failures: towards, waits } };
}

/**
 * A reading that was asked for while a turn was under way joined it, and that turn did not know. A crash before this leaves the turn's
 * message, which comes again, is dropped, and does this.
 */
export async function heedAsked({ business, clock }: Turning, contract: Contract | undefined): Promise<void> {
  if (waitsSince(contract?.asked) !== undefined && contract !== undefined)
    await askReading(business, contract, clock());
}

/** The access token has to be refreshed first: a new turn, by way of the function that does that. */
export async function handToTend(turning: Turning, turn: OpenTurn, rejectedVersion?: number): Promise<void> {
  const dueAt = iso(turning.clock() + TURN_LEASE_MS);
  const next = await endTurn(turning.business, turn.dossier.contract, { ...progressOf(turn), dueAt });
  const rejected = rejectedVersion === undefined ? {} : { rejectedVersion };
  if (next !== undefined) await turning.sendTend([{ body: { ...turnMessage(next), ...rejected } }]);
}

/** Nothing is read, and the pair cannot be kept alive either: later, and no attempt. */
export async function tendLater(turning: Turning, turn: OpenTurn, refusal: TokenRefusal): Promise<void> {
  const { meaning, retryAfterSeconds = 0 } = refusal;
  const isOurs = meaning === 'operator' || meaning === 'billing';
  if (isOurs) turning.warn(`vehicle_${meaning}`);
  const now = turning.clock();
  const wait = Math.max(isOurs ? OPERATOR_RETRY_MS : LONGEST_DELAY_SECONDS * 1000, retryAfterSeconds * 1000);
  const { deadlineAt } = turn.dossier.contract;
  const tend: Due = { goal: 'tend', at: iso(now + wait) };
  const due: Due = deadlineAt !== undefined && deadlineAt < tend.at ? { goal: 'deadline', at: deadlineAt } : tend;
  await endTurn(turning.business, turn.dossier.contract, { ...progressOf(turn), goal: due.goal, dueAt: due.at });
}

/** The same again at once, in a new turn that is as fresh as this one. */
export async function readAgain(turning: Turning, turn: OpenTurn): Promise<void> {
  const dueAt = iso(turning.clock() + TURN_LEASE_MS);
  const next = await endTurn(turning.business, turn.dossier.contract, { ...progressOf(turn), dueAt });
  const { tended, refreshed } = turn.message;
  const fresh = { ...(tended === undefined ? {} : { tended }), ...(refreshed === undefined ? {} : { refreshed }) };
  if (next !== undefined) await turning.sendRead([{ body: { ...turnMessage(next), ...fresh } }]);
}

/** Contracts that wait for an empty budget come back at the soonest after this, and spread over as much as an hour more. */
const EMPTY_BUDGET_MS = 15 * 60_000;
const EMPTY_BUDGET_SPREAD_MS = 60 * 60_000;

/** No requests left in the budget: later, and no attempt. Spread, or all who wait would come back at once to find it empty again. */
export async function postpone(turning: Turning, turn: OpenTurn, refillMs: number): Promise<void> {
  const { contractId, turn: number } = turn.dossier.contract;
  const spread = Math.floor(spreadOf(`${contractId}#${number}`) * EMPTY_BUDGET_SPREAD_MS);
  const dueAt = iso(turning.clock() + Math.max(refillMs, EMPTY_BUDGET_MS) + spread);
  await endTurn(turning.business, turn.dossier.contract, { ...progressOf(turn), dueAt });
}
