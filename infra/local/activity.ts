// Counts what is running right now, so that time moves only when nothing is. Waiting is by notice, never by sleeping.

export type Activity = {
  readonly running: () => number;
  /** Runs `work` and counts it until it has ended. */
  readonly track: <T>(work: () => Promise<T>) => Promise<T>;
  /** Resolves when the next piece of work ends. */
  readonly nextEnd: () => Promise<void>;
};

/** @param onEnd called after each piece of work */
export const makeActivity = (onEnd: () => void): Activity => {
  let running = 0;
  let waiters: (() => void)[] = [];
  const end = (): void => {
    running -= 1;
    const notified = waiters;
    waiters = [];
    for (const notify of notified) notify();
    onEnd();
  };
  return {
    running: () => running,
    track: async (work) => {
      running += 1;
      try {
        return await work();
      } finally {
        end();
      }
    },
    nextEnd: () => new Promise((resolve) => waiters.push(resolve)),
  };
};
