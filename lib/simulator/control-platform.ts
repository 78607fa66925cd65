// Control actions about the platform itself: time, limits, outages, slowness, its ways, webhooks, and an owner who connects.

import * as z from 'zod/mini';
import { newestBehaviour } from './behaviour.ts';
import {
  type ControlAction,
  type ControlContext,
  type Done,
  done,
  type Problem,
  problem,
  withBody,
  withoutHoles,
} from './control-action.ts';
import { shownCar } from './control-cars.ts';
import { connectAsOwner } from './owner.ts';
import { refusedReceiver } from './strict.ts';

const atLeastNothing = z.number().check(z.gte(0));
const SECOND = 1000;

const behaviour = z.strictObject({
  resources: z.optional(z.enum(['wrapped', 'bare'])),
  times: z.optional(z.enum(['iso', 'epoch_ms', 'epoch_s'])),
  distances: z.optional(z.enum(['km', 'kilometers'])),
  pages: z.optional(z.enum(['pageNumber', 'page'])),
  vehicleTokens: z.optional(z.enum(['early_shapes', 'same_shapes'])),
  commands: z.optional(z.enum(['done', 'accepted'])),
  signalStore: z.optional(z.enum(['empty_until_subscribed', 'always_filled'])),
  freshness: z.optional(z.enum(['immediate', 'documented'])),
  triggers: z.optional(z.enum(['top_level', 'text', 'in_data'])),
  envelope: z.optional(z.enum(['full', 'least'])),
  fetched: z.optional(z.enum(['retrievedAt', 'fetchedAt'])),
  deliveryOrder: z.optional(z.enum(['planned', 'reversed'])),
  deliveryRepeats: z.optional(z.enum(['never', 'once'])),
  strict: z.optional(z.boolean()),
});

const webhook = z.strictObject({
  callbackUri: z.nullable(z.url()),
  errorCallbackUri: z.optional(z.nullable(z.url())),
  generation: z.optional(z.enum(['v2', 'v4'])),
  name: z.optional(z.string()),
  id: z.optional(z.string()),
  triggers: z.optional(z.array(z.string())),
  data: z.optional(z.array(z.string())),
  autoSubscribe: z.optional(z.boolean()),
  verified: z.optional(z.boolean()),
  atMostEveryMs: z.optional(atLeastNothing),
});

const owner = z.strictObject({
  account: z.optional(z.string()),
  make: z.optional(z.string()),
  scope: z.optional(z.string()),
  mode: z.optional(z.enum(['live', 'test', 'simulated'])),
  externalId: z.optional(z.string()),
  state: z.optional(z.string()),
  responseType: z.optional(z.enum(['code', 'none'])),
  leaveAt: z.optional(z.enum(['welcome', 'brand', 'login', 'vehicles', 'approval'])),
});

export const usualScope =
  'read_vehicle_info read_vin read_odometer read_location read_battery read_charge read_fuel read_tires read_engine_oil ' +
  'read_security read_service_history read_diagnostics control_charge control_security control_navigation';

