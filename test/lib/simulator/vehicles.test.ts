import { describe, expect, it } from 'vitest';
import { odometerAt } from '../../../lib/simulator/car.ts';
import { page } from '../../../lib/simulator/paging.ts';
import { ask, bench, connected, DAY, HOUR, MINUTE, plugIn, START } from './bench.ts';

const everything = [
  'read_vehicle_info read_vin read_odometer read_location read_fuel read_tires read_engine_oil read_battery',
  'read_charge read_security read_diagnostics read_service_history control_charge control_security control_navigation',
].join(' ');

const path = (id: string, endpoint = ''): string => `/v2.0/vehicles/${id}${endpoint}`;

describe('the vehicles of a token', () => {
  it('are at most 50 on a page', () => {
    const all = Array.from({ length: 60 }, (_, n) => n);
    expect(page(all, new URLSearchParams({ limit: '1000', offset: '5' }), 10, 50).items).toEqual(all.slice(5, 55));
  });

  it('are listed a page at a time', async () => {
    const platform = bench();
    for (let n = 0; n < 11; n++) platform.simulator.fleet.addCar({ ...plugIn, id: `car-${n}` });
    const { access } = await connected(platform, 'read_odometer', { ...plugIn, id: 'car-11' });
    const first = await ask(platform, access, '/v2.0/vehicles/');
    expect(first.body).toEqual({
      vehicles: Array.from({ length: 10 }, (_, n) => `car-${n}`),
      paging: { count: 12, offset: 0 },
    });
    const last = await ask(platform, access, '/v2.0/vehicles?limit=5&offset=10');
    expect(last.body).toEqual({ vehicles: ['car-10', 'car-11'], paging: { count: 12, offset: 10 } });
  });

  it.each(['limit=-1', 'limit=ten', 'limit=', 'offset=-5', 'limit=1.5'])(
    'with %s are the first page, and refused in strict mode',
    async (query) => {
      const platform = bench();
      const { access } = await connected(platform, 'read_odometer', plugIn);
      expect((await ask(platform, access, `/v2.0/vehicles?${query}`)).status).toBe(200);
      platform.simulator.behave({ strict: true });
      const { status, body } = await ask(platform, access, `/v2.0/vehicles?${query}`);
      expect([status, body]).toMatchObject([400, { type: 'VALIDATION', detail: [{ field: query.split('=')[0] }] }]);
      expect((await ask(platform, access, '/v2.0/vehicles?limit=5')).status).toBe(200);
    },
  );

  it('belong to one user', async () => {
    const platform = bench();
    const { access } = await connected(platform, 'read_odometer');
    const other = await connected(platform, 'read_odometer', { ...plugIn, account: 'ben@example.com' });
    const users = await Promise.all([access, other.access].map((bearer) => ask(platform, bearer, '/v2.0/user/')));
    expect(users[0]?.body).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(users[1]?.body).not.toEqual(users[0]?.body);
  });
});

it.each(['limit=-1', 'offset=ten'])(
  'permissions with %s are the first page, and refused in strict mode',
  async (query) => {
    const platform = bench();
    const { car, access } = await connected(platform, 'read_odometer', plugIn);
    const asked = () => ask(platform, access, path(car.id, `/permissions?${query}`));
    expect(await asked()).toMatchObject({ status: 200, body: { permissions: ['read_odometer'] } });
    platform.simulator.behave({ strict: true });
    const detail = [{ field: query.split('=')[0] }];
    expect(await asked()).toMatchObject({ status: 400, body: { type: 'VALIDATION', detail } });
    expect((await ask(platform, access, path(car.id, '/permissions?limit=1&offset=0'))).status).toBe(200);
    // No page, no limit.
    expect((await ask(platform, access, path(car.id, `/odometer?${query}`))).status).toBe(200);
  },
);

