// Time that runs by itself: which scheduled calls the beat makes, and which it makes again.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ScheduleSpec } from '../../infra/local/deployed-functions.ts';
import { fault, type Outcome } from '../../infra/local/function-copy.ts';
import { startRunningTime } from '../../infra/local/running-time.ts';
import { makeScheduledCalls } from '../../infra/local/scheduled-calls.ts';
import { makeSharedClock } from '../../infra/local/shared-clock.ts';
import { makeTimeMachine } from '../../infra/local/time-machine.ts';

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

const schedule: ScheduleSpec = { name: 'r', arn: 'a', functionName: 'f', periodMs: 10 * MINUTE, retryAttempts: 0 };

/** A machine over a running clock, where time passes while `slow` is done, as it does while a server is silent. */
const machineWith = (slow: 'drain' | 'dueItems' | undefined) => {
  const clock = makeSharedClock(0, 'running');
  const taking = (part: 'drain' | 'dueItems'): void => {
    if (part === slow) clock.moveTo(clock.now() + MINUTE);
  };
  const machine = makeTimeMachine({
    clock,
    schedules: [schedule],
    calls: makeScheduledCalls(clock.now, async () => DONE),
    drain: async () => taking('drain'),
    messageInstants: async () => [],
    beside: undefined,
    dueItems: async () => {
      taking('dueItems');
      return [];
    },
  });
  return { clock, machine };
};

it.each(['drain', 'dueItems'] as const)('an instant that passes during %s has been reached', async (slow) => {
  const { clock, machine } = machineWith(slow);
  await machine.advanceTo(MINUTE / 2);
  expect(clock.now()).toBeGreaterThanOrEqual(MINUTE);
});

it('an instant that is over before it is asked for is refused', async () => {
  const { clock, machine } = machineWith(undefined);
  clock.moveTo(MINUTE);
  await expect(machine.advanceTo(MINUTE - 1)).rejects.toThrow('does not go back');
});