export const platformActions: readonly ControlAction[] = [
  {
    method: 'GET',
    path: '/control',
    does: 'Shows the clock, the cars, how the platform behaves, and what became of the last deliveries.',
    example: null,
    run: (context) => done(stateOf(context)),
  },
  {
    method: 'POST',
    path: '/control/connect',
    does: 'An owner walks through Connect; answers with what the redirect carries.',
    example: { account: 'driver@example.com', externalId: 'my-user-1' },
    run: withBody(owner, connect),
  },
  {
    method: 'POST',
    path: '/control/accounts',
    does: 'Adds an account without a car.',
    example: { email: 'nobody@example.com' },
    run: withBody(z.strictObject({ email: z.string().check(z.minLength(1)) }), ({ simulator }, { email }) => {
      simulator.fleet.addAccount(email);
      return done();
    }),
  },
  {
    method: 'POST',
    path: '/control/time',
    does: 'Moves time forward: by days, hours, minutes and seconds, or to an instant. Webhooks due on the way are sent.',
    example: { days: 1 },
    run: withBody(
      z.strictObject({
        ...{ days: z.optional(atLeastNothing), hours: z.optional(atLeastNothing) },
        ...{ minutes: z.optional(atLeastNothing), seconds: z.optional(atLeastNothing) },
        to: z.optional(z.string()),
      }),
      moveTime,
    ),
  },
  {
    method: 'POST',
    path: '/control/limits/exhaust',
    does: 'Empties the bucket of the application: 429 for so many seconds, and until it is refilled.',
    example: { seconds: 1 },
    run: withBody(
      z.strictObject({ seconds: z._default(atLeastNothing, 60) }),
      ({ simulator, applications: [{ clientId }] }, { seconds }) => {
        simulator.exhaust(clientId, seconds);
        return done();
      },
    ),
  },
  {
    method: 'POST',
    path: '/control/outage',
    does: 'Loses the next requests, or their answers after the platform acted (when: after); how: page, hang, reset, cut.',
    example: { path: '/v2.0/user', count: 1, status: 504, when: 'before' },
    run: withBody(
      z.strictObject({
        path: z._default(z.string(), ''),
        count: z._default(z.int().check(z.gte(1)), 1),
        status: z._default(z.int().check(z.gte(500), z.lte(599)), 504),
        when: z._default(z.enum(['before', 'after']), 'before'),
        how: z._default(z.enum(['page', 'hang', 'reset', 'cut']), 'page'),
      }),
      ({ simulator }, outage) => {
        simulator.interrupt(outage);
        return done();
      },
    ),
  },
  {
    method: 'POST',
    path: '/control/latency',
    does: 'Makes every answer, or those of paths that end so, take so many milliseconds.',
    example: { ms: 20, path: '/odometer' },
    run: withBody(z.strictObject({ ms: atLeastNothing, path: z._default(z.string(), '') }), ({ latencies }, rule) => {
      latencies.current = [...latencies.current.filter(({ path }) => path !== rule.path), rule];
      return done({ latencies: latencies.current });
    }),
  },
  {
    method: 'POST',
    path: '/control/behaviour',
    does: 'Chooses among the documented ways of the platform; see below.',
    example: { resources: 'wrapped', times: 'iso' },
    run: withBody(behaviour, ({ simulator }, change) => done(simulator.behave(withoutHoles(change)))),
  },
  {
    method: 'POST',
    path: '/control/webhooks',
    does: 'Creates a webhook, as the vendor’s dashboard does, and sends VERIFY to its receiver.',
    example: { callbackUri: 'http://127.0.0.1:9/events', autoSubscribe: true },
    run: withBody(webhook, async (context, wanted) => {
      const { simulator, applications, deliver } = context;
      const uris = [wanted.callbackUri, wanted.errorCallbackUri ?? null].filter((uri) => uri !== null);
      const refused = simulator.behave({}).strict ? uris.map(refusedReceiver).find((text) => text !== null) : null;
      if (refused !== null && refused !== undefined) return problem(refused);
      const added = simulator.addWebhook(applications[0].clientId, withoutHoles(wanted));
      await deliver();
      return done(simulator.changeWebhook(added.id, {}) ?? added);
    }),
  },
  {
    method: 'POST',
    path: '/control/webhooks/test',
    does: 'Sends a test delivery, as the vendor’s dashboard does: signed, mode TEST, a vehicle nobody has, nine signals.',
    example: { callbackUri: 'http://127.0.0.1:9/events' },
    run: withBody(z.strictObject({ callbackUri: z.url() }), async (context, { callbackUri }) => {
      const { simulator, applications, deliver } = context;
      const refused = simulator.behave({}).strict ? refusedReceiver(callbackUri) : null;
      if (refused !== null) return problem(refused);
      const eventId = simulator.sendTest(applications[0].clientId, callbackUri);
      await deliver();
      return done({ eventId, attempts: simulator.settledDeliveries().filter((each) => each.eventId === eventId) });
    }),
  },
  {
    method: 'POST',
    path: '/control/deliveries',
    does: 'Sends the webhook deliveries that are due now, without waiting for the next second.',
    example: {},
    run: withBody(z.strictObject({}), async ({ simulator, deliver }) =>
      done({ attempts: await deliver(), last: simulator.settledDeliveries().slice(-10) }),
    ),
  },
];

function stateOf({ simulator, now }: ControlContext): object {
  const next = simulator.nextDeliveryAt();
  return {
    now: new Date(now()).toISOString(),
    cars: simulator.fleet.all().map((entry) => shownCar(entry, now())),
    behaviour: simulator.behave({}),
    nextDeliveryAt: next === null ? null : new Date(next).toISOString(),
    deliveries: simulator.settledDeliveries().slice(-20),
  };
}

async function connect(context: ControlContext, wanted: z.infer<typeof owner>): Promise<Done | Problem> {
  const { simulator, applications } = context;
  const email = (wanted.account ?? 'driver@example.com').toLowerCase();
  const query = new URLSearchParams({
    client_id: applications[0].clientId,
    response_type: wanted.responseType ?? 'code',
    scope: wanted.scope ?? usualScope,
    mode: wanted.mode ?? 'live',
    make: (wanted.make ?? simulator.fleet.carsOf(email)[0]?.car.make ?? 'CITROEN').toUpperCase(),
    ...(wanted.externalId === undefined ? {} : { external_id: wanted.externalId }),
    ...(wanted.state === undefined ? {} : { state: wanted.state }),
  });
  const answers = { email, ...(wanted.leaveAt === undefined ? {} : { leaveAt: wanted.leaveAt }) };
  try {
    const redirect = await connectAsOwner(`http://127.0.0.1/oauth/authorize?${query}`, answers, simulator.handle);
    return done({ redirect, ...Object.fromEntries(new URL(redirect).searchParams) });
  } catch {
    return problem(`Connect did not come to its end; is there an account ${email} with a car?`, 409);
  }
}

interface Span {
  readonly days?: number | undefined;
  readonly hours?: number | undefined;
  readonly minutes?: number | undefined;
  readonly seconds?: number | undefined;
  readonly to?: string | undefined;
}

async function moveTime({ moveTo, now }: ControlContext, span: Span): Promise<Done | Problem> {
  const { days = 0, hours = 0, minutes = 0, seconds = 0, to } = span;
  if (moveTo === null) return problem('The clock of this simulator is moved from elsewhere.', 409);
  const by = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * SECOND;
  const target = to === undefined ? now() + by : Date.parse(to);
  if (Number.isNaN(target)) return problem('"to" is not an instant, such as 2027-01-01T00:00:00.000Z.');
  if (target < now()) return problem('Time does not go back.', 409);
  const attempts = await moveTo(target);
  return done({ now: new Date(now()).toISOString(), attempts });
}

/** Every way the platform can behave, for the page. */
export const ways: readonly { readonly name: string; readonly usual: string }[] = Object.entries(newestBehaviour).map(
  ([name, usual]) => ({ name, usual: String(usual) }),
);
