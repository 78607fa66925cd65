// Every refusal that V2 documents, walked through planner, queues, car and settlement: what becomes of the message, of the connection,
// of the operator's sleep, and when the car is asked again. What can succeed later does; what cannot is not asked again.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { VendorErrorName } from '../../../lib/simulator/vendor-error.ts';
import { START } from './month.ts';
import { type Trouble, type Walked, walk } from './refused.ts';
import {
  asleep,
  because,
  billing,
  limited,
  never,
  newToken,
  operator,
  owner,
  reconnect,
  unavailable,
  type Way,
} from './ways.ts';
import { openWorld, type World } from './world.ts';

/** Fifty cars over ten days. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** These stop all reads of an application. */
type Shared = 'RATE_LIMIT:SMARTCAR_API' | 'BILLING:ACCOUNT_SUSPENDED';

/** As documented by the vendor: 46, and those two. */
const documented: Readonly<Record<Exclude<VendorErrorName, Shared>, Way>> = {
  AUTHENTICATION: newToken,
  PERMISSION: reconnect,
  VALIDATION: operator,
  'VALIDATION:PARAMETER': operator,
  'RESOURCE_NOT_FOUND:PATH': operator,
  'RESOURCE_NOT_FOUND:VERSION': operator,
  'BILLING:VEHICLE_LIMIT': billing,
  'BILLING:INVALID_PLAN': billing,
  'BILLING:VEHICLE_REQUEST_LIMIT': billing,
  'COMPATIBILITY:MAKE_NOT_COMPATIBLE': never,
  'COMPATIBILITY:SMARTCAR_NOT_CAPABLE': never,
  'COMPATIBILITY:VEHICLE_NOT_CAPABLE': never,
  'COMPATIBILITY:PLATFORM_NOT_CAPABLE': reconnect,
  'CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE': owner,
  'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED': reconnect,
  'CONNECTED_SERVICES_ACCOUNT:NO_VEHICLES': owner,
  'CONNECTED_SERVICES_ACCOUNT:PERMISSION': reconnect,
  'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION': owner,
  'CONNECTED_SERVICES_ACCOUNT:VEHICLE_MISSING': owner,
  'CONNECTED_SERVICES_ACCOUNT:VIRTUAL_KEY_REQUIRED': owner,
  'RATE_LIMIT:VEHICLE': limited,
  'SERVER:INTERNAL': unavailable,
  'SERVER:RECORD_NOT_FOUND': operator,
  'SERVER:MULTIPLE_RECORDS_FOUND': operator,
  'UPSTREAM:INVALID_DATA': unavailable,
  'UPSTREAM:KNOWN_ISSUE': unavailable,
  'UPSTREAM:NO_RESPONSE': unavailable,
  'UPSTREAM:RATE_LIMIT': limited,
  'UPSTREAM:UNKNOWN_ISSUE': unavailable,
  'VEHICLE_STATE:ASLEEP': asleep,
  'VEHICLE_STATE:CHARGING_IN_PROGRESS': unavailable,
  'VEHICLE_STATE:CHARGING_PLUG_CONNECTED': unavailable,
  'VEHICLE_STATE:CHARGING_PLUG_NOT_CONNECTED': unavailable,
  'VEHICLE_STATE:CHARGE_FAULT': unavailable,
  'VEHICLE_STATE:FULLY_CHARGED': unavailable,
  'VEHICLE_STATE:NOT_CHARGING': unavailable,
  'VEHICLE_STATE:DOOR_OPEN': unavailable,
  'VEHICLE_STATE:HOOD_OPEN': unavailable,
  'VEHICLE_STATE:TRUNK_OPEN': unavailable,
  'VEHICLE_STATE:IGNITION_ON': asleep,
  'VEHICLE_STATE:IN_MOTION': asleep,
  'VEHICLE_STATE:LOW_BATTERY': asleep,
  'VEHICLE_STATE:REMOTE_ACCESS_DISABLED': owner,
  'VEHICLE_STATE:UNKNOWN': unavailable,
  'VEHICLE_STATE:UNREACHABLE': asleep,
  'VEHICLE_STATE:VEHICLE_OFFLINE_FOR_SERVICE': asleep,
};

/** `Object.entries` forgets which names it was given. */
const listed = Object.entries(documented) as readonly (readonly [Exclude<VendorErrorName, Shared>, Way])[];

const rows = listed.map(([name, way]) => {
  const kept = way === owner || way === reconnect;
  return [name, kept ? because(way, name) : way] as const;
});

/** The simulated platform refuses the car as the real one does, until the trouble is over. */
const refusedWith = (name: VendorErrorName): Trouble => ({
  name,
  begin: ({ simulator }, carId) => simulator.fleet.inject(carId, { error: name, count: 1_000 }),
  end: ({ simulator }, carId) => {
    while (simulator.fleet.takeFault(carId, () => true) !== null);
  },
});

describe('a read that is refused with', () => {
  let world: World;
  let close: () => Promise<void>;
  let walked: ReadonlyMap<string, Walked>;

  beforeAll(async () => {
    ({ world, close } = await openWorld({ startAt: START }));
    walked = await walk(
      world,
      rows.map(([name]) => refusedWith(name)),
    );
  });
  afterAll(() => close());

  it.each(rows)('%s ends as expected', (name, { ending }) => {
    expect(walked.get(name)?.ending).toEqual(ending);
  });

  it.each(rows)('I2 %s: the car is asked when it may succeed, and the month is stated once', (name, { month }) => {
    expect(walked.get(name)?.month).toEqual(month);
  });

  it('I1 and the rest of the rules hold, no message is lost or stuck, and no pair is missing', async () => {
    expect(rows).toHaveLength(46);
    expect(await world.check()).toEqual([]);
    expect(world.deadLetters).toEqual([]);
    expect(world.waiting).toEqual([]);
  });
});

describe('a read that is refused for the whole application', () => {
  it.each([
    ['RATE_LIMIT:SMARTCAR_API', limited],
    ['BILLING:ACCOUNT_SUSPENDED', billing],
  ] as const satisfies readonly (readonly [Shared, Way])[])(
    '%s ends as expected, walked alone because it stops all others',
    async (name, way) => {
      const { world, close } = await openWorld({ startAt: START });
      try {
        const walked = await walk(world, [refusedWith(name)]);
        expect(walked.get(name)).toEqual(way);
        expect(await world.check()).toEqual([]);
      } finally {
        await close();
      }
    },
  );
});
