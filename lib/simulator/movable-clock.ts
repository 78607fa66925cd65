// A clock that goes on with the real one at an offset of its own, and is moved forward by hand. On the way it stops at
// every instant at which a webhook delivery is due. It never goes back: nothing in the platform is built for that.

import { type SendDelivery, sendDueDeliveries } from './send-deliveries.ts';
import type { Simulator } from './simulator.ts';

export interface MovableClock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Does nothing for an instant that has passed. */
  readonly moveTo: (instant: number) => void;
}

export function makeMovableClock(real: () => number): MovableClock {
  let offset = 0;
  const now = (): number => real() + offset;
  return {
    now,
    moveTo: (instant) => {
      offset += Math.max(0, instant - now());
    },
  };
}

/** A receiver that never answers must not keep the clock from arriving. */
const MOST_STOPS = 20_000;

/** Moves a clock, delivering on the way what falls due. @returns how many attempts were made. */
export async function moveDelivering(
  clock: MovableClock,
  simulator: Pick<Simulator, 'nextDeliveryAt' | 'dueDeliveries' | 'settleDelivery'>,
  send: SendDelivery,
  target: number,
): Promise<number> {
  let made = 0;
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    const next = simulator.nextDeliveryAt();
    if (next === null || next > target) break;
    clock.moveTo(next);
    const now = await sendDueDeliveries(simulator, send);
    made += now;
    if (now === 0 && next <= clock.now()) clock.moveTo(clock.now() + 1);
  }
  clock.moveTo(target);
  return made;
}
