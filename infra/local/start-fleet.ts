// Makes the functions of a deployment ready to be called, with their variables replaced where the stack's options say so.
import type { Deployment } from './deployment.ts';
import { type FunctionFleet, makeFunctionFleet } from './function-fleet.ts';
import { makeRelay } from './relay.ts';
import { makeStartResidentCopy } from './resident-copy.ts';
import { openServer, type Parts } from './stack-parts.ts';
import { startThreadCopy } from './thread-copy.ts';

/** The replaced variables of each function, observed ones through a relay of their own. */
const openRelays = async (
  parts: Parts,
  { functions }: Deployment,
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> => {
  const { variables = {}, observed = [] } = parts.options;
  const byFunction = new Map<string, Record<string, string>>();
  for (const { name: functionName, environment } of functions) {
    const overrides = { ...variables };
    for (const variable of observed) {
      const target = variables[variable];
      if (target === undefined || environment[variable] === undefined) continue;
      const relay = makeRelay({
        functionName,
        variable,
        target,
        ledger: parts.ledger,
        crashRule: () => parts.crashRule,
        fleet: () => parts.fleet,
      });
      overrides[variable] = await openServer(parts, relay, 0);
    }
    byFunction.set(functionName, overrides);
  }
  return byFunction;
};

/** No copy of any function runs before its first event. */
export const startFleet = async (parts: Parts, deployment: Deployment): Promise<FunctionFleet> => {
  const overrides = await openRelays(parts, deployment);
  const fleet = makeFunctionFleet({
    functions: deployment.functions,
    overridesOf: (name) => overrides.get(name) ?? {},
    clock: parts.clock.memory,
    region: deployment.place.region,
    awsOrigin: deployment.place.awsOrigin,
    copies: parts.options.copies ?? 4,
    startCopy: parts.options.copiesIn === 'runner' ? makeStartResidentCopy() : startThreadCopy,
    onInvoked: (functionName, outcome) => void parts.invocations.push({ functionName, at: parts.clock.now(), outcome }),
    onLog: parts.onLog,
  });
  parts.cleanup.defer(() => fleet.close());
  return fleet;
};
