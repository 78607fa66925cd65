// Control actions about the platform itself: limits, time, outages, slowness, and its ways.

import * as z from 'zod/mini';
import { fieldsOf } from './accepted.ts';
import { type Behaviour, newestBehaviour } from './behaviour.ts';
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
import { LAST_INSTANT, secondsField } from './control-fields.ts';

const atLeastNothing = z.number().check(z.gte(0));
/** Timers of the server cannot be longer. */
const LONGEST_LATENCY_MS = 2_147_483_647;

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
} satisfies Record<keyof Behaviour, z.ZodMiniType>);

const span = z.strictObject({
  days: z.optional(atLeastNothing),
  hours: z.optional(atLeastNothing),
  minutes: z.optional(atLeastNothing),
  seconds: z.optional(atLeastNothing),
  to: z.optional(z.string().check(z.describe('an instant, such as 2027-01-01T00:00:00.000Z, instead of a span'))),
});

export const platformActions: readonly ControlAction[] = [
  {
    method: 'GET',
    path: '/control',
    does: 'Shows the clock, the cars, how the platform behaves, and what became of the last deliveries.',
    example: null,
    body: null,
    run: (context) => done(stateOf(context)),
  },
  {
    method: 'POST',
    path: '/control/limits/exhaust',
    does: 'Empties the bucket of the application: 429 for so many seconds, and until it is refilled.',
    example: { seconds: 1 },
    ...withBody(
      z.strictObject({ seconds: z._default(secondsField, 60) }),
      ({ simulator, applications: [{ clientId }] }, { seconds }) => {
        simulator.exhaust(clientId, seconds);
        return done();
      },
    ),
  },
  {
    method: 'POST',
    path: '/control/time',
    does: 'Moves time forward: by days, hours, minutes and seconds, or to an instant. Webhooks due on the way are sent.',
    example: { days: 1 },
    ...withBody(span, moveTime),
  },
  {
    method: 'POST',
    path: '/control/outage',
    does: 'Loses the next requests, or their answers after the platform acted (when: after); count 0 forgets what was planned.',
    example: { path: '/v2.0/user', count: 1, status: 504, when: 'before' },
    back: { count: 0 },
    ...withBody(
      z.strictObject({
        path: z._default(z.string().check(z.describe('the end of a path; empty for any')), ''),
        count: z._default(z.int().check(z.gte(0)), 1),
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
    back: { ms: 0, path: '/odometer' },
    ...withBody(
      z.strictObject({
        ms: z.number().check(z.gte(0), z.lte(LONGEST_LATENCY_MS)),
        path: z._default(z.string().check(z.describe('the end of a path; empty for any')), ''),
      }),
      ({ latencies }, rule) => {
        latencies.current = [...latencies.current.filter(({ path }) => path !== rule.path), rule];
        return done({ latencies: latencies.current });
      },
    ),
  },
  {
    method: 'POST',
    path: '/control/behaviour',
    does: 'Chooses among the documented ways of the platform; what they usually are stands below.',
    example: { resources: 'wrapped', times: 'iso' },
    ...withBody(behaviour, ({ simulator }, change) => done(simulator.behave(withoutHoles(change)))),
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

async function moveTime({ moveTo, now }: ControlContext, wanted: z.infer<typeof span>): Promise<Done | Problem> {
  if (moveTo === null) return problem('The clock of this simulator is moved from elsewhere.', 409);
  const { days = 0, hours = 0, minutes = 0, seconds = 0, to } = wanted;
  const parts = {
    days: days * 86_400_000,
    hours: hours * 3_600_000,
    minutes: minutes * 60_000,
    seconds: seconds * 1000,
  };
  const by = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const target = to === undefined ? now() + by : Date.parse(to);
  if (Number.isNaN(target)) return problem('"to" is not an instant, such as 2027-01-01T00:00:00.000Z.');
  if (target < now()) return problem('Time does not go back.', 409);
  if (target > LAST_INSTANT) {
    const [longest = 'days'] = Object.entries(parts).toSorted(([, a], [, b]) => b - a)[0] ?? [];
    return problem(
      `"${to === undefined ? longest : 'to'}" goes too far: the last instant is ${instant(LAST_INSTANT)}.`,
    );
  }
  const attempts = await moveTo(target);
  return done({ now: instant(now()), attempts });
}

function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Every way the platform can behave, for the page. */
export const ways: readonly { readonly name: string; readonly usual: string; readonly takes: string }[] = fieldsOf(
  behaviour,
).map(({ name, takes }) => ({
  name,
  takes,
  usual: String(Object.entries(newestBehaviour).find(([key]) => key === name)?.[1]),
}));
