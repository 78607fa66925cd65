// Time that runs by itself: which scheduled calls the beat makes, and which it makes again.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ScheduleSpec } from '../../infra/local/deployed-functions.ts';
import { fault, type Outcome } from '../../infra/local/function-copy.ts';
import { startRunningTime } from '../../infra/local/running-time.ts';
import { makeScheduledCalls } from '../../infra/local/scheduled-calls.ts';

const MINUTE = 60_000;
const DONE: Outcome = { kind: 'done', payload: 'null' };
const FAULT = fault('Runtime.ExitError', 'died');

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Minutes at which the function ran within 25, called every ten; `outcomes` are those of its first runs, the rest succeed. */
const runsOf = async (retryAttempts: number, outcomes: readonly Outcome[]): Promise<readonly number[]> => {
  const runs: number[] = [];
  const fire = async (): Promise<Outcome> => outcomes[runs.push(Date.now() / MINUTE) - 1] ?? DONE;
  const schedule: ScheduleSpec = { name: 'r', arn: 'a', functionName: 'f', periodMs: 10 * MINUTE, retryAttempts };
  const stop = startRunningTime({
    now: Date.now,
    schedules: [schedule],
    calls: makeScheduledCalls(Date.now, fire),
    pump: async () => undefined,
    beside: undefined,
  });
  await vi.advanceTimersByTimeAsync(25 * MINUTE);
  stop();
  return runs;
};

it.each([
  [0, [FAULT], [10, 20]],
  [1, [FAULT], [10, 11, 20]],
  [1, [FAULT, FAULT], [10, 11, 20]],
  [2, [FAULT], [10, 11, 20]],
  [2, [FAULT, FAULT], [10, 11, 13, 20]],
  [2, [FAULT, FAULT, FAULT], [10, 11, 13, 20]],
  [2, [FAULT, DONE, FAULT], [10, 11, 20, 21]],
  [2, [], [10, 20]],
])('with %i retries allowed and these outcomes %j it calls at these minutes', async (retryAttempts, outcomes, runs) => {
  expect(await runsOf(retryAttempts, outcomes)).toEqual(runs);
});
