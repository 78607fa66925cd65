// The calls of the Citroën page on V3: the results are the ones that V2 gives for the same car, put together from signals.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { getVehicles, Vehicle } from '../../../lib/vehicle/smartcar-v3.ts';
import { json, type LocalServer, REQUEST_ID, startLocalServer } from './local-server.ts';
import { thrownBy } from './thrown.ts';
import { CAR, connection, failedSignal, page, refusal, signal, USER } from './v3-bench.ts';

const BASE = `/v3/vehicles/${CAR}`;
const RECORDED = '2026-02-28T22:00:00.000Z';
const FETCHED = '2026-03-01T00:00:04.000Z';

const bodies: Readonly<Record<string, object>> = {
  'location-preciselocation': { latitude: 37.4292, longitude: 122.1381, heading: 12, locationType: 'CURRENT' },
  'odometer-traveleddistance': { value: 104.32, unit: 'kilometers' },
  'tractionbattery-stateofcharge': { value: 30, unit: 'percent' },
  'tractionbattery-range': { value: 40.5, type: 'DEFAULT', additionalValues: [], unit: 'km' },
  'tractionbattery-nominalcapacity': {
    capacity: 28.7,
    availableCapacities: [{ capacity: 28.7, description: 'Long Range' }],
    source: 'USER_SELECTED',
    unit: 'kWh',
  },
  'charge-ischargingcableconnected': { value: true },
  'charge-detailedchargingstatus': { value: 'FULLY_CHARGED' },
  'charge-chargelimits': {
    values: [{ type: 'global', limit: 80, condition: null }],
    activeLimit: null,
    unit: 'percent',
  },
  'internalcombustionengine-amountremaining': { value: 53.2, unit: 'liters' },
  'internalcombustionengine-fuellevel': { value: 30, unit: 'percent' },
  'internalcombustionengine-range': { value: 40.5, unit: 'km' },
  'wheel-tires': {
    values: [
      { row: 0, column: 0, tirePressure: 219.1 },
      { row: 0, column: 1, tirePressure: 219.2 },
      { row: 1, column: 0, tirePressure: 219.3 },
      { row: 1, column: 1, tirePressure: 219.4 },
    ],
    rowCount: 2,
    columnCount: 2,
    unit: 'kPa',
  },
  'internalcombustionengine-oillife': { value: 35, unit: 'percent' },
  'vehicleidentification-vin': { value: '1234A67Q90F2T4567' },
};

let server: LocalServer;
/** What is different from the car above, by signal code: another body, or a whole answer with its status. */
let changes: Readonly<Record<string, object | undefined>> = {};

const answerTo = (method: string, path: string): readonly [number, unknown] => {
  const code = path.split('/signals/')[1];
  if (code !== undefined) {
    const change = Object.hasOwn(changes, code) ? changes[code] : bodies[code];
    if (change === undefined) return [404, refusal(404, 'RESOURCE_NOT_FOUND', 'SIGNAL_NOT_FOUND')];
    return [200, { data: 'attributes' in change ? change : signal(code, change) }];
  }
  if (path.endsWith('/signals')) return [200, page(Object.entries(bodies).map(([name, body]) => signal(name, body)))];
  if (path.includes('/commands/')) return [200, { data: { attributes: { status: { value: 'SUCCESS' } } } }];
  if (path.startsWith('/v3/connections?')) return [200, page([connection('con-1'), connection('con-2')], 2)];
  if (path === BASE) return [200, { data: { id: CAR, attributes: { make: 'TESLA', model: 'Model S', year: 2014 } } }];
  return [method === 'DELETE' ? 204 : 202, ''];
};

beforeAll(async () => {
  server = await startLocalServer(() => (seen, response, socket) => {
    const [status, body] = answerTo(seen.method, seen.url);
    json(status, body)(seen, response, socket);
  });
  vi.stubEnv('SMARTCAR_API_V3_ORIGIN', server.origin);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});
beforeEach(() => {
  changes = {};
  server.seen.length = 0;
});

const vehicle = () => new Vehicle(CAR, '<application-token>', { userId: USER });
const meta = { requestId: REQUEST_ID, dataAge: RECORDED, fetchedAt: FETCHED, unitSystem: undefined };
const metric = { ...meta, unitSystem: 'metric' };
const wire = () => server.seen.map(({ method, url }) => `${method} ${decodeURIComponent(url)}`);

