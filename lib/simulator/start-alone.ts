// The simulator with everything a developer needs around it: one application, one connected car, control, page, HTTP.
// The real clock and the network are passed in; time is moved through the control API only.

import { withControl } from './control.ts';
import type { ControlContext } from './control-action.ts';
import { usualScope } from './control-owner.ts';
import { defaultAccount, defaultApplication } from './default-application.ts';
import { makeMovableClock, moveDelivering } from './movable-clock.ts';
import { connectAsOwner } from './owner.ts';
import { type SendDelivery, sendDueDeliveries } from './send-deliveries.ts';
import { serveSimulator } from './serve-simulator.ts';
import { makeSimulator, type Simulator } from './simulator.ts';

export interface AloneOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly seed: number;
  readonly strict: boolean;
  /** Registered for its application; outside strict mode any is taken. */
  readonly redirectUris?: readonly string[];
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly send: SendDelivery;
}

export interface Alone {
  readonly origin: string;
  /** Sends what is due; to be called every now and then. */
  readonly deliver: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Starts it. Rejects with the error of `listen` when the port is taken. */
export async function startAlone({
  port,
  seed,
  strict,
  redirectUris,
  clock: real,
  send,
}: AloneOptions): Promise<Alone> {
  const clock = makeMovableClock(real);
  const application = defaultApplication(strict, redirectUris);
  const simulator = makeSimulator({ clock: clock.now, seed, applications: [application], behaviour: { strict } });
  await connectFirstCar(simulator, application.clientId);
  const inTurn = oneAfterTheOther();
  const deliver = (): Promise<number> => inTurn(() => sendDueDeliveries(simulator, send));
  const context: ControlContext = {
    ...{ simulator, deliver, now: clock.now },
    applications: [application],
    moveTo: (instant) => inTurn(() => moveDelivering(clock, simulator, send, instant)),
    latencies: { current: [] },
  };
  const latencyMs = (path: string): number =>
    isControl(path) ? 0 : (context.latencies.current.findLast((rule) => path.endsWith(rule.path))?.ms ?? 0);
  const served = await serveSimulator(withControl(context), { port, latencyMs });
  return { ...served, deliver };
}

/** What is due stays due until it is settled: two senders at once would send it twice. */
function oneAfterTheOther(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
}

function isControl(path: string): boolean {
  return path === '/' || path.startsWith('/control');
}

async function connectFirstCar({ fleet, handle }: Simulator, clientId: string): Promise<void> {
  const car = {
    account: defaultAccount,
    model: 'ë-C4',
    year: 2024,
    vin: 'VR7BCZKXCPE500001',
    powertrain: 'BEV',
  } as const;
  fleet.addCar({ ...car, odometerMetres: 12_345_000, metresPerDay: 38_000 });
  const query = new URLSearchParams({ client_id: clientId, response_type: 'code', scope: usualScope, make: 'CITROEN' });
  await connectAsOwner(`http://127.0.0.1/oauth/authorize?${query}`, { email: defaultAccount }, handle);
}
