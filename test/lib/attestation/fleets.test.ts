// Random fleets over several months, with everything that goes wrong at once: cars that sleep and fall back, refusals, withdrawn consent,
// messages that are lost, doubled and reordered, stores and platforms that fail before or after they did what was asked. Once asked for
// everything, once told of most of it by the platform. Whatever the schedule: the store holds what must hold, and nothing is left undone.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { askReading } from '../../../lib/contract/ask.ts';
import { waitsSince } from '../../../lib/contract/asked.ts';
import type { Fault } from '../../stores/faults.ts';
import { readingsOf } from './month.ts';
import { DAY, HOUR, openWorld, type World } from './world.ts';

const START = Date.parse('2026-01-05T09:00:00.000Z');
const MONTHS = 4;
const END = START + (MONTHS * 30 + 20) * DAY;

const hours = fc.integer({ min: 1, max: MONTHS * 30 * 24 });

const anyCar = fc.record({
  policy: fc.constantFrom('after' as const, 'around' as const),
  dayOffset: fc.constantFrom(1, 7, 28),
  zone: fc.constantFrom('Europe/Paris', 'America/New_York', 'Pacific/Apia'),
  deadlineDays: fc.constantFrom(1, 5, 10),
  endsAfterDays: fc.option(fc.integer({ min: 2, max: 100 }), { nil: undefined, freq: 3 }),
  connectAfterHours: fc.option(fc.constantFrom(0, 0, 30, 24 * 29), { nil: undefined, freq: 8 }),
  metresPerDay: fc.constantFrom(0, 500, 40_000),
  sleeps: fc.array(fc.record({ from: hours, hours: fc.integer({ min: 1, max: 24 * 20 }) }), { maxLength: 3 }),
  setTo: fc.option(fc.record({ at: hours, metres: fc.integer({ min: 1, max: 90_000_000 }) }), { nil: undefined }),
  withdrawAt: fc.option(hours, { nil: undefined, freq: 2 }),
  /** When its tenant asks for a reading. */
  asks: fc.array(hours, { maxLength: 3 }),
  refusals: fc.array(
    fc.record({
      at: hours,
      error: fc.constantFrom(
        'AUTHENTICATION' as const,
        'UPSTREAM:NO_RESPONSE' as const,
        'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION' as const,
        'COMPATIBILITY:VEHICLE_NOT_CAPABLE' as const,
        'BILLING:INVALID_PLAN' as const,
        'RATE_LIMIT:VEHICLE' as const,
      ),
      count: fc.constantFrom(1, 2, 5),
    }),
    { maxLength: 3 },
  ),
});

type Car = typeof anyCar extends fc.Arbitrary<infer Value> ? Value : never;

const anyTrouble = fc.record({
  cars: fc.array(anyCar, { minLength: 1, maxLength: 3 }),
  /** How often each further message arrives; 0 is lost. Repeated when used up; a queue that doubles everything is none that there is. */
  copies: fc.array(fc.constantFrom(1, 1, 1, 2, 0, 3), { minLength: 4, maxLength: 12 }),
  reversed: fc.boolean(),
  /** After so many hours the n-th call from then on fails. */
  faults: fc.array(
    fc.record({
      at: hours,
      nth: fc.integer({ min: 1, max: 25 }),
      fault: fc.constantFrom<Fault>('applied', 'not_applied'),
    }),
    { maxLength: 6 },
  ),
});

interface Happening {
  readonly at: number;
  readonly happens: (world: World) => Promise<unknown> | unknown;
}

