// Every V2 endpoint on the wire: request, answer, extra fields, each required field missing.
import { describe, expect, it } from 'vitest';
import { type Endpoint, endpoints } from '../../../lib/vehicle/endpoints.ts';
import {
  callVehicle,
  checkCompatibility,
  listVehicles,
  readCompatibilityMatrix,
  readUser,
  type V2Vehicle,
} from '../../../lib/vehicle/v2.ts';
import { REQUEST_ID } from './local-server.ts';
import { answered, type RecordedTransport, recordedTransport } from './recorded-transport.ts';
import { thrownBy } from './thrown.ts';

const vehicleOn = ({ transport }: RecordedTransport): V2Vehicle => ({
  transport,
  apiOrigin: 'https://api.example',
  deadlineMs: 1_000,
  access: 'token-a',
  vehicleId: 'car-1',
});

interface Case<Input, A> {
  readonly endpoint: Endpoint<Input, A>;
  readonly input: Input;
  /** Method and path as on the wire. */
  readonly wire: string;
  readonly body?: string;
  readonly permission: string | null;
  readonly answer: unknown;
  readonly result: unknown;
  /** Without any other field of `answer`, at any depth, the answer is refused. */
  readonly optional?: readonly string[];
}

const success = { status: 'success', message: 'sent' };

/** Where each field is, also of what is in lists. */
const fieldsOf = (answer: unknown): readonly (readonly string[])[] =>
  typeof answer !== 'object' || answer === null
    ? []
    : Object.entries(answer).flatMap(([name, value]) => [
        ...(Array.isArray(answer) ? [] : [[name]]),
        ...fieldsOf(value).map((field) => [name, ...field]),
      ]);

/** Type-checks one case; the list then only needs to run them. */
const endpointCase = <Input, A extends object>({ endpoint, input, optional = [], ...expected }: Case<Input, A>) => ({
  ...expected,
  required: fieldsOf(expected.answer).filter((field) => !optional.includes(field.join('.'))),
  operation: endpoint.operation,
  granted: endpoint.permission,
  call: (recorded: RecordedTransport): Promise<object> => callVehicle(vehicleOn(recorded), endpoint, input),
});

const readCase = <A extends object>(
  endpoint: Endpoint<void, A>,
  path: string,
  permission: string,
  answer: Readonly<Record<string, unknown>>,
) =>
  endpointCase({
    endpoint,
    input: undefined,
    wire: `GET /v2.0/vehicles/car-1${path}`,
    permission,
    answer,
    result: answer,
  });

const commandCase = <Input>(
  endpoint: Endpoint<Input, { status: string }>,
  input: Input,
  path: string,
  permission: string,
  body: string,
) =>
  endpointCase({
    endpoint,
    input,
    wire: `POST /v2.0/vehicles/car-1${path}`,
    body,
    permission,
    answer: success,
    result: success,
    optional: ['message'],
  });

const security = {
  isLocked: false,
  doors: [{ type: 'frontLeft', status: 'OPEN' }],
  windows: [{ type: 'backRight', status: 'CLOSED' }],
  sunroof: [{ type: 'sunroof', status: 'UNKNOWN' }],
  storage: [{ type: 'rear', status: 'CLOSED' }],
  chargingPort: [],
};

const service = {
  serviceId: null,
  serviceDate: '2025-07-10T16:20:00.000Z',
  odometerDistance: 46047.8,
  serviceTasks: [{ taskId: '3262', taskDescription: 'Engine oil changed' }],
  serviceDetails: [{ type: 'Service Advisor', value: null }],
  serviceCost: { totalCost: null, currency: null },
};