describe('a vehicle endpoint', () => {
  it('tells measured values with their age, in kilometres', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, 'read_odometer', { ...plugIn, metresPerDay: 48_000 });
    platform.turn(HOUR + 7 * MINUTE + 1);
    const reply = await ask(platform, access, path(car.id, '/odometer'));
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ distance: 12347.844 });
    expect(reply.headers).toEqual({
      'content-type': 'application/json',
      'sc-data-age': '2026-01-01T01:05:00.000Z',
      'sc-fetched-at': '2026-01-01T01:07:00.001Z',
      'sc-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'sc-unit-system': 'metric',
    });
  });

  it('tells what the vendor has on record without an age', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, everything);
    const attributes = await ask(platform, access, path(car.id, '/'));
    expect(attributes.body).toEqual({ id: car.id, make: 'CITROEN', model: 'C5 X', year: 2023 });
    expect((await ask(platform, access, path(car.id))).body).toEqual(attributes.body);
    expect(Object.keys(attributes.headers).sort()).toEqual(['content-type', 'sc-request-id', 'sc-unit-system']);
    expect((await ask(platform, access, path(car.id, '/vin'))).body).toEqual({ vin: 'VR7C5XPHEV0000001' });
    expect((await ask(platform, access, path(car.id, '/permissions?limit=2&offset=1'))).body).toEqual({
      permissions: ['read_vin', 'read_odometer'],
      paging: { count: 15, offset: 1 },
    });
  });

  it.each([
    ['/odometer', { distance: 7671.248658 }],
    ['/fuel', { amountRemaining: 6.74, percentRemaining: 0.51, range: 221.83 }],
    ['/battery', { percentRemaining: 0.42, range: 13.05 }],
    ['/tires/pressure', { frontLeft: 33.36, frontRight: 33.5, backLeft: 32.49, backRight: 32.63 }],
    ['/battery/capacity', { capacity: 12.4 }],
  ])('speaks imperial when asked to: %s', async (endpoint, body) => {
    const platform = bench();
    const { car, access } = await connected(platform, everything);
    const reply = await ask(platform, access, path(car.id, endpoint), { headers: { 'SC-Unit-System': 'imperial' } });
    expect(reply.body).toEqual(body);
    expect(reply.headers['sc-unit-system']).toBe('imperial');
  });

  it('refuses an unknown unit system', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, everything);
    const reply = await ask(platform, access, path(car.id, '/odometer'), { headers: { 'sc-unit-system': 'nautical' } });
    expect(reply).toMatchObject({ status: 400, body: { type: 'VALIDATION', code: null } });
  });

  it('tells doors, locks and ports', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, everything);
    platform.simulator.fleet.setCondition(car.id, { trunkOpen: true, doorOpen: true, locked: false, pluggedIn: false });
    expect((await ask(platform, access, path(car.id, '/security'))).body).toEqual({
      isLocked: false,
      doors: [
        { type: 'frontLeft', status: 'OPEN' },
        { type: 'frontRight', status: 'CLOSED' },
        { type: 'backLeft', status: 'CLOSED' },
        { type: 'backRight', status: 'CLOSED' },
      ],
      windows: ['frontLeft', 'frontRight', 'backLeft', 'backRight'].map((type) => ({ type, status: 'CLOSED' })),
      sunroof: [],
      storage: [
        { type: 'rear', status: 'OPEN' },
        { type: 'front', status: 'CLOSED' },
      ],
      chargingPort: [{ type: 'chargingPort', status: 'CLOSED' }],
    });
  });

  it.each([
    ['BEV', '/fuel'],
    ['BEV', '/engine/oil'],
    ['ICE', '/battery'],
    ['HEV', '/charge'],
  ] as const)('refuses what a %s is not able to: %s', async (powertrain, endpoint) => {
    const platform = bench();
    const { car, access } = await connected(platform, everything, { ...plugIn, powertrain });
    expect(await ask(platform, access, path(car.id, endpoint))).toMatchObject({
      status: 501,
      body: { type: 'COMPATIBILITY', code: 'VEHICLE_NOT_CAPABLE' },
    });
  });

  it('lists service visits of the last year, or between dates, by either name', async () => {
    const platform = bench();
    const old = { ...plugIn, since: START - 400 * DAY };
    const { car, access } = await connected(platform, everything, old);
    const dates = async (query: string): Promise<unknown> => {
      const { body } = await ask(platform, access, path(car.id, `/service/history${query}`));
      return Array.isArray(body) ? body.map((visit: { serviceDate: string }) => visit.serviceDate.slice(0, 10)) : body;
    };
    expect(await dates('')).toEqual(['2025-02-25', '2025-08-24']);
    expect(await dates('?start_date=2024-08-01&end_date=2024-08-31')).toEqual(['2024-08-29']);
    expect(await dates('?startDate=2025-02-01&endDate=2025-02-28')).toEqual(['2025-02-25']);
    expect(await dates('?start_date=yesterday')).toMatchObject({ type: 'VALIDATION', code: 'PARAMETER' });
  });
});

