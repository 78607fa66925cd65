// The vehicle platform, V2 and V3, as one pure handler: Request in, Response out, with the clock and the seed it is given.
// It opens no socket (serve-simulator does) and keeps everything in memory. See README.md in this folder.

import type { Application } from './application.ts';
import { ApplicationTokens } from './application-tokens.ts';
import { type Behaviour, newestBehaviour } from './behaviour.ts';
import { type Connection, Consents } from './consents.ts';
import { Deliveries, type Delivery, type DeliveryOutcome, type Settled } from './deliveries.ts';
import { endConnections } from './disconnect.ts';
import { Fleet } from './fleet.ts';
import { gatewayPage, type Outage, Outages } from './outages.ts';
import { Pushes } from './pushes.ts';
import { seededUuids } from './random.ts';
import { documentedBucket, RateLimits } from './rate-limits.ts';
import { route } from './routes.ts';
import { type SampleAccess, sampleAccess } from './sample-access.ts';
import { Subscriptions } from './subscriptions.ts';
import { Tokens } from './tokens.ts';
import { type NewWebhook, type Webhook, type WebhookChange, Webhooks } from './webhooks.ts';
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
  /** Empties the bucket of an application: 429 for so many seconds, and until it is refilled. */
  readonly exhaust: (clientId: string, seconds: number) => void;
  /** Fresh codes and tokens for the newest connection of an application; null when it has none. */
  readonly sampleAccess: (clientId: string) => SampleAccess | null;
  /** Creates a webhook as the dashboard does, and challenges its receiver unless it is said to be proven. */
  readonly addWebhook: (clientId: string, webhook: NewWebhook) => Webhook;
  /** Challenges the receiver again, after a change of its URL or of the management token. */
  readonly changeWebhook: (webhookId: string, change: WebhookChange) => Webhook | null;
  /** Sends what the dashboard sends for a test, to this address. @returns its event id */
  readonly sendTest: (clientId: string, callbackUri: string) => string;
  /** When the next webhook delivery is, or may be, due: stop the clock there. Null when nothing is planned. */
  readonly nextDeliveryAt: () => number | null;
  /** What is due now. The same until it is settled. */
  readonly dueDeliveries: () => readonly Delivery[];
  /** What became of an attempt: decides about the next one, and about the proof of a receiver. */
  readonly settleDelivery: (deliveryId: string, outcome: DeliveryOutcome) => void;
  /** What became of the last attempts, oldest first. */
  readonly settledDeliveries: () => readonly Settled[];
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
  const deliveries = new Deliveries(uuid, () => world.behaviour.current);
  const pushes = new Pushes(world, deliveries);
  for (const application of applications) addWebhooks(world, pushes, application);
  return {
    handle: (request) => throughGateway(world, outages, request),
    fleet,
    revoke: (vehicleId, clientId) => endConnections(world, { vehicleId, clientId }),
    withdrawPermission: (vehicleId, permission) => consents.withdrawPermission(vehicleId, permission),
    interrupt: (outage) => outages.add(outage),
    exhaust: (clientId, seconds) => {
      const bucket = applications.find((each) => each.clientId === clientId)?.rateLimit ?? documentedBucket;
      world.limits.drain(clientId, bucket, seconds, clock());
    },
    sampleAccess: (clientId) => sampleAccess(world, clientId),
    behave: (change) => {
      world.behaviour.current = { ...world.behaviour.current, ...change };
      return world.behaviour.current;
    },
    ...webhookControls(world, pushes, deliveries),
  };
}

type WebhookControls = Pick<
  Simulator,
  | 'addWebhook'
  | 'changeWebhook'
  | 'sendTest'
  | 'nextDeliveryAt'
  | 'dueDeliveries'
  | 'settleDelivery'
  | 'settledDeliveries'
>;

function webhookControls(world: World, pushes: Pushes, deliveries: Deliveries): WebhookControls {
  const { clock, webhooks } = world;
  const challenged = (webhook: Webhook): Webhook => {
    if (!webhook.verified) pushes.challenge(webhook, clock());
    return webhook;
  };
  return {
    addWebhook: (clientId, wanted) => challenged(webhooks.add(clientId, wanted)),
    changeWebhook: (webhookId, change) => {
      const webhook = webhooks.change(webhookId, change);
      return webhook === null ? null : challenged(webhook);
    },
    sendTest: (clientId, callbackUri) => pushes.test(clientId, callbackUri, clock()),
    nextDeliveryAt: () => {
      const instants = [deliveries.nextAt(), pushes.nextAt(clock())].filter((instant) => instant !== null);
      return instants.length === 0 ? null : Math.min(...instants);
    },
    dueDeliveries: () => {
      pushes.notice(clock());
      return deliveries.due(clock());
    },
    settleDelivery: (deliveryId, outcome) => {
      const event = deliveries.settle(deliveryId, outcome);
      if (event?.eventType === 'VERIFY' || event?.eventType === 'verify')
        webhooks.change(event.webhook.id, { verified: true });
    },
    settledDeliveries: () => deliveries.settled(),
  };
}

function addWebhooks(world: World, pushes: Pushes, { clientId, webhookIds = [], webhooks = [] }: Application): void {
  for (const id of webhookIds) world.webhooks.add(clientId, { id, callbackUri: null });
  for (const wanted of webhooks) {
    const webhook = world.webhooks.add(clientId, wanted);
    if (!webhook.verified) pushes.challenge(webhook, world.clock());
  }
}

async function throughGateway(world: World, outages: Outages, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const outage = outages.take(url.pathname);
  if (outage !== null && outage.when !== 'after') return gatewayPage(outage);
  const response = await route(world, request, url, world.clock(), world.uuid());
  return outage === null ? response : gatewayPage(outage);
}
