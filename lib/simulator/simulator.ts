// The vehicle platform, V2 and V3, as one pure handler: Request in, Response out, with the clock and the seed it is given.
// It opens no socket (serve-simulator does) and keeps everything in memory. See README.md in this folder.

import type { Application } from './application.ts';
import { ApplicationTokens } from './application-tokens.ts';
import { type Behaviour, newestBehaviour } from './behaviour.ts';
import { type Connection, Consents } from './consents.ts';
import { Fleet } from './fleet.ts';
import { gatewayPage, type Outage, Outages } from './outages.ts';
import { seededUuids } from './random.ts';
import { RateLimits } from './rate-limits.ts';
import { route } from './routes.ts';
import { Subscriptions } from './subscriptions.ts';
import { Tokens } from './tokens.ts';
import { Webhooks } from './webhooks.ts';
import type { World } from './world.ts';

export interface SimulatorOptions {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly seed: number;
  readonly applications: readonly Application[];
  /** Where it departs from the newest documents and observations. */
  readonly behaviour?: Partial<Behaviour>;
}

export interface Simulator {
  /** Answers one request; never rejects for anything a caller sends. */
  readonly handle: (request: Request) => Promise<Response>;
  /** The cars, and what is done to them. */
  readonly fleet: Fleet;
  /** The owner ends every connection of a vehicle, with all applications or one. @returns what was ended. */
  readonly revoke: (vehicleId: string, clientId?: string) => readonly Connection[];
  /** The owner takes back a single permission. */
  readonly withdrawPermission: (vehicleId: string, permission: string) => void;
  /** Changes how the platform behaves where its documents leave several ways. */
  readonly behave: (change: Partial<Behaviour>) => Behaviour;
  /** Loses requests or answers between the caller and the platform. */
  readonly interrupt: (outage: Outage) => void;
}

/** Builds a platform of its own; two with the same seed, clock and requests answer the same, byte for byte. */
export function makeSimulator({ clock, seed, applications, behaviour }: SimulatorOptions): Simulator {
  const uuid = seededUuids(seed);
  const fleet = new Fleet(uuid, clock);
  const consents = new Consents(uuid);
  const outages = new Outages();
  const world: World = {
    clock,
    uuid,
    applications,
    fleet,
    consents,
    tokens: new Tokens(uuid),
    limits: new RateLimits(),
    flows: new Map(),
    applicationTokens: new ApplicationTokens(uuid),
    webhooks: new Webhooks(uuid),
    subscriptions: new Subscriptions(uuid),
    behaviour: { current: { ...newestBehaviour, ...behaviour } },
  };
  for (const application of applications) addWebhooks(world, application);
  return {
    handle: (request) => throughGateway(world, outages, request),
    fleet,
    revoke: (vehicleId, clientId) => consents.disconnect({ vehicleId, clientId }),
    withdrawPermission: (vehicleId, permission) => consents.withdrawPermission(vehicleId, permission),
    behave: (change) => {
      world.behaviour.current = { ...world.behaviour.current, ...change };
      return world.behaviour.current;
    },
    interrupt: (outage) => outages.add(outage),
  };
}

function addWebhooks(world: World, { clientId, webhookIds = [], webhooks = [] }: Application): void {
  for (const id of webhookIds) world.webhooks.add(clientId, { id, callbackUri: null });
  for (const webhook of webhooks) world.webhooks.add(clientId, webhook);
}

async function throughGateway(world: World, outages: Outages, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const outage = outages.take(url.pathname);
  if (outage !== null && outage.when !== 'after') return gatewayPage(outage);
  const response = await route(world, request, url, world.clock(), world.uuid());
  return outage === null ? response : gatewayPage(outage);
}
