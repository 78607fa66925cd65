// What moves a stack whose time runs by itself (npm start): once a second it looks for messages that became visible, repeats
// the scheduled calls that failed, and fires the schedules whose period has passed. A stack whose time stands still has no need of it.
import type { ScheduleSpec } from './deployed-functions.ts';
import type { ScheduledCalls } from './scheduled-calls.ts';
import type { Beside } from './time-machine.ts';

export type RunningTimeSettings = {
  readonly now: () => number;
  readonly schedules: readonly ScheduleSpec[];
  readonly calls: ScheduledCalls;
  readonly pump: () => Promise<void>;
  readonly beside: Beside | undefined;
};

const BEAT_MS = 1_000;

/** Starts the beat; the returned function stops it. */
export const startRunningTime = ({ now, schedules, calls, pump, beside }: RunningTimeSettings): (() => void) => {
  const next = new Map(schedules.map((schedule) => [schedule, now() + schedule.periodMs]));
  const beat = async (): Promise<void> => {
    await beside?.run();
    await pump();
    for (const retry of calls.takeDue()) await calls.make(retry);
    for (const [schedule, at] of next) {
      if (now() < at) continue;
      next.set(schedule, now() + schedule.periodMs);
      await calls.make({ schedule, attempt: 0 });
    }
  };
  const timer = setInterval(() => void beat().catch(() => undefined), BEAT_MS);
  return () => clearInterval(timer);
};
