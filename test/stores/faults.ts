// Faults at a boundary, in pairs: the call fails and was not applied, or was applied and its answer got lost. Wraps anything made of
// async functions; nothing else about it changes.

export type Fault = 'not_applied' | 'applied';

export class InjectedFault extends Error {
  readonly code = 'INJECTED';
}

export interface Faults {
  /** Every call so far, in order: `<label>.<operation>`. */
  readonly calls: readonly string[];
  /** Lets the n-th call from now (1 is the next) of all wrapped things fail once. */
  readonly failNext: (fault: Fault, nth?: number) => void;
  /** The same thing with faults. */
  readonly wrap: <T extends object>(label: string, thing: T) => T;
}

export function makeFaults(): Faults {
  const calls: string[] = [];
  let pending: { readonly at: number; readonly fault: Fault } | undefined;
  const call = async (name: string, work: () => Promise<unknown>): Promise<unknown> => {
    calls.push(name);
    const fault = pending?.at === calls.length ? pending.fault : undefined;
    if (fault === 'not_applied') throw new InjectedFault(`${name} failed before it was applied`);
    const result = await work();
    if (fault === 'applied') throw new InjectedFault(`the answer of ${name} got lost`);
    return result;
  };
  return {
    calls,
    failNext: (fault, nth = 1) => {
      pending = { fault, at: calls.length + nth };
    },
    wrap: (label, thing) =>
      new Proxy(thing, {
        get: (target, property, receiver) => {
          const member: unknown = Reflect.get(target, property, receiver);
          if (typeof member !== 'function') return member;
          return (...args: unknown[]) =>
            call(`${label}.${String(property)}`, () => Promise.resolve(Reflect.apply(member, target, args)));
        },
      }),
  };
}
