// How long an answer is waited for, and when a delivery is tried again: the schedule that the Standard Webhooks specification publishes. Ten attempts in 75 hours and 35
// minutes; then it has failed, visibly. PURE.
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long a receiver may take to answer. Of the specification: 15 to 30 seconds. */
export const ANSWER_WITHIN_MS = 15 * SECOND;

/** Waiting before the second attempt, the third, …, the tenth. The first is made at once. */
const DELAYS_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

/** @param failed attempts so far, from 1 @returns milliseconds until the next one, undefined when there is none */
export const delayAfter = (failed: number): number | undefined => DELAYS_MS[failed - 1];

/** The whole schedule, for those who are told of it. */
export const TRIED = 'ten times within 75 h 35 min';
