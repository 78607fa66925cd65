// All functions of the stack: a pool of copies for each, found by the function's name; and the crashes that tests put into them.
// A copy that was told to crash counts as dead from that moment, even while its thread still needs a moment to end.
import { functionOfWorker } from './cloud-call.ts';
import type { FunctionSpec } from './deployed-functions.ts';
import type { Outcome } from './function-copy.ts';
import { type FunctionPool, makeFunctionPool, type PoolSettings } from './function-pool.ts';

export type FleetSettings = Omit<PoolSettings, 'spec' | 'overrides'> & {
  readonly functions: readonly FunctionSpec[];
  /** Variables of a function to be replaced, by name. */
  readonly overridesOf: (functionName: string) => Readonly<Record<string, string>>;
  readonly onInvoked: (functionName: string, outcome: Outcome) => void;
};

/** One invocation that has ended: of which function, at what instant (epoch ms), and how. */
export type Invocation = { readonly functionName: string; readonly at: number; readonly outcome: Outcome };

export type FunctionFleet = {
  readonly invoke: (functionName: string, event: unknown) => Promise<Outcome>;
  readonly kill: (worker: string) => void;
  /** Ends the idle copies of a function: its next event meets a fresh one. */
  readonly retire: (functionName: string) => Promise<void>;
  /** Deploys every function that has one of these variables with another value of it: its next event meets a fresh copy. */
  readonly reconfigure: (variables: Readonly<Record<string, string>>) => Promise<void>;
  readonly isDead: (worker: string) => boolean;
  /** The copy of a function that works right now, if any. */
  readonly busyCopy: (functionName: string) => string | undefined;
  readonly close: () => Promise<void>;
};

/** A fleet without a single copy started. */
export const makeFunctionFleet = ({ functions, overridesOf, onInvoked, ...shared }: FleetSettings): FunctionFleet => {
  // Copies look into these when they start.
  const overrides = new Map(functions.map(({ name }) => [name, { ...overridesOf(name) }]));
  const pools = new Map<string, FunctionPool>(
    functions.map((spec) => [
      spec.name,
      makeFunctionPool({ ...shared, spec, overrides: overrides.get(spec.name) ?? {} }),
    ]),
  );
  const dead = new Set<string>();
  return {
    invoke: async (functionName, event) => {
      const pool = pools.get(functionName);
      if (pool === undefined) throw new Error(`the template has no function ${functionName}`);
      const outcome = await pool.invoke(event);
      onInvoked(functionName, outcome);
      return outcome;
    },
    kill: (worker) => {
      dead.add(worker);
      pools.get(functionOfWorker(worker))?.kill(worker);
    },
    retire: async (functionName) => pools.get(functionName)?.retire(),
    reconfigure: async (variables) => {
      const told = functions.filter(({ environment }) => Object.keys(variables).some((name) => name in environment));
      for (const { name } of told) {
        Object.assign(overrides.get(name) ?? {}, variables);
        await pools.get(name)?.retire();
      }
    },
    isDead: (worker) => dead.has(worker),
    busyCopy: (functionName) => pools.get(functionName)?.busyCopies()[0],
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
};