describe('a vehicle endpoint is refused', () => {
  it('without the permission, and once the owner has withdrawn it', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, 'read_odometer');
    const forbidden = { status: 403, body: { type: 'PERMISSION', code: null, resolution: { type: 'REAUTHENTICATE' } } };
    expect(await ask(platform, access, path(car.id, '/vin'))).toMatchObject(forbidden);
    expect((await ask(platform, access, path(car.id, '/odometer'))).status).toBe(200);
    platform.simulator.withdrawPermission(car.id, 'read_odometer');
    expect(await ask(platform, access, path(car.id, '/odometer'))).toMatchObject(forbidden);
  });

  it('for a vehicle the token does not cover, known or not', async () => {
    const platform = bench();
    const { access } = await connected(platform, 'read_odometer');
    const foreign = platform.simulator.fleet.addCar({ ...plugIn, account: 'ben@example.com' });
    const replies = await Promise.all([foreign.id, 'nobody'].map((id) => ask(platform, access, path(id, '/odometer'))));
    expect(replies.map(({ status }) => status)).toEqual([403, 403]);
  });

  it.each(['', 'Bearer nobody', 'Basic bm9ib2R5'])('without a good access token: %j', async (authorization) => {
    const platform = bench();
    const { car } = await connected(platform, 'read_odometer');
    const url = `http://platform.test${path(car.id, '/odometer')}`;
    const response = await platform.simulator.handle(new Request(url, { headers: { authorization } }));
    expect(response.status).toBe(401);
    expect(response.headers.get('sc-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toMatchObject({ type: 'AUTHENTICATION', code: null, statusCode: 401 });
  });

  it('at an unknown path or version', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, everything);
    const codes = await Promise.all(
      ['/nowhere', '/v1.1/vehicles', '/vnext/vehicles', path(car.id, '/odometer/x'), path(car.id, '/sunroof')].map(
        async (where) => (await ask(platform, access, where)).body,
      ),
    );
    expect(codes).toMatchObject([
      { type: 'RESOURCE_NOT_FOUND', code: 'PATH', statusCode: 404 },
      { type: 'RESOURCE_NOT_FOUND', code: 'VERSION' },
      { type: 'RESOURCE_NOT_FOUND', code: 'PATH' },
      { type: 'RESOURCE_NOT_FOUND', code: 'PATH' },
      { type: 'RESOURCE_NOT_FOUND', code: 'PATH' },
    ]);
  });

  it('where it belongs to one make', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, everything);
    expect((await ask(platform, access, path(car.id, '/tesla/charge/ammeter'))).body).toMatchObject({
      type: 'COMPATIBILITY',
      code: 'SMARTCAR_NOT_CAPABLE',
    });
    expect((await ask(platform, access, path(car.id, '/TESLA/compass'))).body).toMatchObject({ type: 'PERMISSION' });
  });
});

describe('a sleeping car', () => {
  it('does not answer, while the records of the vendor do', async () => {
    const platform = bench();
    const sleeps = [{ from: START + HOUR, to: START + 7 * DAY }];
    const { car, access } = await connected(platform, everything, { ...plugIn, sleeps });
    expect((await ask(platform, access, path(car.id, '/odometer'))).status).toBe(200);
    platform.turn(HOUR);
    expect(await ask(platform, access, path(car.id, '/odometer'))).toMatchObject({
      status: 409,
      body: { type: 'VEHICLE_STATE', code: 'ASLEEP', resolution: { type: null } },
    });
    expect((await ask(platform, access, path(car.id, '/vin'))).status).toBe(200);
    const lock = await ask(platform, access, path(car.id, '/security'), { method: 'POST', body: { action: 'LOCK' } });
    expect(lock.status).toBe(409);
  });

  it('answers with a fresh recording when it has woken after a week', async () => {
    const platform = bench();
    const sleeps = [{ from: START + HOUR, to: START + 7 * DAY }];
    platform.simulator.fleet.addCar({ ...plugIn, id: 'sleeper', metresPerDay: 1_000, sleeps });
    platform.turn(7 * DAY);
    const { access } = await connected(platform, everything, { ...plugIn, id: 'another' });
    const reply = await ask(platform, access, path('sleeper', '/odometer'));
    expect([reply.body, reply.headers['sc-data-age']]).toEqual([{ distance: 12352.678 }, '2026-01-08T00:00:00.000Z']);
  });
});

describe('what is done to a car', () => {
  it('shows from its instant on: parked, driven, rolled back, another VIN', async () => {
    const platform = bench();
    const { fleet } = platform.simulator;
    const { car, access } = await connected(platform, everything);
    const odometer = async (): Promise<unknown> => (await ask(platform, access, path(car.id, '/odometer'))).body;
    fleet.drive(car.id, 48_000, START + 10 * MINUTE);
    fleet.drive(car.id, 0, START + 40 * MINUTE);
    fleet.setOdometer(car.id, 9_000_000, START + 60 * MINUTE);
    fleet.changeVin(car.id, 'VR7C5XPHEV0000009', START + 60 * MINUTE);
    platform.turn(10 * MINUTE);
    expect(await odometer()).toEqual({ distance: 12345.678 });
    platform.turn(45 * MINUTE);
    expect(await odometer()).toEqual({ distance: 12346.678 });
    platform.turn(5 * MINUTE);
    expect(await odometer()).toEqual({ distance: 9000 });
    expect((await ask(platform, access, path(car.id, '/vin'))).body).toEqual({ vin: 'VR7C5XPHEV0000009' });
  });

  it('can be planned out of order', () => {
    const { fleet } = bench().simulator;
    const { id } = fleet.addCar({ ...plugIn, metresPerDay: 1_000 });
    fleet.drive(id, 10_000, START + 5 * DAY);
    fleet.drive(id, 2_000, START + DAY);
    fleet.setOdometer(id, 5_000, START + 20 * DAY);
    fleet.setOdometer(id, 9_000, START + 10 * DAY);
    const car = fleet.find(id)?.car;
    const shown = [5, 10, 20].map((day) => car && odometerAt(car, START + day * DAY));
    expect(shown).toEqual([12_354_678, 9_000, 5_000]);
  });

  it('is refused for a car that is not there', () => {
    expect(() => bench().simulator.fleet.drive('nobody', 1)).toThrow('No such car in the fleet');
  });
});
