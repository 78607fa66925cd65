// The end of a turn: state what can be stated, decide what follows, and spend the turn.
import { type Connection, getConnection, isReadable, LIVE, moveConnection } from '../connection/connection.ts';
import { endWithContract, isConsented } from '../connection/withdraw.ts';
import { type Asked, answerAsked, waitsSince } from '../contract/asked.ts';
import { type Attempts, attemptsFor, countAttempt, type Outcome } from '../contract/attempts.ts';
import type { Contract } from '../contract/contract.ts';
import { afterFailure, deadlineOf, nextDue } from '../contract/due.ts';
import { openPeriod } from '../contract/open-period.ts';
import { type Term, termsOnSameCar } from '../contract/same-car.ts';
import { endTurn } from '../contract/turn.ts';
import type { Event } from '../event/event.ts';
import type { Period } from '../mileage/period.ts';
import { hasSlept, periodAsleep } from '../reading/asleep.ts';
import { consentedReadings } from '../reading/dossier.ts';
import { outcomeOf } from '../reading/read-odometer.ts';
import { decideRetry, isDriversToken, OPERATOR_RETRY_SECONDS } from '../vehicle/retry.ts';
import { correctChain } from './correct-chain.ts';
import { heedTroubles } from './heed-troubles.ts';
import { statePeriods } from './issue.ts';
import { withoutPair } from './moving.ts';
import { type OpenTurn, openMonth, type Turning } from './open-turn.ts';
import { handToTend, moveOn, progressOf } from './spend-turn.ts';
import { monthsStated } from './statement.ts';
import { dueInput, type Failure } from './when-next.ts';

/** V3 answers with what it heard last, which is no fresher some minutes later: its stale answers wait six hours from the first one on. */
const STALE_SKIPS = 3;

const iso = (epoch: number): string => new Date(epoch).toISOString();

export async function settle(turning: Turning, told: OpenTurn, failure?: Failure): Promise<void> {
  const now = turning.clock();
  const turn = await heedTroubles(turning, told, now, refusedTo(told, failure));
  const { dossier } = turn;
  const { head, isLeft, answer } = await correctChain(turning, turn, now);
  const attempts = attemptsAfter(attemptsFor(dossier.contract.attempts, openMonth(turn)), countedAs(failure), now);
  const readings = consentedReadings(dossier);
  const contract = { ...dossier.contract, attempts };
  const onSameCar = await othersNow(turning, contract, head, now);
  const stating = { ...dossier, contract, readings, head, onSameCar };
  const stated = isLeft === true ? head : await statePeriods(turning, stating, now);
  const period = openPeriod(contract, stated?.through);
  const askable = period !== undefined && isReadable(dossier.connection);
  const found = { readings, refusal: countedAs(failure), askable, now: iso(now) };
  const asked = answerAsked(contract.asked, found);
  if (period === undefined) {
    const over = { ...turn, dossier: { ...dossier, contract } };
    // A crash in between leaves the message, which finds them ended.
    for (const one of dossier.connections.filter(isConsented)) await endWithContract(turning.business, one, now);
    await endTurn(turning.business, contract, {
      ...progressOf(over),
      ...answerOf(turn, asked),
      ...answer,
      dueAt: undefined,
    });
    return;
  }
  const deadlineAt = iso(deadlineOf(period, contract.deadlineDays));
  const answered = { ...contract, asked, deadlineAt };
  const after = {
    ...turn,
    head: stated,
    dossier: { ...dossier, contract: answered },
    answer: { ...answerOf(turn, asked), ...answer },
  };
  const failed = monthsStated(stated) === monthsStated(head) ? failure : undefined;
  // Nothing moves for a refusal that a statement has overtaken.
  const heeded = failed === failure ? after : await heedTroubles(turning, after, now);
  const events = asleepFor(turn, period, failed, now);
  if (failed !== undefined) return afterFailed(turning, { ...after, events }, period, failed, now);
  return moveOn(turning, heeded, { due: nextDue(dueInput(heeded.dossier, period), now), failures: 0, failure }, now);
}

