// The one clock of the local stack: a few bytes of shared memory that every thread reads its Date from.
// Product code takes the time it is given and does not know that it can be moved.
// Still time (tests, demo) stands until it is moved, so two runs see the same instants; running time follows the
// real clock at an offset (npm start). Timers, performance.now() and process.hrtime() stay real. Never moves backwards.

/** The memory behind a clock: `[0]` is an absolute instant or an offset in ms, `[1]` is 1 when time runs by itself. */
export type ClockMemory = SharedArrayBuffer;

/**
 * A clock in epoch milliseconds. It never goes back, nothing in the service is built for that: time that stands refuses to, and time that
 * has run past the instant meanwhile runs on.
 */
export type SharedClock = {
  readonly memory: ClockMemory;
  readonly now: () => number;
  readonly moveTo: (instant: number) => void;
};

const RealDate = globalThis.Date;

/** The instant the clock in `memory` shows, in epoch ms. */
const readClock = (memory: ClockMemory): number => {
  const cells = new BigInt64Array(memory);
  const value = Number(Atomics.load(cells, 0));
  return Atomics.load(cells, 1) === 1n ? RealDate.now() + value : value;
};

/**
 * A clock that shows `start` (epoch ms).
 * @param mode `still`: stands until `moveTo`; `running`: goes on from `start` with the real clock.
 */
export const makeSharedClock = (start: number, mode: 'still' | 'running'): SharedClock => {
  const memory = new SharedArrayBuffer(16);
  const cells = new BigInt64Array(memory);
  const write = (instant: number): void => {
    Atomics.store(cells, 0, BigInt(mode === 'running' ? instant - RealDate.now() : instant));
  };
  Atomics.store(cells, 1, mode === 'running' ? 1n : 0n);
  write(start);
  return {
    memory,
    now: () => readClock(memory),
    moveTo: (instant) => {
      if (instant >= readClock(memory)) return write(instant);
      if (mode === 'still') throw new RangeError('the clock does not go back');
    },
  };
};

/** Replaces this thread's `Date` by one that shows the shared clock. Returns the way back. */
export const installClock = (memory: ClockMemory): (() => void) => {
  const before = globalThis.Date;
  const now = (): number => readClock(memory);
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
  return () => {
    globalThis.Date = before;
  };
};