const cases = [
  readCase(endpoints.attributes, '', 'read_vehicle_info', { id: 'car-1', make: 'CITROEN', model: 'C5 X', year: 2023 }),
  readCase(endpoints.vin, '/vin', 'read_vin', { vin: '1234A67Q90F2T4567' }),
  readCase(endpoints.odometer, '/odometer', 'read_odometer', { distance: 104.32 }),
  readCase(endpoints.location, '/location', 'read_location', { latitude: 37.4292, longitude: -122.1382 }),
  readCase(endpoints.fuel, '/fuel', 'read_fuel', { amountRemaining: null, percentRemaining: 0.3, range: null }),
  readCase(endpoints.tirePressure, '/tires/pressure', 'read_tires', {
    frontLeft: 219.3,
    frontRight: 219.4,
    backLeft: 219.5,
    backRight: 219.6,
  }),
  readCase(endpoints.oil, '/engine/oil', 'read_engine_oil', { lifeRemaining: 0.35 }),
  readCase(endpoints.battery, '/battery', 'read_battery', { percentRemaining: 0.3, range: 40.5 }),
  readCase(endpoints.batteryCapacity, '/battery/capacity', 'read_battery', { capacity: 28.7 }),
  readCase(endpoints.nominalCapacity, '/battery/nominal_capacity', 'read_battery', {
    availableCapacities: [{ capacity: 70.9, description: null }],
    capacity: { nominal: 80.9, source: 'USER_SELECTED' },
    url: 'https://connect.example/battery',
  }),
  readCase(endpoints.charge, '/charge', 'read_charge', { isPluggedIn: true, state: 'FULLY_CHARGED' }),
  readCase(endpoints.chargeLimit, '/charge/limit', 'read_charge', { limit: 0.8 }),
  readCase(endpoints.lockStatus, '/security', 'read_security', security),
  readCase(endpoints.systemStatus, '/diagnostics/system_status', 'read_diagnostics', {
    systems: [{ systemId: 'SYSTEM_TPMS', status: 'ALERT', description: null }],
  }),
  readCase(endpoints.troubleCodes, '/diagnostics/dtcs', 'read_diagnostics', {
    activeCodes: [{ code: 'P302D', timestamp: null }],
  }),
  endpointCase({
    endpoint: endpoints.serviceHistory,
    input: { startDate: '2025-01-01', endDate: '2025-12-31' },
    wire: 'GET /v2.0/vehicles/car-1/service/history?start_date=2025-01-01&end_date=2025-12-31',
    permission: 'read_service_history',
    answer: [service],
    result: { records: [service] },
  }),
  endpointCase({
    endpoint: endpoints.permissions,
    input: { limit: 25, offset: 50 },
    wire: 'GET /v2.0/vehicles/car-1/permissions?limit=25&offset=50',
    permission: null,
    answer: { permissions: ['read_vin'], paging: { count: 51, offset: 50 } },
    result: { permissions: ['read_vin'], paging: { count: 51, offset: 50 } },
  }),
  commandCase(endpoints.startCharge, undefined, '/charge', 'control_charge', '{"action":"START"}'),
  commandCase(endpoints.stopCharge, undefined, '/charge', 'control_charge', '{"action":"STOP"}'),
  commandCase(endpoints.setChargeLimit, 0.8, '/charge/limit', 'control_charge', '{"limit":0.8}'),
  commandCase(endpoints.lock, undefined, '/security', 'control_security', '{"action":"LOCK"}'),
  commandCase(endpoints.unlock, undefined, '/security', 'control_security', '{"action":"UNLOCK"}'),
  commandCase(
    endpoints.sendDestination,
    { latitude: 48.85, longitude: 2.35 },
    '/navigation/destination',
    'control_navigation',
    '{"latitude":48.85,"longitude":2.35}',
  ),
  endpointCase({
    endpoint: endpoints.disconnect,
    input: undefined,
    wire: 'DELETE /v2.0/vehicles/car-1/application',
    permission: null,
    answer: { status: 'success' },
    result: { status: 'success' },
    optional: ['status'],
  }),
  endpointCase({
    endpoint: endpoints.subscribe,
    input: { webhookId: 'hook/1' },
    wire: 'POST /v2.0/vehicles/car-1/webhooks/hook%2F1',
    body: '{}',
    permission: null,
    answer: { webhookId: 'hook/1', vehicleId: 'car-1' },
    result: { webhookId: 'hook/1', vehicleId: 'car-1' },
  }),
  endpointCase({
    endpoint: endpoints.unsubscribe,
    input: { webhookId: 'hook-1' },
    wire: 'DELETE /v2.0/vehicles/car-1/webhooks/hook-1',
    permission: null,
    answer: { status: 'success' },
    result: { status: 'success' },
    optional: ['status'],
  }),
];

const meta = { requestId: REQUEST_ID, dataAge: undefined, fetchedAt: undefined, unitSystem: undefined };

