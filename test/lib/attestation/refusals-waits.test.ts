// How long a refusal keeps us waiting: what the platform asks for is honoured to the second, for one vehicle or for the whole
// application, whatever was due otherwise.
import { describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import type { VendorErrorName } from '../../../lib/simulator/vendor-error.ts';
import { createApplication, vehicleApplication } from '../../../lib/tenant/application.ts';
import type { Fault } from '../../stores/faults.ts';
import type { ContractRef } from './check-store.ts';
import { FEBRUARY, START } from './month.ts';
import { watchCars, watchMessages } from './refused.ts';
import { useWorld } from './use-world.ts';
import { DAY, HOUR, MINUTE, type World } from './world.ts';

let world: World;
let asked: (carId: string) => readonly number[];
/** What stands before the platform, for a test. */
let gateway: (request: Request) => Response | undefined;
const reopen = useWorld(
  (opened) => {
    world = opened;
    gateway = () => undefined;
    asked = watchCars(world);
  },
  // The bucket that the platform documents.
  { application: { burst: 120, refillPerMinute: 2 }, gateway: (request) => gateway(request) },
);

interface Driven {
  readonly contract: ContractRef;
  readonly carId: string;
  readonly connectionId: string;
}

const drivenCar = async (): Promise<Driven> => {
  const contract = await world.sign();
  return { contract, ...(await world.connect(contract)) };
};

const refuse = ({ carId }: Driven, error: VendorErrorName, retryAfterSeconds?: number, count = 1) =>
  world.simulator.fleet.inject(carId, {
    error,
    count,
    // In a batch the odometer alone is refused: one fault is one refusal.
    ...(error === 'RATE_LIMIT:SMARTCAR_API' || error.startsWith('BILLING') ? {} : { path: '/odometer' }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });

const statedOf = async ({ contract }: Driven): Promise<readonly string[]> =>
  (await world.claims(contract)).map(({ outcome }) => outcome);

const failuresOf = async ({ contract }: Driven) => (await world.claims(contract))[0]?.attempts.counts;

describe('retry-after of a vehicle', () => {
  it.each([
    ['RATE_LIMIT:VEHICLE', 3_601, '2026-02-01T00:00:01.000Z'],
    ['RATE_LIMIT:VEHICLE', 901, '2026-01-31T23:15:01.000Z'],
    ['RATE_LIMIT:VEHICLE', 172_801, '2026-02-02T23:00:01.000Z'],
    ['UPSTREAM:RATE_LIMIT', 7_200, '2026-02-01T01:00:00.000Z'],
    ['UPSTREAM:NO_RESPONSE', 86_400, '2026-02-01T23:00:00.000Z'],
    ['VEHICLE_STATE:ASLEEP', 5_000, '2026-02-01T00:23:20.000Z'],
    ['CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION', 5_000, '2026-02-01T00:23:20.000Z'],
    ['BILLING:VEHICLE_REQUEST_LIMIT', 50_000, '2026-02-01T12:53:20.000Z'],
    ['SERVER:RECORD_NOT_FOUND', 50_000, '2026-02-01T12:53:20.000Z'],
  ] as const)('%s, %i s: the car is asked again at %s and not before', async (error, seconds, again) => {
    const car = await drivenCar();
    await world.runTo(FEBRUARY - 1);
    refuse(car, error, seconds);
    await world.runTo(FEBRUARY);
    expect((await world.contract(car.contract)).dueAt).toBe(again);
    await world.runTo(FEBRUARY + Math.max(25 * HOUR, seconds * 1000 + HOUR));
    expect(asked(car.carId)).toEqual([0, seconds / 60]);
    expect(await statedOf(car)).toEqual(['measured']);
  });

  it('shorter than the schedule changes nothing', async () => {
    const car = await drivenCar();
    await world.runTo(FEBRUARY - 1);
    refuse(car, 'RATE_LIMIT:VEHICLE', 120);
    await world.runTo(FEBRUARY + HOUR);
    expect(asked(car.carId)).toEqual([0, 15]);
  });

  it('keeps only that vehicle waiting', async () => {
    const [limited, other] = [await drivenCar(), await drivenCar()];
    await world.runTo(FEBRUARY - 1);
    refuse(limited, 'RATE_LIMIT:VEHICLE', 3_600);
    await world.runTo(FEBRUARY + 2 * HOUR);
    expect([asked(limited.carId), asked(other.carId)]).toEqual([[0, 60], [0]]);
  });

  it('that reaches past the end of the month holds for the read that closes it', async () => {
    await world.runTo(FEBRUARY - 20 * MINUTE);
    const contract = await world.sign({ startsAt: new Date(START).toISOString() });
    const car = { contract, ...(await world.connect(contract)) };
    refuse(car, 'RATE_LIMIT:VEHICLE', 3_600);
    const refusedAt = world.now;
    await world.runTo(FEBRUARY + 2 * HOUR);
    expect(world.count('vehicle.read')).toBe(2);
    expect(asked(car.carId)).toEqual([(refusedAt + HOUR - FEBRUARY) / MINUTE]);
    expect((await world.contract(contract)).attempts.counts).toEqual({ rate_limited: 1 });
  });

  it('that reaches to the deadline leaves no try: the month is stated without a reading', async () => {
    const contract = await world.sign({ deadlineDays: 1 });
    const car = { contract, ...(await world.connect(contract)) };
    await world.runTo(FEBRUARY - 1);
    refuse(car, 'RATE_LIMIT:VEHICLE', 86_400);
    await world.runTo(FEBRUARY + DAY - 1);
    expect((await world.contract(contract)).dueAt).toBe('2026-02-01T23:00:00.000Z');
    expect(asked(car.carId)).toEqual([0]);
    await world.runTo(FEBRUARY + DAY + MINUTE);
    expect(await world.claims(contract)).toMatchObject([
      { outcome: 'no_reading', attempts: { counts: { read: 1, rate_limited: 1 } } },
    ]);
  });
});

describe('a 429 for the application', () => {
  /** Another application's car: nobody waits for the trouble of others. */
  const ofAnotherApplication = async (car: Driven): Promise<void> => {
    const applicationId = 'other';
    const application = { applicationId, platform: 'v2', secretId: 'secret', spreadMinutes: 0 };
    await createApplication(world.tables.business, vehicleApplication.parse(application));
    const { tenantId, contractId } = car.contract;
    const set = { applicationId };
    await world.tables.business.update(keys.connection(tenantId, contractId, car.connectionId), { set });
    await world.tables.business.update(keys.contract(tenantId, contractId), { set });
  };

  it('pauses all of its reads until it has passed, to the second, and nobody else waits', async () => {
    const fleet = [await drivenCar(), await drivenCar(), await drivenCar(), await drivenCar()];
    const other = await drivenCar();
    await ofAnotherApplication(other);
    await world.runTo(FEBRUARY - 1);
    for (const car of fleet) refuse(car, 'RATE_LIMIT:SMARTCAR_API', 4_500);
    // One message at a time, so that the first refusal is known when the next car's turn comes.
    watchMessages(world);
    await world.runTo(FEBRUARY + 75 * MINUTE - 1);
    const refusedCars = fleet.filter(({ carId }) => asked(carId).length > 0);
    expect(refusedCars.map(({ carId }) => asked(carId))).toEqual([[0]]);
    expect(asked(other.carId)).toEqual([0]);
    expect(await statedOf(other)).toEqual(['measured']);
    for (const { carId } of fleet) while (world.simulator.fleet.takeFault(carId, () => true) !== null);
    await world.runTo(FEBRUARY + 75 * MINUTE);
    expect(refusedCars.map(({ carId }) => asked(carId))).toEqual([[0, 75]]);
    await world.runTo(FEBRUARY + 5 * HOUR);
    expect(await Promise.all(fleet.map(statedOf))).toEqual(fleet.map(() => ['measured']));
    // Waiting for the budget is no attempt.
    expect(await Promise.all(fleet.filter((car) => !refusedCars.includes(car)).map(failuresOf))).toEqual([
      { read: 2 },
      { read: 2 },
      { read: 2 },
    ]);
  });

  it('without a word about how long pauses them until one read has come back', async () => {
    const [first, second] = [await drivenCar(), await drivenCar()];
    await world.runTo(FEBRUARY - 1);
    for (const car of [first, second]) refuse(car, 'RATE_LIMIT:SMARTCAR_API');
    await world.runTo(FEBRUARY + 15 * MINUTE);
    expect([asked(first.carId), asked(second.carId)]).toEqual([
      [0, 15],
      [0, 15],
    ]);
    expect(await statedOf(first)).toEqual(['measured']);
  });
});

describe('a VIN that alone is refused', () => {
  /** The next batch: an odometer as of now or before, and a VIN that is refused. */
  const refuseVin = (status: number, type: string, code: string | null, seconds: number | undefined, age = 0): void => {
    gateway = ({ url }) => {
      if (!url.endsWith('/batch')) return undefined;
      gateway = () => undefined;
      const at = new Date(world.now - age).toISOString();
      const headers = { 'sc-data-age': at, 'sc-fetched-at': at, 'sc-unit-system': 'metric' };
      const wait = seconds === undefined ? {} : { 'retry-after': String(seconds) };
      return Response.json({
        responses: [
          { path: '/odometer', code: 200, headers, body: { distance: 10_100 } },
          { path: '/vin', code: status, headers: wait, body: { type, code, statusCode: status } },
        ],
      });
    };
  };

  it.each([
    [429, 'RATE_LIMIT', 'SMARTCAR_API', 4_500, 75, []],
    [429, 'RATE_LIMIT', 'SMARTCAR_API', undefined, 0.5, []],
    [430, 'BILLING', 'ACCOUNT_SUSPENDED', undefined, 720, ['vehicle_billing']],
    [429, 'RATE_LIMIT', 'SMARTCAR_API', 172_800, 1_440, []],
    [430, 'BILLING', 'ACCOUNT_SUSPENDED', 172_800, 1_440, ['vehicle_billing']],
    [430, 'BILLING', 'INVALID_PLAN', undefined, undefined, ['vehicle_billing']],
    [400, 'VALIDATION', null, undefined, undefined, ['vehicle_operator']],
    [429, 'RATE_LIMIT', 'VEHICLE', 4_500, undefined, []],
    [501, 'COMPATIBILITY', 'VEHICLE_NOT_CAPABLE', undefined, undefined, []],
  ])(
    'with %i %s %s, retry-after %s, closes the budget for %s minutes and tells %j; the odometer counts',
    async (...row) => {
      const [status, type, code, seconds, minutes, told] = row;
      const car = await drivenCar();
      await world.runTo(FEBRUARY - 1);
      refuseVin(status, type, code, seconds);
      await world.runTo(FEBRUARY);
      const until = (await world.tables.business.get(keys.budget('default')))?.['closedUntil'];
      expect(until === undefined ? undefined : (Number(until) - FEBRUARY) / MINUTE).toBe(minutes);
      expect([world.warnings, asked(car.carId), await statedOf(car)]).toEqual([told, [0], ['measured']]);
    },
  );

  it('keeps a car that has yet to measure waiting as long as it says', async () => {
    const car = await drivenCar();
    await world.runTo(FEBRUARY - 1);
    refuseVin(429, 'RATE_LIMIT', 'VEHICLE', 4_500, HOUR);
    await world.runTo(FEBRUARY + 2 * HOUR);
    expect(asked(car.carId)).toEqual([0, 75]);
  });
});

describe('a plan that is exhausted', () => {
  it('with the account suspended stops every read of the application; one looks again after 12 hours', async () => {
    const fleet = [await drivenCar(), await drivenCar(), await drivenCar()];
    await world.runTo(FEBRUARY - 1);
    for (const car of fleet) refuse(car, 'BILLING:ACCOUNT_SUSPENDED', undefined, 2);
    // One message at a time, so that the first refusal is known when the next car's turn comes.
    watchMessages(world);
    await world.runTo(FEBRUARY + 12 * HOUR - 1);
    const [refused] = fleet.filter(({ carId }) => asked(carId).length > 0);
    expect(fleet.flatMap(({ carId }) => asked(carId))).toEqual([0]);
    await world.runTo(FEBRUARY + 24 * HOUR - 1);
    expect(fleet.flatMap(({ carId }) => asked(carId))).toEqual([0, 720]);
    expect(asked(refused?.carId ?? '')).toEqual([0, 720]);
    expect(world.warnings).toEqual(['vehicle_billing', 'vehicle_billing']);
    for (const { carId } of fleet) while (world.simulator.fleet.takeFault(carId, () => true) !== null);
    await world.runTo(FEBRUARY + 36 * HOUR);
    expect(await Promise.all(fleet.map(statedOf))).toEqual(fleet.map(() => ['measured']));
  });

  it('warns the operator every 12 hours, and what was missed is read when the bill is paid', async () => {
    const car = await drivenCar();
    await world.runTo(FEBRUARY - 1);
    refuse(car, 'BILLING:ACCOUNT_SUSPENDED', undefined, 3);
    await world.runTo(FEBRUARY + 40 * HOUR);
    expect(asked(car.carId)).toEqual([0, 720, 1440, 2160]);
    expect(world.warnings).toEqual(['vehicle_billing', 'vehicle_billing', 'vehicle_billing']);
    expect(await failuresOf(car)).toEqual({ read: 2, refused: 3 });
  });
});

describe('I7 whichever change fails, applied or not,', () => {
  /** The first minute of an hour in which the platform refuses. @returns its calls, of which the `nth` failed */
  async function refusedHour(hour: number, failing?: { readonly nth: number; readonly fault: Fault }) {
    await world.runTo(hour - 1);
    const before = world.faults.calls.length;
    if (failing !== undefined) world.faults.failNext(failing.fault, failing.nth);
    await world.runTo(hour + MINUTE);
    return world.faults.calls.slice(before);
  }

  /** What is written, and which cars are asked, from where reading begins until the connections are looked at again, with both faults. */
  const failuresOf = (calls: readonly string[]) => {
    const [from, to] = [calls.indexOf('attestations.query'), calls.lastIndexOf('business.get')];
    return calls.flatMap((call, n) =>
      !['business.update', 'vehicle.read'].includes(call) || n < from || (to > from && n > to)
        ? []
        : (['not_applied', 'applied'] as const).map((fault) => ({ nth: n + 1, fault, call })),
    );
  };

  const isIn = (hour: number): boolean => world.now >= hour && world.now < hour + HOUR;

  it('a budget for two of three cars, of which one is refused for all, loses no month', async () => {
    await reopen({ application: { burst: 5, refillPerMinute: 60 }, gateway: (request) => gateway(request) });
    const contracts = [
      await world.sign({ zone: 'UTC' }),
      await world.sign({ zone: 'UTC' }),
      await world.sign({ zone: 'UTC' }),
    ];
    for (const contract of contracts) await world.connect(contract);
    const month = async (n: number, failing?: { readonly nth: number; readonly fault: Fault }) => {
      const hour = Date.UTC(2026, n + 1, 1);
      let [refused, first = ''] = [0];
      gateway = ({ url }) => {
        if (!url.endsWith('/batch') || !isIn(hour)) return undefined;
        first ||= url;
        if (url !== first) return undefined;
        refused += 1;
        const headers = { 'retry-after': String((hour + HOUR - world.now) / 1000) };
        return Response.json({ type: 'RATE_LIMIT', code: 'SMARTCAR_API' }, { status: 429, headers });
      };
      const calls = await refusedHour(hour, failing);
      await world.runTo(hour + 6 * HOUR);
      const closed = Number((await world.tables.business.get(keys.budget('default')))?.['closedUntil']);
      const stated = await Promise.all(contracts.map((contract) => world.claims(contract)));
      const outcomes = stated.map((claims) => claims.map(({ outcome }) => outcome).slice(n));
      return { calls, refused, closedHours: (closed - hour) / HOUR, outcomes, dead: world.deadLetters.length };
    };
    const outcomes = [['measured'], ['measured'], ['measured']];
    const healthy = await month(0);
    // What was taken for half of the third is given back; of the two that are asked one is refused, which is heeded.
    expect(healthy).toMatchObject({ refused: 1, closedHours: 1, outcomes, dead: 0 });
    const failures = failuresOf(healthy.calls);
    expect(failures.filter(({ fault }) => fault === 'applied').map(({ call }) => call)).toEqual([
      ...['business.update', 'business.update', 'vehicle.read', 'vehicle.read', 'business.update', 'business.update'],
    ]);
    for (const [n, failing] of failures.entries()) {
      const { calls, refused, ...end } = await month(n + 1, failing);
      const told = `${failing.nth} ${failing.call} ${failing.fault}`;
      expect(calls[failing.nth - 1], told).toBe(failing.call);
      expect(end, told).toEqual({ closedHours: 1, outcomes, dead: 0 });
      expect(refused, told).toBeLessThanOrEqual(2);
    }
  });

  it('a pair that is kept alive while credentials are refused is tended when that is over', async () => {
    const hour = START + 21 * DAY;
    const keep = async (failing?: { readonly nth: number; readonly fault: Fault }) => {
      await reopen({ gateway: (request) => gateway(request) });
      gateway = ({ url }) =>
        url.endsWith('/oauth/token') && isIn(hour)
          ? Response.json({ error: 'invalid_client' }, { status: 401 })
          : undefined;
      const contract = await world.sign({ startsAt: new Date(START + 100 * DAY).toISOString() });
      await world.connect(contract);
      const calls = await refusedHour(hour, failing);
      await world.runTo(hour + 14 * HOUR);
      const { tendedAt = '', attempts } = await world.contract(contract);
      const hours = Math.floor((Date.parse(tendedAt) - hour) / HOUR);
      return {
        calls,
        end: { hours, counts: attempts.counts, told: [...new Set(world.warnings)], dead: world.deadLetters },
      };
    };
    const end = { hours: 12, counts: {}, told: ['vehicle_operator'], dead: [] };
    const healthy = await keep();
    expect(healthy.end).toEqual(end);
    const failures = failuresOf(healthy.calls);
    expect(failures).toHaveLength(2);
    for (const failing of failures) {
      const failed = await keep(failing);
      expect([failed.calls[failing.nth - 1], failed.end], failing.fault).toEqual([failing.call, end]);
    }
  });
});