async function happeningsOf(world: World, car: Car): Promise<readonly Happening[]> {
  const { connectAfterHours, endsAfterDays, withdrawAt } = car;
  const endsAt = endsAfterDays === undefined ? {} : { endsAt: new Date(START + endsAfterDays * DAY).toISOString() };
  const { policy, dayOffset, zone, deadlineDays } = car;
  const contract = await world.sign({ policy, dayOffset, zone, deadlineDays, ...endsAt });
  if (connectAfterHours === undefined) return [];
  let connected: { readonly carId: string; readonly connectionId: string } | undefined;
  const sleeps = car.sleeps.map((one) => ({
    from: START + one.from * HOUR,
    to: START + (one.from + one.hours) * HOUR,
  }));
  const connect = async () => {
    // A link of a contract that is over leads nowhere.
    if ((await world.contract(contract)).dueAt === undefined) return;
    // Connecting has its own faults and tests.
    world.faults.failNext('applied', Number.POSITIVE_INFINITY);
    connected = await world.connect(contract, { metresPerDay: car.metresPerDay, sleeps: [] });
    for (const span of sleeps) world.simulator.fleet.sleep(connected.carId, span);
    if (car.setTo !== undefined)
      world.simulator.fleet.setOdometer(
        connected.carId,
        car.setTo.metres,
        Math.max(world.now + 1, START + car.setTo.at * HOUR),
      );
  };
  const withdraw = async () => {
    if (connected !== undefined) await withdrawConsent(world.tables.business, { ...contract, ...connected }, world.now);
  };
  return [
    { at: START + connectAfterHours * HOUR, happens: connect },
    ...(withdrawAt === undefined ? [] : [{ at: START + withdrawAt * HOUR, happens: withdraw }]),
    ...car.asks.map((at) => ({
      at: START + at * HOUR,
      happens: async () => connected && askReading(world.tables.business, await world.contract(contract), world.now),
    })),
    ...car.refusals.map(({ at, error, count }) => ({
      at: START + at * HOUR,
      happens: () => connected && world.simulator.fleet.inject(connected.carId, { error, count }),
    })),
  ];
}

const WAYS = [
  ['asked on V2', {}, ['poll']],
  ['telling by itself on V3', { application: { platform: 'v3' }, pushEveryMs: 20 * HOUR }, ['poll', 'push']],
] as const;

describe('I1 I2 I3 I10 I11 I14 any fleet, any trouble', () => {
  it.each(WAYS)(
    '%s: every period is stated once, in an unbroken chain, and nothing is left',
    async (_, way, sources) => {
      const read = new Set<string>();
      await fc.assert(
        fc.asyncProperty(anyTrouble, async ({ cars, copies, reversed, faults }) => {
          const { world, close } = await openWorld({ startAt: START, ...way });
          try {
            let sent = 0;
            const happenings: Happening[] = [];
            for (const car of cars) happenings.push(...(await happeningsOf(world, car)));
            for (const { at, nth, fault } of faults)
              happenings.push({ at: START + at * HOUR, happens: () => world.faults.failNext(fault, nth) });
            world.reversed = reversed;
            for (const { at, happens } of happenings.toSorted((a, b) => a.at - b.at)) {
              world.copies = () => copies[sent++ % copies.length] ?? 1;
              await world.runTo(at);
              world.copies = () => 1;
              await happens(world);
            }
            world.copies = () => copies[sent++ % copies.length] ?? 1;
            await world.runTo(END);
            // From here on the world is kind: what was under way comes to its end.
            world.copies = () => 1;
            await world.runTo(END + 2 * DAY);
            expect(await world.check()).toEqual([]);
            // What was asked for was answered, also over whatever went wrong.
            for (const contract of world.contracts)
              expect(waitsSince((await world.contract(contract)).asked)).toBeUndefined();
            for (const contract of world.contracts)
              for (const { source } of await readingsOf(world, contract)) read.add(source);
            expect(world.waiting.filter(({ queue }) => queue === 'read')).toEqual([]);
            expect(world.deadLetters).toEqual([]);
          } finally {
            await close();
          }
        }),
        { numRuns: 6, endOnFailure: true },
      );
      expect([...read].toSorted()).toEqual(sources);
    },
    300_000,
  );
});
