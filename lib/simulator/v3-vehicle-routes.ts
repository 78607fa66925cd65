// The V3 endpoints about one vehicle: itself, its signals, commands. Endpoints of V2 do not exist here.
// Documented in smartcar.com/docs/api-reference (V3). A command does what its V2 counterpart does.

import { type Behaviour, towards } from './behaviour.ts';
import type { Entry } from './fleet.ts';
import { signalResource, signalStateOf, signalStates } from './signal-answers.ts';
import { refuseSimulatedCommand } from './simulation.ts';
import { listPage, resource, type V3Answer, type V3Handler, v3Answer } from './v3-answer.ts';
import { isRefusal, type V3Visit, visitV3 } from './v3-caller.ts';
import { refuseV3, type V3Refusal, v3Error, v3ErrorBody } from './v3-error.ts';
import { type Command, laterCommands, vehicleCommands } from './vehicle-commands.ts';
import { lookOf, refuseVehicleRequest, throttled } from './vehicle-requests.ts';
import type { Refusal } from './vendor-error.ts';
import { jsonOf, type World } from './world.ts';

export const vehicle: V3Handler = (world, call) => {
  const visit = visitV3(world, call, '/', 'optional');
  if (isRefusal(visit)) return visit;
  const content = vehicleResource(visit.entry, visit.caller.grant.mode, call.url.origin);
  return v3Answer(resource(behaviourFor(world, visit), content));
};

/** A vehicle as a resource; `mode` is that of the connection. */
function vehicleResource({ car }: Entry, mode: string, origin: string): object {
  const attributes = {
    make: car.make,
    model: car.model,
    year: car.year,
    powertrainType: car.powertrain,
    mode: mode === 'live' ? 'live' : 'simulated',
  };
  return { id: car.id, type: 'vehicle', attributes, links: { self: `${origin}/v3/vehicles/${car.id}` } };
}

export const signalList: V3Handler = (world, call) => {
  const visit = visitV3(world, call, '/signals', 'required');
  if (isRefusal(visit)) return visit;
  const busy = throttled(world, visit);
  if (busy !== null) return busy;
  const [behaviour, url] = [behaviourFor(world, visit), vehicleUrl(visit)];
  const states = isStoreEmpty(world, visit) ? [] : signalStates(world, visit, behaviour);
  const all = states.map((state) => signalResource(behaviour, state, url));
  const page = listPage(behaviour, call.url, all, { number: 1, size: Math.max(1, all.length) });
  return v3Answer({ ...page, included: includedVehicle(visit) });
};

export const signal: V3Handler = (world, call) => {
  const code = call.params['code'] ?? '';
  const visit = visitV3(world, call, `/signals/${code}`, 'required');
  if (isRefusal(visit)) return visit;
  const busy = throttled(world, visit);
  if (busy !== null) return busy;
  const state = isStoreEmpty(world, visit) ? null : signalStateOf(world, visit, code, behaviourFor(world, visit));
  if (state === null) return refuseV3('RESOURCE_NOT_FOUND:SIGNAL_NOT_FOUND');
  const behaviour = behaviourFor(world, visit);
  return v3Answer(resource(behaviour, signalResource(behaviour, state, vehicleUrl(visit)), includedVehicle(visit)));
};

function behaviourFor(world: World, { byApplication }: V3Visit): Behaviour {
  return towards(world.behaviour.current, byApplication);
}

/** Nobody ever saw the store empty for the token of a vehicle, which is what the SDKs come with. */
function isStoreEmpty(world: World, { byApplication, caller, entry }: V3Visit): boolean {
  if (world.behaviour.current.signalStore === 'always_filled' || !byApplication) return false;
  const { clientId } = caller.application;
  const subscribed = world.subscriptions.all({ clientId, vehicleId: entry.car.id });
  return !subscribed.some(({ webhookId }) => world.webhooks.find(webhookId)?.verified === true);
}

function includedVehicle({ caller, entry, origin }: V3Visit): object {
  return { vehicle: vehicleResource(entry, caller.grant.mode, origin) };
}

function vehicleUrl({ entry, origin }: V3Visit): string {
  return `${origin}/v3/vehicles/${entry.car.id}`;
}

