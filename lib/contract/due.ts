// When a contract is due next, and what for. PURE: a function of the contract, its open period and the time it is given.
// Reads are spread by a jitter derived from the contract id, so that a fleet's month end is a drip and not a burst.
import { BOUNDARY_TOLERANCE_MS } from '../mileage/limits.ts';
import type { Period } from '../mileage/period.ts';

/**
 * `open`: a reading to open the period with; `before`: one in the last day of the period, for tight bounds (policy `around`);
 * `close`: one that closes the period; `asked`: one that the tenant asked for; `deadline`: no reading came, the period is stated without
 * one; `tend`: nothing but keeping the token pair alive.
 */
export type Goal = 'open' | 'before' | 'close' | 'asked' | 'deadline' | 'tend';

export interface Due {
  readonly goal: Goal;
  /** Instant. */
  readonly at: string;
}

export interface DueInput {
  readonly contractId: string;
  readonly period: Period;
  readonly policy: 'after' | 'around';
  readonly deadlineDays: number;
  readonly spreadMinutes: number;
  /** Whether a connection can be read from. */
  readonly connected: boolean;
  /** A reading that was recorded late enough is there already; the period still cannot be stated with it. */
  readonly closed: boolean;
  /** `fetchedAt` of the newest reading. Not when the car measured: a parked car would be asked for ever. */
  readonly lastFetchedAt?: string | undefined;
  /** Since when a reading is waited for that the tenant asked for. */
  readonly askedAt?: string | undefined;
  /** What was heard last of the car, it told by itself: the platform pushes, and pushed when there was something to tell. */
  readonly pushed?: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Of policy `around`: the reading before the boundary is asked for at least this long before it, and within 24 h in all. A turn that is
 * lost comes back when its lease of an hour ends, and must not come too late; the access token of two hours lasts for both readings.
 */
const BEFORE_MARGIN = 90 * MINUTE;

/** Epoch milliseconds at which the period is stated, reading or not. */
export const deadlineOf = (period: Period, deadlineDays: number): number => Date.parse(period.to) + deadlineDays * DAY;

interface Deadline {
  readonly deadlineAt?: string | undefined;
  readonly deadlineDays: number;
}

/** Epoch milliseconds. */
const openUntilMs = ({ deadlineAt, deadlineDays }: Deadline): number | undefined =>
  deadlineAt === undefined ? undefined : Date.parse(deadlineAt) - deadlineDays * DAY;

/** End of the period that is open, from its deadline; undefined when none is. */
export function openUntil(contract: Deadline): string | undefined {
  const until = openUntilMs(contract);
  return until === undefined ? undefined : new Date(until).toISOString();
}

export const PERIOD_STATUSES = ['upcoming', 'running', 'awaited', 'stated'] as const;

/** How the period stands that is stated next, by what the contract says of itself. */
export function periodStatusOf(
  contract: Deadline & { readonly startsAt: string; readonly dueAt?: string | undefined },
  now: number,
): (typeof PERIOD_STATUSES)[number] {
  const until = openUntilMs(contract);
  if (contract.dueAt === undefined || until === undefined) return 'stated';
  if (now < Date.parse(contract.startsAt)) return 'upcoming';
  return now < until ? 'running' : 'awaited';
}

/** A number in [0, 1) that depends on the id alone (FNV-1a, 32 bits). */
export function spreadOf(id: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < id.length; i += 1) sum = Math.imul(sum ^ id.charCodeAt(i), 0x01000193) >>> 0;
  return sum / 2 ** 32;
}

/**
 * Partition of the due index for a contract, 0 to `shards` − 1. Independent of its spread: were it the same number, one partition
 * would take all the writes of each part of the night.
 */
export const shardOf = (contractId: string, shards: number): number =>
  Math.floor(spreadOf(`${contractId}#shard`) * shards);

/** Whole milliseconds: an instant has no fractions, and one that is cut off would still be to come. */
const jitterOf = ({ contractId, spreadMinutes }: DueInput): number =>
  Math.floor(spreadOf(contractId) * spreadMinutes * MINUTE);

/**
 * A car that tells by itself is not asked at once: what could be asked for is what was told. A day later what it told may have got lost;
 * sooner where the deadline is near.
 */
const patienceOf = ({ pushed, deadlineDays }: DueInput): number =>
  pushed === true ? Math.min(DAY, (deadlineDays * DAY) / 4) : 0;

/** When the reading that closes the period is asked for. */
const closeAt = (input: DueInput): number => Date.parse(input.period.to) + jitterOf(input) + patienceOf(input);

/** Policy `around`: when the reading before the boundary is due. */
const beforeBoundary = (input: DueInput): number =>
  Date.parse(input.period.to) - BEFORE_MARGIN - Math.min(jitterOf(input), DAY - BEFORE_MARGIN);

/** @param now epoch milliseconds */
export function nextDue(input: DueInput, now: number): Due {
  const { period, policy, connected, lastFetchedAt } = input;
  const from = Date.parse(period.from);
  const to = Date.parse(period.to);
  const last = lastFetchedAt === undefined ? Number.NEGATIVE_INFINITY : Date.parse(lastFetchedAt);
  const before = beforeBoundary(input);

  if (connected && input.askedAt !== undefined) return due('asked', now);
  // Read so near the end that this reading is its boundary: there is nothing more to ask, and nothing to state before it is over.
  if (input.closed && now < to) return due('deadline', to);
  if (!connected || input.closed) return due('deadline', deadlineOf(period, input.deadlineDays));
  // A reading within tolerance before the period is its boundary, and opens it.
  if (last < from - BOUNDARY_TOLERANCE_MS && now < to) return due('open', Math.max(now, from));
  if (policy === 'around' && last < before && now < to) return due('before', Math.max(now, before));
  return due('close', Math.max(now, closeAt(input)));
}

/** A token pair dies after 60 idle days; one that nothing else refreshes is refreshed this often. */
const KEEP_ALIVE_MS = 21 * DAY;

/** A read refreshes too: one that comes within a month and its jitter is waited for. */
const NEXT_READ_MS = 35 * DAY;

/**
 * What is due next, with the pair kept alive until then: every three weeks while no read does it.
 * @param tendedAt instant of the last refresh
 * @param now epoch milliseconds
 */
export function keepAlive(next: Due, tendedAt: string | undefined, now: number): Due {
  const tended = tendedAt === undefined ? now : Date.parse(tendedAt);
  const longest = next.goal === 'deadline' ? KEEP_ALIVE_MS : NEXT_READ_MS;
  return Date.parse(next.at) <= tended + longest ? next : due('tend', Math.max(now, tended + KEEP_ALIVE_MS));
}

/**
 * After an attempt that failed: a retry that would come too late for its goal gives way to the next goal.
 * @param retryAt epoch milliseconds, undefined when a retry makes no sense
 */
export function afterFailure(input: DueInput, goal: Goal, retryAt: number | undefined, now: number): Due {
  const to = Date.parse(input.period.to);
  const deadline = deadlineOf(input.period, input.deadlineDays);
  if (now >= to) {
    return retryAt !== undefined && retryAt < deadline ? due('close', retryAt) : due('deadline', deadline);
  }
  if (retryAt !== undefined && retryAt < to) return due(goal, retryAt);
  const before = beforeBoundary(input);
  if (goal === 'open' && input.policy === 'around' && now < before) return due('before', before);
  return due('close', closeAt(input));
}

const due = (goal: Goal, at: number): Due => ({ goal, at: new Date(at).toISOString() });
