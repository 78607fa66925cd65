// The same fleet on V2 and on V3: what is signed must not depend on the version of the platform's API. Where a car sleeps while it is asked,
// the platform itself gives two different answers: V2 refuses, and V3 tells what it heard last. Then the attempts are counted as what they
// were, the next ones come at other times, and what V3 told is one reading more; which claims that leaves equal, and which not, is below.
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { firstPeriod } from '../../../lib/mileage/period.ts';
import type { BoundaryClaim, StatementClaims } from '../../../lib/proof/claims.ts';
import { odometerAt } from '../../../lib/simulator/car.ts';
import { DAY, HOUR, openWorld } from './world.ts';

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
  'uri',
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

/** A car that sleeps over the end of its first month. */
const anySleeper = fc.record({
  policy: fc.constantFrom('after' as const, 'around' as const),
  dayOffset: fc.constantFrom(1, 7, 28),
  zone: fc.constantFrom('Europe/Paris', 'America/New_York', 'Pacific/Apia'),
  odometerMetres: fc.integer({ min: 0, max: 400_000_000 }),
  metresPerDay: fc.constantFrom(0, 20_000, 123_457, 450_000),
  /** It was read before: of a car that slept by then, V3 knows what it showed, and V2 nothing. */
  hoursBefore: fc.integer({ min: 1, max: 24 }),
  /**
   * Ten days after its end a month is stated without a reading. Not between the last of twenty attempts on V2, 190 hours after the end, and
   * the last on V3, 186 hours after it: who wakes in between is met by the one alone.
   */
  hoursAfter: fc.oneof(fc.integer({ min: 1, max: 185 }), fc.integer({ min: 191, max: 250 })),
});

type Sleeper = typeof anySleeper extends fc.Arbitrary<infer Value> ? Value : never;

const firstEnd = (calendar: Pick<Sleeper, 'zone' | 'dayOffset'>): number =>
  Date.parse(firstPeriod(calendar, new Date(START).toISOString()).to);

async function sleptOn(platform: 'v2' | 'v3', sleeper: Sleeper) {
  const { world, close } = await openWorld({ startAt: START, application: { platform } });
  try {
    const { policy, dayOffset, zone, odometerMetres, metresPerDay, hoursBefore, hoursAfter } = sleeper;
    const contract = await world.sign({ policy, dayOffset, zone });
    const end = firstEnd(sleeper);
    const sleeps = [{ from: end - hoursBefore * HOUR, to: end + hoursAfter * HOUR }];
    const { carId } = await world.connect(contract, { odometerMetres, metresPerDay, sleeps });
    await world.runTo(end + 33 * DAY);
    expect(await world.check()).toEqual([]);
    const car = world.simulator.fleet.find(carId)?.car;
    return {
      claims: await world.claims(contract),
      shows: (at: string) => (car ? odometerAt(car, Date.parse(at)) : NaN),
    };
  } finally {
    await close();
  }
}

/**
 * What a car that sleeps while it is asked leaves different: the attempts by outcome (`asleep` on V2, `not_yet_recorded` on V3). Where it
 * has driven since it was read, the readings around a boundary too (on V3 the last one before it slept is known, and both are asked again
 * at times of their own), with the bounds that follow from them.
 */
const DIFFERS_ASLEEP = ['counts'];
const DIFFERS_DRIVEN = [...DIFFERS_ASLEEP, 'before', 'after', 'lowerMetres', 'upperMetres', 'readToRead'];
/** To the metre on each side: a straight line through other points. */
const ROUNDED = ['metres', 'distanceMetres', 'catchUpMetres'];

const without = (claims: unknown, names: readonly string[]): unknown =>
  JSON.parse(JSON.stringify(claims, (name, value: unknown) => (names.includes(name) ? undefined : value)));

const boundariesOf = (claims: StatementClaims): readonly BoundaryClaim[] =>
  claims.outcome === 'measured' ? [claims.opening, claims.closing] : [];

/** What is stated of each month, and of the metres between them, as figures. */
const figuresOf = (claims: StatementClaims): readonly (number | null)[] =>
  claims.outcome === 'measured'
    ? [...boundariesOf(claims).map(({ metres }) => metres), claims.distanceMetres, claims.catchUpMetres ?? 0]
    : [];

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

it('one that sleeps while it is asked gives the same statements, but for what was tried and what was heard meanwhile', async () => {
  let slept = 0;
  await fc.assert(
    fc.asyncProperty(anySleeper, async (sleeper) => {
      const [v2, v3] = [await sleptOn('v2', sleeper), await sleptOn('v3', sleeper)];
      slept += v2.claims.filter(({ attempts }) => attempts.counts['asleep'] !== undefined).length;
      const stands = sleeper.metresPerDay === 0;
      const differs = stands ? DIFFERS_ASLEEP : [...DIFFERS_DRIVEN, ...ROUNDED];
      expect(v3.claims.map((one) => without(essential(one), differs))).toEqual(
        v2.claims.map((one) => without(essential(one), differs)),
      );
      for (const [n, one] of v2.claims.entries()) {
        const other = v3.claims[n];
        const figures = other === undefined ? [] : figuresOf(other);
        for (const [m, figure] of figuresOf(one).entries())
          expect(Math.abs((figure ?? 0) - (figures[m] ?? 0))).toBeLessThanOrEqual(2);
      }
      // Whatever was heard: what the car showed lies within what is signed.
      for (const { claims, shows } of [v2, v3])
        for (const { at, lowerMetres, upperMetres } of claims.flatMap(boundariesOf)) {
          expect(shows(at)).toBeGreaterThanOrEqual(lowerMetres - 1);
          expect(shows(at)).toBeLessThanOrEqual(upperMetres + 1);
        }
    }),
    { numRuns: 6, endOnFailure: true },
  );
  expect(slept).toBeGreaterThanOrEqual(6);
});