/** A V3 command in terms of its V2 counterpart. */
interface V3Command {
  readonly path: string;
  readonly counterpart: string;
  /** @returns the body of the counterpart. */
  readonly body: (attributes: Readonly<Record<string, unknown>>) => object;
}

export const v3Commands: readonly V3Command[] = [
  { path: '/security/lock', counterpart: '/security', body: () => ({ action: 'LOCK' }) },
  { path: '/security/unlock', counterpart: '/security', body: () => ({ action: 'UNLOCK' }) },
  { path: '/charge/start', counterpart: '/charge', body: () => ({ action: 'START' }) },
  { path: '/charge/stop', counterpart: '/charge', body: () => ({ action: 'STOP' }) },
  { path: '/charge/set-limit', counterpart: '/charge/limit', body: ({ percent }) => ({ limit: limitOf(percent) }) },
  { path: '/charge-port/open', counterpart: '/charge-port', body: () => ({ action: 'OPEN' }) },
  { path: '/charge-port/close', counterpart: '/charge-port', body: () => ({ action: 'CLOSE' }) },
  { path: '/navigation/set-destination', counterpart: '/navigation/destination', body: (attributes) => attributes },
];

/** Whole percent; anything else becomes a limit that is refused. */
function limitOf(percent: unknown): number {
  return Number.isInteger(percent) ? Number(percent) / 100 : 0;
}

export function command(each: V3Command): V3Handler {
  return async (world, call) => {
    const visit = visitV3(world, call, `/commands${each.path}`, 'required');
    const counterpart = [...vehicleCommands, ...laterCommands].find(({ path }) => path === each.counterpart);
    if (isRefusal(visit) || counterpart === undefined) return accepted(world, visit, call.requestId);
    const attributes = attributesOf(await jsonOf(call.request));
    const refusal = refused(world, visit, counterpart, each.body(attributes));
    return accepted(world, refusal ?? execution(visit, each, attributes, world.uuid()), call.requestId);
  };
}

function refused(world: World, visit: V3Visit, counterpart: Command, body: object): Refusal | V3Refusal | null {
  const refusal =
    refuseVehicleRequest(world, visit, counterpart) ?? refuseSimulatedCommand(visit.entry.simulation, counterpart.path);
  if (refusal !== null) return refusal;
  const change = counterpart.run(body, lookOf(visit));
  if ('kind' in change) return change;
  world.fleet.setCondition(visit.entry.car.id, change);
  return null;
}

/** What `data.attributes` of a body holds; nothing for a body without. */
export function attributesOf(body: unknown): Readonly<Record<string, unknown>> {
  const data = fieldOf(body, 'data');
  return Object.fromEntries(Object.entries(fieldOf(data, 'attributes') ?? {}));
}

function fieldOf(value: unknown, name: string): unknown {
  return Object.entries(value ?? {}).find(([key]) => key === name)?.[1];
}

/** What a command that was executed answers. */
export function execution(
  { now }: V3Visit,
  { path }: Pick<V3Command, 'path'>,
  parameters: object,
  id: string,
): V3Answer {
  const at = new Date(now).toISOString();
  return v3Answer({
    data: {
      id,
      type: 'command-execution',
      attributes: {
        commandType: path.slice(1).replace('/', '-'),
        status: { value: 'SUCCESS' },
        executionMode: 'SYNCHRONOUS',
        parameters,
      },
      meta: { executedAt: at, completedAt: at, durationInSeconds: 0 },
    },
  });
}

/** Slow commands answer 202 before their outcome is known; only the body tells it. */
export function accepted(
  world: World,
  outcome: V3Answer | V3Refusal | Refusal | V3Visit,
  requestId: string,
): V3Answer | V3Refusal | Refusal {
  if (outcome.kind === 'visit') return refuseV3('RESOURCE_NOT_FOUND:INVALID_PATH');
  if (world.behaviour.current.commands === 'done') return outcome;
  if (outcome.kind === 'v3-answer') return { ...outcome, status: 202 };
  const isAboutTheCaller = v3Error(outcome).status === 401;
  return isAboutTheCaller ? outcome : v3Answer(v3ErrorBody(outcome, requestId), 202);
}
