// Moves time for everything at once: clock, queues, tables, functions. It stops wherever something waits to
// happen: a delayed or invisible message, an instant in an index named `due`, `untold` or `pending`, the retry of a scheduled call
// that failed.
// At each stop everything that can run runs to its end, then every schedule fires once, then again everything runs to its end.
// A schedule's own rhythm matters only for work that became due in between: then the next stop is one period of the slowest later.
import type { ScheduleSpec } from './deployed-functions.ts';
import type { ScheduledCall, ScheduledCalls } from './scheduled-calls.ts';
import type { SharedClock } from './shared-clock.ts';

export type AdvanceOptions = {
  /** Further instants (epoch ms) to stop at. */
  readonly stopAt?: readonly number[];
  /** Plays a part alone: only these functions' schedules fire, and of the indexes only these are looked at. Absent: everything. */
  readonly only?: { readonly schedules: readonly string[]; readonly indexes: readonly string[] };
  /** Called at each stop when everything has come to rest. */
  readonly onStop?: (now: number) => void | Promise<void>;
};

/** Somebody outside with work of its own. Time stops where it has some. */
export type Beside = {
  /** Epoch ms; undefined when nothing is planned. */
  readonly nextAt: () => number | undefined;
  /** Does what is due now. */
  readonly run: () => Promise<void>;
};

export type TimeMachineSettings = {
  readonly clock: SharedClock;
  readonly schedules: readonly ScheduleSpec[];
  readonly calls: ScheduledCalls;
  readonly drain: () => Promise<void>;
  /** Instants at which waiting messages come back. */
  readonly messageInstants: () => Promise<readonly number[]>;
  readonly beside: Beside | undefined;
  readonly dueItems: (
    indexes?: readonly string[],
  ) => Promise<readonly { readonly item: string; readonly at: number }[]>;
};

export type TimeMachine = {
  /** Moves to `target` (epoch ms), stopping on the way, unless time gets there first. Calls queue up behind each other. */
  readonly advanceTo: (target: number, options?: AdvanceOptions) => Promise<void>;
};

/** A time machine over one stack. */
export const makeTimeMachine = (settings: TimeMachineSettings): TimeMachine => {
  const { clock, schedules, calls, drain } = settings;
  let overdueBefore = '';
  let queue: Promise<void> = Promise.resolve();

  const make = async (call: ScheduledCall): Promise<void> => {
    await calls.make(call);
    await drain();
  };

  const drainBeside = async (): Promise<void> => {
    await drain();
    if (settings.beside === undefined) return;
    await settings.beside.run();
    await drain();
  };

  const firing = ({ only }: AdvanceOptions): readonly ScheduleSpec[] =>
    schedules.filter(({ functionName }) => only?.schedules.includes(functionName) ?? true);

  const runStop = async (options: AdvanceOptions): Promise<void> => {
    await drainBeside();
    const due = calls.takeDue();
    for (const retry of due) await make(retry);
    for (const schedule of firing(options))
      if (!due.some((retry) => retry.schedule === schedule)) await make({ schedule, attempt: 0 });
    await options.onStop?.(clock.now());
  };

  // Work that is overdue waits for the schedule's next turn; work that the last turn did not touch is nobody's any more.
  const nextTurn = (overdue: readonly { readonly item: string; readonly at: number }[], periodMs: number) => {
    const seen = JSON.stringify(overdue);
    const moved = overdue.length > 0 && seen !== overdueBefore;
    overdueBefore = seen;
    return moved ? [clock.now() + periodMs] : [];
  };

  const nextStop = async (target: number, options: AdvanceOptions): Promise<number> => {
    const now = clock.now();
    const longestPeriod = Math.max(...firing(options).map(({ periodMs }) => periodMs));
    const due = await settings.dueItems(options.only?.indexes);
    const instants = [
      ...(await settings.messageInstants()),
      ...due.map(({ at }) => at),
      ...nextTurn(
        due.filter(({ at }) => at <= now),
        longestPeriod,
      ),
      ...calls.retryInstants(),
      ...[settings.beside?.nextAt() ?? []].flat(),
      ...(options.stopAt ?? []),
    ];
    return Math.min(target, ...instants.filter((instant) => instant > now));
  };

  const advance = async (target: number, options: AdvanceOptions): Promise<void> => {
    await drainBeside();
    while (clock.now() < target) {
      const stop = await nextStop(target, options);
      // Running time may have passed it while it was being found.
      clock.moveTo(Math.max(clock.now(), stop));
      await runStop(options);
    }
  };

  return {
    advanceTo: async (target, options = {}) => {
      if (target < clock.now()) throw new RangeError('the clock does not go back');
      const mine = queue.then(() => advance(target, options));
      queue = mine.catch(() => undefined);
      return mine;
    },
  };
};