describe('every vehicle endpoint', () => {
  it('is covered here', () => {
    expect(cases.map(({ operation }) => operation)).toEqual(Object.keys(endpoints));
  });

  it.each(cases)(
    '$operation is $wire with the bearer and metric units',
    async ({ call, wire, body, granted, permission }) => {
      const recorded = recordedTransport(answered(500, ''));
      await thrownBy(call(recorded));

      const [sent] = recorded.sent;
      expect(`${sent?.method} ${sent?.url}`).toBe(wire.replace(' ', ' https://api.example'));
      expect(sent?.body).toBe(body);
      expect(sent?.headers['authorization']).toBe('Bearer token-a');
      expect(sent?.headers['sc-unit-system']).toBe('metric');
      expect(sent?.headers['content-type']).toBe(body === undefined ? undefined : 'application/json');
      expect(sent?.repeatable).toBe(wire.startsWith('GET'));
      expect(sent?.deadlineMs).toBe(1_000);
      expect(granted).toBe(permission);
    },
  );

  it.each(cases)('$operation gives the documented answer with its meta data', async ({ call, answer, result }) => {
    expect(await call(recordedTransport(answered(200, answer)))).toEqual({ ...(result as object), meta });
  });

  it.each(cases)('$operation ignores fields it does not know', async ({ call, answer, result }) => {
    const more = Array.isArray(answer)
      ? answer.map((one: object) => ({ ...one, extra: 1 }))
      : { ...(answer as object), extra: 1 };

    expect(await call(recordedTransport(answered(200, more)))).toEqual({ ...(result as object), meta });
  });

  it.each(cases.flatMap((one) => one.required.map((path) => ({ ...one, path, field: path.join('.') }))))(
    '$operation without $field is refused, not a crash',
    async ({ call, answer, path, field }) => {
      const rest = structuredClone(answer) as object;
      const holder = path.slice(0, -1).reduce((value, name) => Reflect.get(value, name), rest);
      Reflect.deleteProperty(holder, path.at(-1) ?? '');

      expect(await thrownBy(call(recordedTransport(answered(200, rest))))).toMatchObject({
        fault: 'unusable_answer',
        meaning: 'transient',
        sent: true,
        status: 200,
        field,
      });
    },
  );

  it.each(cases)('$operation survives HTML, an empty body and null in place of its answer', async ({ call }) => {
    for (const body of ['<html>down</html>', 'null', '"text"', '7', '{"a":']) {
      expect((await thrownBy(call(recordedTransport(answered(200, body))))).fault).toBe('unusable_answer');
    }
  });
});

describe('odd but documented answers', () => {
  const answer = <A extends object>(endpoint: Endpoint<void, A>, body: unknown) =>
    callVehicle(vehicleOn(recordedTransport(answered(200, body))), endpoint, undefined);

  it('a year sent as text is a number', async () => {
    const car = { id: 'car-1', make: 'CITROEN', model: 'C3', year: '2014' };

    expect((await answer(endpoints.attributes, car)).year).toBe(2014);
  });

  it('disconnecting and unsubscribing may be answered by {} or by nothing', async () => {
    for (const [status, body] of [
      [200, '{}'],
      [200, ''],
      [204, ''],
    ] as const) {
      const recorded = recordedTransport(answered(status, body), answered(status, body));
      expect(await callVehicle(vehicleOn(recorded), endpoints.disconnect, undefined)).toEqual({ meta });
      expect(await callVehicle(vehicleOn(recorded), endpoints.unsubscribe, { webhookId: 'w' })).toEqual({ meta });
    }
  });

  it.each([-0.1, 10_000_001, 'Infinity', null, true])('an odometer of %j is refused', async (distance) => {
    expect(await thrownBy(answer(endpoints.odometer, { distance }))).toMatchObject({
      fault: 'unusable_answer',
      field: 'distance',
    });
  });
});

describe('meta data', () => {
  const metaWith = async (headers: Readonly<Record<string, string>>) =>
    (
      await callVehicle(
        vehicleOn(recordedTransport(answered(200, { distance: 1 }, headers))),
        endpoints.odometer,
        undefined,
      )
    ).meta;

  it('comes from the four headers', async () => {
    expect(
      await metaWith({
        'sc-data-age': '2026-02-28T21:03:04.500Z',
        'sc-fetched-at': '2026-03-01T00:00:01Z',
        'sc-unit-system': 'imperial',
      }),
    ).toEqual({
      requestId: REQUEST_ID,
      dataAge: '2026-02-28T21:03:04.500Z',
      fetchedAt: '2026-03-01T00:00:01.000Z',
      unitSystem: 'imperial',
    });
  });

  it('instants of other zones and precisions become UTC milliseconds', async () => {
    const { dataAge, fetchedAt } = await metaWith({
      'sc-data-age': '2026-03-01T01:00:00.123456+02:00',
      'sc-fetched-at': '2026-03-01T01:00Z',
    });

    expect([dataAge, fetchedAt]).toEqual(['2026-02-28T23:00:00.123Z', '2026-03-01T01:00:00.000Z']);
  });

  it.each(['2026-03-01T01:00:00', '2026-03-01', '1772323200000', 'yesterday', '2026-13-01T00:00:00Z'])(
    'the instant %s is not one: no zone is guessed',
    async (value) => {
      expect((await metaWith({ 'sc-data-age': value })).dataAge).toBeUndefined();
    },
  );

  it('a new unit system is called unknown', async () => {
    expect((await metaWith({ 'sc-unit-system': 'nautical' })).unitSystem).toBe('unknown');
  });

  it('units are asked for as told', async () => {
    const recorded = recordedTransport(answered(200, { distance: 1 }));
    await callVehicle({ ...vehicleOn(recorded), unitSystem: 'imperial' }, endpoints.odometer, undefined);

    expect(recorded.sent[0]?.headers['sc-unit-system']).toBe('imperial');
  });
});

