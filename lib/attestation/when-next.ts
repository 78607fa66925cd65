// When a contract is due after a turn, and what of the last attempt holds until then. PURE: a function of the turn, of what came of it,
// and of the time it is given.
import { type Connection, isReadable, mayComeBack } from '../connection/connection.ts';
import { nextLastingAt, type StandingTrouble, standingTroubles } from '../connection/troubles.ts';
import { waitsSince } from '../contract/asked.ts';
import { type Contract, waitsUntil } from '../contract/contract.ts';
import { type Due, type DueInput, keepAlive, nextDue } from '../contract/due.ts';
import type { Period } from '../mileage/period.ts';
import { closes } from '../mileage/reading.ts';
import { consentedReadings, type Dossier } from '../reading/dossier.ts';
import { type TokenOf, whoseToken } from '../vehicle/platform.ts';
import type { Meaning } from '../vehicle/refusals.ts';
import { type OpenTurn, openMonth } from './open-turn.ts';

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
  readonly tokenOf?: TokenOf;
  /** Its reading counts it already. */
  readonly counted?: boolean;
}

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

/**
 * When the month itself is next in need of a turn, whatever the tenant asks for beside it: not before what a refusal waits for.
 * @param now epoch milliseconds
 * @returns epoch milliseconds; `now` when it is in need of one already
 */
export function monthDueAt(dossier: Dossier, period: Period, now: number): number {
  const due = nextDue({ ...dueInput(dossier, period), askedAt: undefined }, now);
  const held = waitsUntil({ ...dossier.contract, goal: due.goal }, now);
  return Math.max(Date.parse(due.at), held === undefined ? now : Date.parse(held));
}

/** A reading that was asked for and is stored already (a redelivery) is not asked for again. */
const unanswered = (dossier: Dossier): string | undefined => {
  const since = waitsSince(dossier.contract.asked);
  return since === undefined || consentedReadings(dossier).some(({ fetchedAt }) => fetchedAt >= since)
    ? undefined
    : since;
};

export const newest = (instants: readonly string[]): string | undefined => instants.toSorted().at(-1);

/** Epoch milliseconds of the newest measurement that is known. */
export const measuredAt = ({ readings }: Pick<Dossier, 'readings'>): number | undefined => {
  const measured = newest(readings.map(({ recordedAt }) => recordedAt));
  return measured === undefined ? undefined : Date.parse(measured);
};

/** What the platform has told is wrong with the account, the gravest first, unless the car has measured since. */
export const troublesOf = (dossier: Pick<Dossier, 'connection' | 'readings'>): readonly StandingTrouble[] =>
  standingTroubles(dossier.connection?.troubles, measuredAt(dossier));

/** What an attempt has to wait for holds for whatever is due next, also for another goal. @param from instant */
function allowed(due: Due, deadlineAt: string | undefined, from: string): Due {
  if (due.goal === 'deadline' || due.at >= from) return due;
  return deadlineAt === undefined || from < deadlineAt ? { ...due, at: from } : { goal: 'deadline', at: deadlineAt };
}

/** There is no pair to keep alive where the application asks for its token anew. */
const hasPair = (connection: Connection | undefined): boolean =>
  isReadable(connection) && whoseToken(connection?.platform) === 'driver';

/** A trouble is looked at when it has lasted, also where another has broken the connection; what the last attempt waits for, such a turn leaves alone. */
function lookAgain(next: Due, dossier: Dossier, now: number): Due {
  const { connection } = dossier;
  const isTold = isReadable(connection) || (connection !== undefined && mayComeBack(connection));
  const at = isTold ? nextLastingAt(troublesOf(dossier), now) : undefined;
  return at !== undefined && Date.parse(next.at) > at ? { goal: 'tend', at: iso(at) } : next;
}

export interface Next {
  readonly due: Due;
  /** In a row, of the same goal. */
  readonly failures: number;
  /** Of this turn. */
  readonly failure: Failure | undefined;
}

const FIRM: readonly Meaning[] = ['application_rate_limited', 'vehicle_rate_limited', 'billing', 'operator'];

/** Whoever refused wants to be left alone for so long: the platform, or an operator's matter. */
const isFirm = ({ meaning, retryAfterSeconds }: Failure): boolean =>
  retryAfterSeconds !== undefined || FIRM.includes(meaning);

/**
 * When the contract is due, and what of the last attempt holds until then. A turn in between that was about something else (a trouble, a
 * pair) leaves both as they were.
 */
export function whenNext(
  turn: OpenTurn,
  { due, failures, failure }: Next,
  tendedAt: string | undefined,
  now: number,
): { readonly due: Due; readonly waiting: Partial<Pick<Contract, 'failures' | 'waits'>> } {
  const { contract, connection } = turn.dossier;
  const held = failure === undefined ? waitsUntil(contract, now) : undefined;
  // The read that was due is put off, no matter whether it has waited long enough; what was tried for another month counts no more.
  const isPutOff = turn.answer?.replace !== undefined && contract.attempts.seq === openMonth(turn);
  const asked = iso(now + (failure?.retryAfterSeconds ?? 0) * 1000);
  const kept = hasPair(connection) ? keepAlive(due, tendedAt, now) : due;
  const free = allowed(kept, contract.deadlineAt, held ?? asked);
  const next = lookAgain(free, turn.dossier, now);
  if (held !== undefined || isPutOff) return { due: next, waiting: {} };
  const towards = free.goal === contract.goal || contract.goal === 'asked' ? failures : 0;
  if (failure === undefined || connection === undefined) return { due: next, waiting: { failures: towards } };
  const until = failures > 0 ? free.at : asked;
  const waits = { until, connectionId: connection.connectionId, ...(isFirm(failure) ? { firm: true } : {}) };
  return { due: next, waiting: { failures: towards, waits } };
}
