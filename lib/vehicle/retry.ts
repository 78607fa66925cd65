// When to try again: the one place that turns what a refusal means into what happens next. PURE: the clock comes in.
// Schedule: 15 min, 1 h, 3 h, 6 h, then every 12 h; at most 20 attempts; never after the deadline.
// Refuses to know about queues, tokens or connections: it answers with a decision, the caller carries it out.

import { MAX_ATTEMPTS, MAX_PAUSE_S, RETRY_WAITS_MS } from './constants.ts';
import type { TokenOf } from './platform.ts';
import type { Meaning } from './refusals.ts';

export interface Failure {
  readonly meaning: Meaning;
  /** Attempts made so far in this period, the failed one included: 1 after the first failure. */
  readonly attempt: number;
  /** Epoch ms. */
  readonly now: number;
  /** Epoch ms: the last instant at which a try makes sense. */
  readonly deadline: number;
  /** What the platform asked for; longer than the schedule it wins, to the second. */
  readonly retryAfterSeconds?: number | undefined;
  /** True when this attempt already used a freshly refreshed token: a second 401 then means that the driver must reconnect. */
  readonly refreshed?: boolean | undefined;
  /** Whose token was used. An application's that is refused twice is the operator's trouble, never the driver's. */
  readonly tokenOf?: TokenOf | undefined;
  /** False when a token was refused by a page that is not the platform's own error document: that says nothing about a driver. */
  readonly spoken?: boolean | undefined;
}

/**
 * - `retry`: try again at `at` (epoch ms, after `now`, at most the deadline)
 * - `give_up`: no try is left before the deadline; the period ends without a reading
 * - `refresh`: refresh the token and repeat at once, once
 * - `reconnect`: nothing to try until the driver has gone through Connect
 * - `owner_must_act`: tell the owner; the connection stays, and `at` is the next look, undefined when none is left
 * - `stop`: waiting does not help. `not_capable`: nothing does; `billing` and `operator`: the operator, who is told
 */
export type RetryDecision =
  | { readonly kind: 'retry'; readonly at: number }
  | { readonly kind: 'give_up' }
  | { readonly kind: 'refresh' }
  | { readonly kind: 'reconnect' }
  | { readonly kind: 'owner_must_act'; readonly at: number | undefined }
  | { readonly kind: 'stop'; readonly reason: 'not_capable' | 'billing' | 'operator' };

/** What only an operator can mend is asked again this often. Seconds. */
export const OPERATOR_RETRY_SECONDS = 12 * 3600;

/**
 * Whether a refusal stops every request of the application, and for how long: in seconds, absent where the platform does not say. A
 * suspended account answers nobody; it is asked again, by one request, when the operator has had time.
 * @param refusal `reason` in the platform's documented words
 */
export function pauseFor({
  meaning,
  reason,
  retryAfterSeconds,
}: {
  readonly meaning: Meaning;
  readonly reason?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}): { readonly retryAfterSeconds: number | undefined } | undefined {
  if (reason === 'BILLING:ACCOUNT_SUSPENDED')
    return { retryAfterSeconds: Math.min(Math.max(retryAfterSeconds ?? 0, OPERATOR_RETRY_SECONDS), MAX_PAUSE_S) };
  return meaning === 'application_rate_limited' ? { retryAfterSeconds } : undefined;
}

/** Decides what follows a failed read. Total: every meaning has an answer. */
export const decideRetry = (failure: Failure): RetryDecision => {
  switch (failure.meaning) {
    case 'refresh_once':
      return refusedToken(failure);
    case 'reconnect':
      return { kind: 'reconnect' };
    case 'owner_must_act':
      return { kind: 'owner_must_act', at: nextTry(failure) };
    case 'not_capable':
    case 'billing':
    case 'operator':
      return { kind: 'stop', reason: failure.meaning };
    case 'asleep':
    case 'transient':
    case 'application_rate_limited':
    case 'vehicle_rate_limited':
      return later(failure);
  }
};

const refusedToken = (failure: Failure): RetryDecision => {
  if (failure.refreshed !== true) return { kind: 'refresh' };
  return isDriversToken(failure) ? { kind: 'reconnect' } : { kind: 'stop', reason: 'operator' };
};

/** Whether a refused token can be about the driver at all: it is a driver's, and the platform itself refused it. */
export const isDriversToken = ({ tokenOf, spoken }: Pick<Failure, 'tokenOf' | 'spoken'>): boolean =>
  tokenOf !== 'application' && spoken !== false;

const later = (failure: Failure): RetryDecision => {
  const at = nextTry(failure);
  return at === undefined ? { kind: 'give_up' } : { kind: 'retry', at };
};

// A wait that would end after the deadline is cut to it, for one last try; what the platform asked for is never cut.
const nextTry = ({ attempt, now, deadline, retryAfterSeconds = 0 }: Failure): number | undefined => {
  if (attempt >= MAX_ATTEMPTS || now >= deadline) return undefined;
  const allowedFrom = now + retryAfterSeconds * 1000;
  if (allowedFrom > deadline) return undefined;
  return Math.min(Math.max(now + scheduledWait(attempt), allowedFrom), deadline);
};

const scheduledWait = (attempt: number): number =>
  RETRY_WAITS_MS[Math.min(attempt, RETRY_WAITS_MS.length) - 1] ?? RETRY_WAITS_MS[0];
