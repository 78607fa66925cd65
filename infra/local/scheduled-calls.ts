// The calls that schedules make, and what Lambda does when such an asynchronous call fails: it repeats it as often as the
// function's invoke configuration says. Who moves time (time-machine.ts, running-time.ts) asks here what has to be repeated.
// Source: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation". Not as there: the
// greatest age of an event, which would end the repeating sooner.
import type { ScheduleSpec } from './deployed-functions.ts';
import type { Outcome } from './function-copy.ts';

/** One call of a schedule; `attempt` counts from 0. */
export type ScheduledCall = { readonly schedule: ScheduleSpec; readonly attempt: number };

export type ScheduledCalls = {
  /** Makes a call and notes whether and when it has to be repeated. */
  readonly make: (call: ScheduledCall) => Promise<void>;
  /** Instants (epoch ms) at which something has to be repeated. */
  readonly retryInstants: () => readonly number[];
  /** Hands out what has to be repeated by now, once. */
  readonly takeDue: () => readonly ScheduledCall[];
};

// One minute after the first attempt, two minutes after the second. There is no fourth.
const RETRY_DELAYS_MS = [60_000, 120_000] as const;

/** @param now epoch ms @param fire has the function run once */
export const makeScheduledCalls = (
  now: () => number,
  fire: (schedule: ScheduleSpec) => Promise<Outcome>,
): ScheduledCalls => {
  let retries: readonly (ScheduledCall & { readonly at: number })[] = [];
  return {
    make: async ({ schedule, attempt }) => {
      const outcome = await fire(schedule);
      const delay = attempt < schedule.retryAttempts ? RETRY_DELAYS_MS[attempt] : undefined;
      if (outcome.kind === 'fault' && delay !== undefined)
        retries = [...retries, { schedule, attempt: attempt + 1, at: now() + delay }];
    },
    retryInstants: () => retries.map(({ at }) => at),
    takeDue: () => {
      const instant = now();
      const due = retries.filter(({ at }) => at <= instant);
      retries = retries.filter(({ at }) => at > instant);
      return due;
    },
  };
};