/** What the refusal of a read makes of its connection, if it makes anything of it. */
function refusedTo({ message }: OpenTurn, failure?: Failure): 'action_required' | 'reauth_required' | undefined {
  if (failure?.meaning === 'owner_must_act') return 'action_required';
  const isToken = failure?.meaning === 'refresh_once' && message.refreshed === true && isDriversToken(failure);
  return isToken || failure?.meaning === 'reconnect' ? 'reauth_required' : undefined;
}

/** Looked up where a period may be stated. */
async function othersNow(
  { business }: Turning,
  contract: Contract,
  head: OpenTurn['head'],
  now: number,
): Promise<readonly Term[]> {
  const period = openPeriod(contract, head?.through);
  return period === undefined || now < Date.parse(period.to) ? [] : termsOnSameCar(business, contract);
}

/** What the end of the turn writes: nothing where nothing was answered, because somebody may have asked since it was read. */
const answerOf = ({ dossier }: OpenTurn, asked: Asked | undefined): Pick<Contract, 'asked'> =>
  waitsSince(dossier.contract.asked) !== undefined && waitsSince(asked) === undefined ? { asked } : {};

/** The first refusal of a car that sleeps, in this period; a reading that shows it carries the event itself. */
function asleepFor(turn: OpenTurn, { id }: Period, failure: Failure | undefined, now: number): readonly Event[] {
  const { contract, connection } = turn.dossier;
  if (countedAs(failure) !== 'asleep' || connection === undefined) return [];
  if (hasSlept(turn.dossier, openMonth(turn))) return [];
  return [periodAsleep({ ...contract, connectionId: connection.connectionId, periodId: id }, iso(now))];
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
      ? moveOn(turning, turn, { due: natural, failures: contract.failures, failure }, now)
      : moveOn(turning, turn, { due: afterFailure(input, natural.goal, at, now), failures, failure }, now);
  switch (decision.kind) {
    case 'retry':
      return again(decision.at);
    case 'give_up':
      return again(undefined);
    case 'refresh':
      return handToTend(turning, turn, failure.version);
    case 'owner_must_act':
      await waitForOwner(turning, turn, reasonOf(failure));
      return again(decision.at);
    case 'reconnect': {
      const connection = await loseGrant(turning, turn, reasonOf(failure));
      if (isReadable(connection)) return handToTend(turning, { ...turn, dossier: { ...turn.dossier, connection } });
      return moveOn(turning, turn, { due: nextDue({ ...input, connected: false }, now), failures, failure }, now);
    }
    case 'stop':
      if (decision.reason !== 'not_capable') turning.warn(`vehicle_${decision.reason}`);
      return again(decision.reason === 'not_capable' ? undefined : now + OPERATOR_RETRY_SECONDS * 1000);
  }
}

/** Machine-readable. An access token that was refused twice is the same as a refresh token that is refused. */
const reasonOf = ({ meaning, reason = meaning }: Failure): string =>
  meaning === 'refresh_once' ? 'token_refused' : reason;

/** V2's words about its own grant. What is wrong at the maker is so for both versions. */
const ABOUT_GRANT: readonly string[] = ['token_refused', 'PERMISSION'];

/** @returns the connection as it is now: one that moves to the other version, or has just moved there, is still read */
async function loseGrant(
  turning: Turning,
  { dossier: { connection } }: OpenTurn,
  reason: string,
): Promise<Connection | undefined> {
  if (connection === undefined) return undefined;
  if (ABOUT_GRANT.includes(reason)) return withoutPair(turning, connection, reason);
  const { business, clock } = turning;
  const { applicationId: of } = connection;
  const lost = { state: 'reauth_required', reason } as const;
  return (
    (await moveConnection(business, connection, LIVE, lost, clock(), { of })) ?? getConnection(business, connection)
  );
}

/** A connection that waits for its owner already, and for the same reason, stays as it is: the outside was told once. */
async function waitForOwner({ business, clock }: Turning, { dossier }: OpenTurn, reason: string): Promise<void> {
  const { connection } = dossier;
  const state = 'action_required';
  if (connection === undefined || (connection.state === state && connection.reason === reason)) return;
  const now = clock();
  const { applicationId: of } = connection;
  await moveConnection(business, connection, LIVE, { state, reason, ownerSince: iso(now) }, now, { of });
}