describe('the calls of the Citroën page', () => {
  it('start with the vehicles of the driver', async () => {
    expect(await getVehicles('<application-token>', { userId: USER })).toEqual({ vehicles: [CAR] });
    expect(wire()).toEqual([
      `GET /v3/connections?filter[userId]=${USER}&filter[vehicle.mode]=live&page[number]=1&page[size]=50`,
    ]);
  });

  it.each([
    ['location', { latitude: 37.4292, longitude: 122.1381, meta }],
    ['odometer', { distance: 104.32, meta: metric }],
    ['battery', { percentRemaining: 0.3, range: 40.5, meta: metric }],
    ['batteryCapacity', { capacity: 28.7, meta }],
    ['charge', { isPluggedIn: true, state: 'FULLY_CHARGED', meta }],
    ['fuel', { amountRemaining: 53.2, percentRemaining: 0.3, range: 40.5, meta: metric }],
    ['tirePressure', { frontLeft: 219.1, frontRight: 219.2, backLeft: 219.3, backRight: 219.4, meta: metric }],
    ['oil', { lifeRemaining: 0.35, meta }],
    ['engineOil', { lifeRemaining: 0.35, meta }],
    ['vin', { vin: '1234A67Q90F2T4567', meta }],
    ['getChargeLimit', { limit: 0.8, meta }],
    [
      'nominalCapacity',
      {
        availableCapacities: [{ capacity: 28.7, description: 'Long Range' }],
        capacity: { nominal: 28.7, source: 'USER_SELECTED' },
        url: null,
        meta,
      },
    ],
  ] as const)('%s', async (call, expected) => {
    expect(await vehicle()[call]()).toEqual(expected);
    expect(
      server.seen.every(
        ({ headers }) => headers.authorization === 'Bearer <application-token>' && headers['sc-user-id'] === USER,
      ),
    ).toBe(true);
  });

  it('attributes', async () => {
    expect(await vehicle().attributes()).toMatchObject({ id: CAR, make: 'TESLA', model: 'Model S', year: 2014 });
  });

  it('commands', async () => {
    const car = vehicle();
    const results = [
      await car.lock(),
      await car.unlock(),
      await car.startCharge(),
      await car.stopCharge(),
      await car.setChargeLimit(0.8),
      await car.sendDestination(1, 2),
    ];

    expect(results.every(({ status, meta: { requestId } }) => status === 'success' && requestId === REQUEST_ID)).toBe(
      true,
    );
    expect(server.seen.map(({ url, body }) => `${url.split('/commands')[1]} ${body}`)).toEqual([
      '/security/lock ',
      '/security/unlock ',
      '/charge/start ',
      '/charge/stop ',
      '/charge/set-limit {"data":{"attributes":{"percent":80}}}',
      '/navigation/set-destination {"data":{"attributes":{"latitude":1,"longitude":2}}}',
    ]);
  });

  it('permissions, subscribe, disconnect', async () => {
    expect(await vehicle().permissions()).toMatchObject({ permissions: ['read_odometer', 'read_vin'] });
    await vehicle().subscribe('wh-1');
    expect(await vehicle().disconnect()).toMatchObject({ status: 'success' });
    expect(wire().filter((line) => !line.startsWith('GET'))).toEqual([
      'POST /v3/subscriptions',
      'DELETE /v3/connections/con-1',
      'DELETE /v3/connections/con-2',
    ]);
  });

  it('signals as they are', async () => {
    expect(await vehicle().signal('charge-ischargingcableconnected')).toMatchObject({ body: { value: true } });
    const store = await vehicle().signals();
    expect(store.kind === 'signals' && store.signals.size).toBe(Object.keys(bodies).length);
  });
});

