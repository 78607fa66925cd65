// A worker that ends at a call: the call is applied or not, and from then on nothing the worker does has any effect, until the next one
// is started. Beside it the milder fault: one answer is lost and the worker goes on.
import { type Fault, InjectedFault, makeFaults } from '../../stores/faults.ts';

export type Manner = 'dies' | 'goes on';

export interface Crashes {
  readonly calls: readonly string[];
  /** Plans a fault at the n-th call from now; 1 is the next. */
  readonly plan: (nth: number, fault: Fault, manner: Manner) => void;
  /** A new worker. */
  readonly revive: () => void;
  readonly wrap: <T extends object>(label: string, thing: T) => T;
}

export function makeCrashes(): Crashes {
  const faults = makeFaults();
  let manner: Manner = 'goes on';
  let dead = false;
  const guarded = async (work: () => Promise<unknown>): Promise<unknown> => {
    if (dead) throw new InjectedFault('the worker has ended');
    try {
      return await work();
    } catch (fault) {
      if (fault instanceof InjectedFault) dead = manner === 'dies';
      throw fault;
    }
  };
  return {
    calls: faults.calls,
    plan: (nth, fault, how) => {
      manner = how;
      faults.failNext(fault, nth);
    },
    revive: () => {
      dead = false;
    },
    wrap: (label, thing) =>
      new Proxy(faults.wrap(label, thing), {
        get: (target, property, receiver) => {
          const member: unknown = Reflect.get(target, property, receiver);
          if (typeof member !== 'function') return member;
          return (...args: unknown[]) => guarded(async () => Reflect.apply(member, target, args));
        },
      }),
  };
}
