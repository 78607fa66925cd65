// The same fleet on V2 and on V3: what is signed must not depend on the version of the platform's API. Cars that answer when they are
// asked, whether or not they sleep in between; one that sleeps when it is asked is refused on V2 and answered for from stock on V3, which
// counts and waits differently by design.
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { DAY, openWorld } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

const START = Date.parse('2026-01-05T09:00:00.000Z');
const MONTHS = 3;
const END = START + (MONTHS * 31 + 12) * DAY;

const anyCar = fc.record({
  policy: fc.constantFrom('after' as const, 'around' as const),
  dayOffset: fc.constantFrom(1, 7, 28),
  zone: fc.constantFrom('Europe/Paris', 'America/New_York', 'Pacific/Apia'),
  connectAfterDays: fc.constantFrom(0, 0, 3, 29),
  endsAfterDays: fc.option(fc.integer({ min: 2, max: 90 }), { nil: undefined, freq: 3 }),
  /** In the middle of the first two months, when nobody asks. */
  naps: fc.boolean(),
  odometerMetres: fc.integer({ min: 0, max: 400_000_000 }),
  metresPerDay: fc.integer({ min: 20_000, max: 900_000 }),
  /** An odometer that is set to something else. */
  setTo: fc.option(
    fc.record({ afterDays: fc.integer({ min: 31, max: 90 }), metres: fc.integer({ min: 1, max: 90_000_000 }) }),
    { nil: undefined },
  ),
});

type Car = typeof anyCar extends fc.Arbitrary<infer Value> ? Value : never;

const NAPS = [
  { from: START + 12 * DAY, to: START + 20 * DAY },
  { from: START + 38 * DAY, to: START + 45 * DAY },
];

/** What may differ: the platform's name, where and when an answer was fetched, and ids (a hash of the statement before holds them all). */
const MAY_DIFFER: ReadonlySet<string> = new Set([
  'platform',
  'source',
  'requestId',
  'fetchedAt',
  'firstAt',
  'lastAt',
  'id',
  'jti',
  'sub',
  'prev',
  'iat',
]);

/** `period.id` is no id of ours: it names the month. */
const essential = (claims: unknown): unknown =>
  JSON.parse(
    JSON.stringify(claims, function strip(this: Readonly<Record<string, unknown>>, name: string, value: unknown) {
      if (name === 'id' && 'zone' in this) return value;
      return MAY_DIFFER.has(name) ? undefined : value;
    }),
  );

async function claimsOn(platform: 'v2' | 'v3', cars: readonly Car[]) {
  const { world, close } = await openWorld({ startAt: START, application: { platform } });
  try {
    const steps = cars.toSorted((one, other) => one.connectAfterDays - other.connectAfterDays);
    for (const car of steps) {
      const { policy, dayOffset, zone, naps, odometerMetres, metresPerDay, setTo, endsAfterDays, connectAfterDays } =
        car;
      await world.runTo(START + connectAfterDays * DAY);
      const endsAt = endsAfterDays === undefined ? {} : { endsAt: new Date(START + endsAfterDays * DAY).toISOString() };
      const startsAt = new Date(START).toISOString();
      const contract = await world.sign({ policy, dayOffset, zone, startsAt, ...endsAt });
      // A contract that ends asks then, whenever that is.
      const sleeps = naps && endsAfterDays === undefined ? NAPS : [];
      const { carId } = await world.connect(contract, { odometerMetres, metresPerDay, sleeps });
      if (setTo !== undefined) world.simulator.fleet.setOdometer(carId, setTo.metres, START + setTo.afterDays * DAY);
    }
    await world.runTo(END);
    expect(await world.check()).toEqual([]);
    return (await Promise.all(world.contracts.map((contract) => world.claims(contract)))).flat();
  } finally {
    await close();
  }
}

it('the same fleet on V2 and on V3 gives equal claims, but for what tells where they came from', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyCar, { minLength: 1, maxLength: 3 }), async (cars) => {
      const [v2, v3] = [await claimsOn('v2', cars), await claimsOn('v3', cars)];
      // Every contract ends, or has had its months: something is stated of each.
      expect(new Set(v2.map(({ platform }) => platform))).toEqual(new Set(['v2']));
      expect(new Set(v3.map(({ platform }) => platform))).toEqual(new Set(['v3']));
      expect(v3.map(essential)).toEqual(v2.map(essential));
    }),
    { numRuns: 12, endOnFailure: true },
  );
});