describe('a car that tells less', () => {
  it('has null for the fuel it does not tell', async () => {
    changes = { 'internalcombustionengine-amountremaining': undefined, 'internalcombustionengine-range': undefined };

    expect(await vehicle().fuel()).toEqual({
      amountRemaining: null,
      percentRemaining: 0.3,
      range: null,
      meta,
    });
  });

  it('that tells the amount alone still tells it', async () => {
    changes = { 'internalcombustionengine-fuellevel': undefined, 'internalcombustionengine-range': undefined };

    expect(await vehicle().fuel()).toMatchObject({ amountRemaining: 53.2, percentRemaining: null, range: null });
  });

  it('that tells no fuel at all has no such signal', async () => {
    changes = {
      'internalcombustionengine-amountremaining': undefined,
      'internalcombustionengine-fuellevel': undefined,
      'internalcombustionengine-range': undefined,
    };

    expect(await thrownBy(vehicle().fuel())).toMatchObject({ fault: 'no_signal', operation: 'fuel' });
  });

  it.each([
    ['odometer', 'odometer-traveleddistance'],
    ['vin', 'vehicleidentification-vin'],
    ['battery', 'tractionbattery-range'],
    ['charge', 'charge-detailedchargingstatus'],
    ['oil', 'internalcombustionengine-oillife'],
  ] as const)('%s without its signal throws', async (call, code) => {
    changes = { [code]: undefined };

    expect(await thrownBy(vehicle()[call]())).toMatchObject({ fault: 'no_signal', operation: call });
  });

  it.each([
    ['fuel', 'internalcombustionengine-range', 'PERMISSION', 'UNKNOWN', 'reconnect'],
    ['battery', 'tractionbattery-stateofcharge', 'COMPATIBILITY', 'VEHICLE_NOT_CAPABLE', 'not_capable'],
  ] as const)('%s with a refused signal is refused', async (call, code, type, name, meaning) => {
    changes = { [code]: failedSignal(code, type, name) };

    expect(await thrownBy(vehicle()[call]())).toMatchObject({ fault: 'refused', meaning, operation: call });
  });

  it('has its only charge limit, or none', async () => {
    changes = { 'charge-chargelimits': { activeLimit: 90, values: [] } };
    expect(await vehicle().getChargeLimit()).toMatchObject({ limit: 0.9 });
    changes = { 'charge-chargelimits': { values: [{ type: 'LOCATION', limit: 70 }] } };
    expect(await thrownBy(vehicle().getChargeLimit())).toMatchObject({ field: 'body.activeLimit' });
  });

  it('has no nominal capacity before one is chosen', async () => {
    changes = { 'tractionbattery-nominalcapacity': { availableCapacities: [{ capacity: 60 }], source: null } };

    expect(await vehicle().nominalCapacity()).toMatchObject({
      availableCapacities: [{ capacity: 60 }],
      capacity: null,
    });
    expect(await thrownBy(vehicle().batteryCapacity())).toMatchObject({ field: 'body.capacity' });
  });
});

describe('units', () => {
  it.each([
    ['odometer', { 'odometer-traveleddistance': { value: 64.82, unit: 'miles' } }, { distance: 64.82 }],
    ['tirePressure', { 'wheel-tires': { ...bodies['wheel-tires'], unit: 'psi' } }, { frontLeft: 219.1 }],
    ['battery', { 'tractionbattery-range': { value: 25, unit: 'mi' } }, { range: 25 }],
  ] as const)('%s in the imperial system says so', async (call, changed, expected) => {
    changes = changed;

    expect(await vehicle()[call]()).toMatchObject({ ...expected, meta: { unitSystem: 'imperial' } });
  });

  it.each([
    ['odometer', { 'odometer-traveleddistance': { value: 1, unit: 'leagues' } }, 'body.unit'],
    ['odometer', { 'odometer-traveleddistance': { value: 1 } }, 'body.unit'],
    ['odometer', { 'odometer-traveleddistance': { value: -1, unit: 'km' } }, 'body.value'],
    ['odometer', { 'odometer-traveleddistance': { value: 10_000_001, unit: 'km' } }, 'body.value'],
    ['tirePressure', { 'wheel-tires': { ...bodies['wheel-tires'], unit: 'bar' } }, 'body.unit'],
    ['tirePressure', { 'wheel-tires': { ...bodies['wheel-tires'], unit: undefined } }, 'body.unit'],
    ['tirePressure', { 'wheel-tires': { values: [{ row: 0, column: 0, tirePressure: 1 }] } }, 'body.values'],
    ['fuel', { 'internalcombustionengine-range': { value: 25, unit: 'miles' } }, 'body.unit'],
    ['fuel', { 'internalcombustionengine-amountremaining': { value: 25, unit: 'barrels' } }, 'body.unit'],
    ['battery', { 'tractionbattery-stateofcharge': { value: 101 } }, 'body.value'],
    ['oil', { 'internalcombustionengine-oillife': { value: -1 } }, 'body.value'],
    ['charge', { 'charge-detailedchargingstatus': { value: 'DREAMING' } }, 'body.value'],
  ] as const)('%s of %j is refused', async (call, changed, field) => {
    changes = changed;

    expect(await thrownBy(vehicle()[call]())).toMatchObject({ fault: 'unusable_answer', operation: call, field });
  });
});