describe('calls that are not about one vehicle', () => {
  it('lists vehicles by page', async () => {
    const body = { vehicles: ['a', 'b'], paging: { count: 12, offset: 10 } };
    const recorded = recordedTransport(answered(200, body));

    expect(await listVehicles(vehicleOn(recorded), 'token-b', { limit: 10, offset: 10 })).toEqual({ ...body, meta });
    expect(recorded.sent[0]).toMatchObject({
      operation: 'vehicles',
      url: 'https://api.example/v2.0/vehicles?limit=10&offset=10',
      headers: { authorization: 'Bearer token-b' },
    });
  });

  it('reads the user', async () => {
    const recorded = recordedTransport(answered(200, { id: 'user-1' }));

    expect((await readUser(vehicleOn(recorded), 'token-b')).id).toBe('user-1');
    expect(recorded.sent[0]).toMatchObject({ url: 'https://api.example/v2.0/user', operation: 'user' });
  });

  it('asks for compatibility as the application', async () => {
    const body = {
      compatible: false,
      reason: 'VEHICLE_NOT_COMPATIBLE',
      capabilities: [
        { permission: 'read_odometer', endpoint: '/odometer', capable: false, reason: 'VEHICLE_NOT_CAPABLE' },
      ],
    };
    const recorded = recordedTransport(answered(200, body));
    const question = {
      clientId: 'id',
      clientSecret: 'secret',
      vin: 'WBAKE5C58DJ107700',
      scope: ['read_vin', 'read_odometer'],
    };

    expect(
      await checkCompatibility(vehicleOn(recorded), { ...question, country: 'FR', flags: ['color:00819D', 'a:b'] }),
    ).toEqual({ ...body, meta });
    expect(recorded.sent[0]).toMatchObject({
      url: 'https://api.example/v2.0/compatibility?vin=WBAKE5C58DJ107700&scope=read_vin%20read_odometer&country=FR&flags=color%3A00819D%20a%3Ab',
      headers: { authorization: 'Basic aWQ6c2VjcmV0' },
      operation: 'compatibility',
    });
  });

  it('of a model, by region', async () => {
    const rows = [
      {
        ...{ model: 'C3', startYear: 2019, endYear: '2026', type: 'ICE' },
        ...{ endpoints: ['/odometer'], permissions: ['read_odometer'] },
      },
    ];
    const recorded = recordedTransport(answered(200, { CITROEN: rows }));
    const question = { clientId: 'id', clientSecret: 'secret', region: 'EUROPE', type: 'ICE' } as const;
    const asked = { ...question, make: ['CITROEN', 'PEUGEOT'], scope: ['read_odometer'] };

    expect((await readCompatibilityMatrix(vehicleOn(recorded), asked)).makes).toEqual({
      CITROEN: [{ ...rows[0], endYear: 2026 }],
    });
    expect(recorded.sent[0]).toMatchObject({
      url: 'https://api.example/v2.0/compatibility/matrix?region=EUROPE&type=ICE&make=CITROEN%20PEUGEOT&scope=read_odometer',
      headers: { authorization: 'Basic aWQ6c2VjcmV0' },
      operation: 'compatibilityMatrix',
    });
  });

  it.each([
    [{ compatible: true, reason: null }, 'capabilities'],
    [{ compatible: true, capabilities: [] }, 'reason'],
    [{ reason: null, capabilities: [] }, 'compatible'],
  ])('%j is refused as an answer: it lacks %s', async (body, field) => {
    const question = { clientId: 'id', clientSecret: 'secret', vin: 'x', scope: [] };
    const asked = checkCompatibility(vehicleOn(recordedTransport(answered(200, body))), question);
    expect(await thrownBy(asked)).toMatchObject({ fault: 'unusable_answer', field });
  });
});

it('a vehicle id cannot leave its place in the path', async () => {
  const recorded = recordedTransport(answered(200, { vin: 'x' }));
  await callVehicle({ ...vehicleOn(recorded), vehicleId: '../user?x=#' }, endpoints.vin, undefined);

  expect(recorded.sent[0]?.url).toBe('https://api.example/v2.0/vehicles/..%2Fuser%3Fx%3D%23/vin');
});
