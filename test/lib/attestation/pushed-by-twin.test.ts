// What one of two applications pushes that are one at the vendor, to a connection of the other one: the odometer is the car's, and its driver
// granted it to both; accounts are another matter. Signed here by the platform's documented rule.
import { createHmac } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { type Connection, changeConnection, getConnection, STATES } from '../../../lib/connection/connection.ts';
import { recordUse } from '../../../lib/connection/vehicle-use.ts';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { FEBRUARY, readingsOf, START, watchReads } from './month.ts';
import { DAY, HOUR, MINUTE, openWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 60_000 });

const TOLD = START + DAY;

/** A car on V2 that nobody ever looked up on V3, heard of once. */
async function withCar<T>(
  work: (
    world: World,
    car: Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'> & { carId: string },
  ) => Promise<T>,
): Promise<T> {
  const { world, close } = await openWorld({ startAt: START, twin: true });
  try {
    const contract = await world.sign();
    const car = { ...contract, ...(await world.connect(contract)) };
    await world.runTo(TOLD);
    return await work(world, car);
  } finally {
    await close();
  }
}

/** By the application on V3. */
async function push(world: World, eventType: string, data: object, triggers?: readonly object[]): Promise<void> {
  const eventId = `00000000-0000-4000-8000-${String(world.now).slice(-12).padStart(12, '0')}`;
  const body = Buffer.from(JSON.stringify({ eventId, eventType, data, triggers, meta: { deliveredAt: world.now } }));
  const signature = createHmac('sha256', 'management-token').update(body).digest('hex');
  expect(await world.deliverPush({ applicationId: 'default-v3', body, signature })).toEqual({ kind: 'taken' });
  await world.deliver();
}

const pushOdometer = (world: World, carId: string, kilometres: number, triggers?: readonly object[]): Promise<void> => {
  const meta = { oemUpdatedAt: world.now, retrievedAt: world.now };
  const signal = { code: 'odometer-traveleddistance', body: { value: kilometres, unit: 'km' }, meta };
  return push(world, 'VEHICLE_STATE', { vehicle: { id: carId }, signals: [signal] }, triggers);
};

const pushed = async (world: World, contract: Pick<Connection, 'tenantId' | 'contractId'>) =>
  (await readingsOf(world, contract)).filter(({ source }) => source === 'push').map(({ metres }) => metres);

it('becomes a reading, and can close a month without a call to the car', () =>
  withCar(async (world, car) => {
    await pushOdometer(world, car.carId, 10_080);
    expect(await pushed(world, car)).toEqual([10_080_000]);
    await world.runTo(FEBRUARY - 1);
    const asked = watchReads(world);
    await world.runTo(FEBRUARY);
    await pushOdometer(world, car.carId, 11_200);
    await world.runTo(FEBRUARY + HOUR);
    expect(await world.claims(car)).toMatchObject([{ outcome: 'measured', closing: { metres: 11_200_000 } }]);
    expect(asked).toEqual([]);
    expect((await getConnection(world.tables.business, car))?.platform).toBeUndefined();
  }));

it('is no trouble of a driver whom that application does not know', () =>
  withCar(async (world, car) => {
    const errors = [{ type: 'CONNECTED_SERVICES_ACCOUNT', code: 'AUTHENTICATION_FAILED', state: 'ERROR' }];
    await push(world, 'VEHICLE_ERROR', { vehicle: { id: car.carId }, user: { id: 'somebody' }, errors });
    await world.runTo(TOLD + 2 * DAY);
    const { state, troubles } = (await getConnection(world.tables.business, car)) ?? {};
    expect({ state, troubles }).toEqual({ state: 'active', troubles: undefined });
  }));

it.each(['not_listed', 'missing_permission'] as const)(
  'is none of a driver whom that application was asked about: %s',
  (outcome) =>
    withCar(async (world, car) => {
      const upgrade = { applicationId: 'default-v3', outcome, at: new Date(START).toISOString() };
      await changeConnection(world.tables.business, car, STATES, { upgrade });
      await pushOdometer(world, car.carId, 10_080);
      expect(await pushed(world, car)).toEqual([]);
    }),
);

it('is still one of a driver whom that application could not be asked about', () =>
  withCar(async (world, car) => {
    const upgrade = {
      applicationId: 'default-v3',
      outcome: 'driver_unknown',
      at: new Date(START).toISOString(),
    } as const;
    await changeConnection(world.tables.business, car, STATES, { upgrade });
    await pushOdometer(world, car.carId, 10_080);
    expect(await pushed(world, car)).toEqual([10_080_000]);
  }));

it.each(['not_listed', undefined] as const)(
  'waits, when it is the first one, for a connection that is on its way to that application (before: %s)',
  (before) =>
    withCar(async (world, car) => {
      const { business } = world.tables;
      const upgrade = { applicationId: 'default-v3', at: new Date(START).toISOString() };
      if (before) await changeConnection(business, car, STATES, { upgrade: { ...upgrade, outcome: before } });
      await pushOdometer(world, car.carId, 10_080, [{ type: 'FIRST_DELIVERY' }]);
      // As upgrading does, a moment after it has subscribed the car.
      await recordUse(business, { ...car, applicationId: 'default-v3' }, car.carId);
      await changeConnection(business, car, STATES, { upgrade: { ...upgrade, outcome: 'listed' } });
      await world.runTo(TOLD + 10 * MINUTE);
      expect(await pushed(world, car)).toEqual([10_080_000]);
      expect((await getConnection(business, car))?.platform).toBe('v3');
    }),
);

it('I10 is nobody’s who has withdrawn, and I13 of no application that is another one at the vendor', () =>
  withCar(async (world, car) => {
    const { business } = world.tables;
    await business.update(keys.application('default-v3'), { remove: ['twin'] });
    // Every container has read the application anew by then.
    await world.runTo(TOLD + HOUR);
    await pushOdometer(world, car.carId, 10_080);
    expect(await pushed(world, car)).toEqual([]);
    await business.update(keys.application('default-v3'), { set: { twin: 'default' } });
    await world.runTo(TOLD + 2 * HOUR);
    await withdrawConsent(business, car, world.now);
    await world.runTo(TOLD + 2 * HOUR + MINUTE);
    await pushOdometer(world, car.carId, 10_090);
    expect(await pushed(world, car)).toEqual([]);
  }));
