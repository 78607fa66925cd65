// The domain interface over V3: what a reading holds, what it survives, what it refuses, and when consent is gone.
import { describe, expect, it } from 'vitest';
import type { WireResponse } from '../../../lib/vehicle/transport.ts';
import { makeV3Platform } from '../../../lib/vehicle/v3-platform.ts';
import { REQUEST_ID } from './local-server.ts';
import { answered, recordedTransport } from './recorded-transport.ts';
import { thrownBy } from './thrown.ts';
import { CAR, connection, failedSignal, origins, page, refusal, signal, USER } from './v3-bench.ts';

const NOW = Date.parse('2026-03-01T00:00:05.000Z');
const VIN_VALUE = 'VF7AAAAAAAA000001';
const ODOMETER = 'odometer-traveleddistance';
const VIN = 'vehicleidentification-vin';
const ref = { vehicleId: CAR, userId: USER };

const platformOn = (...answers: readonly WireResponse[]) => {
  const { transport, sent } = recordedTransport(...answers);
  const platform = makeV3Platform({ transport, origins, deadlineMs: 7, clock: () => NOW });
  return { platform, sent };
};
const odometer = (body: object = { value: 104.32, unit: 'km' }, meta?: object) =>
  answered(200, { data: signal(ODOMETER, body, meta) });
const vin = answered(200, { data: signal(VIN, { value: VIN_VALUE }, { oemUpdatedAt: 0, retrievedAt: 0 }) });
const failed = (code: string, type: string, name: string) => answered(200, { data: failedSignal(code, type, name) });
const refused = (status: number, type: string, code: string) => answered(status, refusal(status, type, code));
const absent = refused(404, 'RESOURCE_NOT_FOUND', 'SIGNAL_NOT_FOUND');
const listed = answered(200, page([connection('con-1')], 1));
const unlisted = answered(200, page([], 0));

const read = (answers: readonly WireResponse[], withVin = true) => {
  const { platform, sent } = platformOn(...answers);
  const reading = platform.read('app', ref, { withVin, deadlineMs: 300_000 });
  return { reading, operations: () => sent.map(({ operation }) => operation), sent };
};

describe('reading a vehicle', () => {
  it('with its VIN is one request for each, odometer first', async () => {
    const { reading, sent } = read([odometer(), vin]);

    expect(await reading).toEqual({
      odometer: {
        metres: 104_320,
        unit: 'km',
        distance: 104.32,
        recordedAt: '2026-02-28T22:00:00.000Z',
        fetchedAt: '2026-03-01T00:00:04.000Z',
        requestId: REQUEST_ID,
      },
      vin: VIN_VALUE,
    });
    expect(
      sent.map(({ operation, url, headers }) => [operation, url.split('/').at(-1), headers['sc-user-id']]),
    ).toEqual([
      ['odometer', ODOMETER, USER],
      ['vin', VIN, USER],
    ]);
  });

  it('has one deadline for both requests', async () => {
    const { reading, sent } = read([odometer(), vin]);
    await reading;

    expect(sent[0]?.deadlineMs).toBe(300_000);
    expect(sent[1]?.deadlineMs).toBeLessThanOrEqual(300_000);
    expect(sent[1]?.deadlineMs).toBeGreaterThan(200_000);
  });

  it('without its VIN is one request', async () => {
    const { reading, operations } = read([odometer()], false);

    expect(Object.keys(await reading)).toEqual(['odometer']);
    expect(operations()).toEqual(['odometer']);
  });

  it('counts what the platform bills at most', () => {
    const { platform } = platformOn();

    expect([platform.billedRequests({ withVin: true }), platform.billedRequests({ withVin: false })]).toEqual([2, 1]);
  });

  it.each([
    ['km', 104.32, 'km', 104_320],
    ['kilometers', 104.32, 'km', 104_320],
    ['Kilometres', 104.32, 'km', 104_320],
    ['miles', 64.82, 'mi', 104_318],
    ['mi', 64.82, 'mi', 104_318],
  ])('in %s', async (word, value, unit, metres) => {
    expect((await read([odometer({ value, unit: word })], false).reading).odometer).toMatchObject({
      metres,
      unit,
      distance: value,
    });
  });

  it.each([
    ['a new unit', { value: 1, unit: 'leagues' }, 'body.unit'],
    ['the name of an object method', { value: 1, unit: 'constructor' }, 'body.unit'],
    ['no unit', { value: 1 }, 'body.unit'],
    ['no value', { value: null, unit: 'km' }, 'body.value'],
    ['text', { value: '104.32', unit: 'km' }, 'body.value'],
    ['a negative value', { value: -1, unit: 'km' }, 'body.value'],
    ['an impossible value', { value: 10_000_001, unit: 'km' }, 'body.value'],
  ])('in %s is refused', async (_what, body, field) => {
    expect(await thrownBy(read([odometer(body)]).reading)).toMatchObject({
      fault: 'unusable_answer',
      meaning: 'transient',
      operation: 'odometer',
      field,
    });
  });

  it('takes the fetch for the measurement where the car does not say, and the clock for the fetch', async () => {
    const fetched = await read([odometer(undefined, { retrievedAt: 1_772_316_000 })], false).reading;
    const measured = await read([odometer(undefined, { oemUpdatedAt: 1_772_316_000_000 })], false).reading;

    expect(fetched.odometer).toMatchObject({
      recordedAt: '2026-02-28T22:00:00.000Z',
      fetchedAt: '2026-02-28T22:00:00.000Z',
    });
    expect(measured.odometer).toMatchObject({
      recordedAt: '2026-02-28T22:00:00.000Z',
      fetchedAt: '2026-03-01T00:00:05.000Z',
    });
  });

  it('without any instant is refused: when it was stored proves nothing about when it was measured', async () => {
    expect(await thrownBy(read([odometer(undefined, { oemUpdatedAt: 0 })]).reading)).toMatchObject({
      fault: 'unusable_answer',
      field: 'meta.oemUpdatedAt',
    });
  });

  it('needs the user of the grant', async () => {
    const { platform } = platformOn();
    const message = 'V3 reads a vehicle only for a driver: the userId of the grant is missing';

    expect(() => platform.read('app', CAR, { withVin: true, deadlineMs: 1 })).toThrow(new TypeError(message));
  });
});

describe('an odometer that does not come', () => {
  it.each([
    ['VEHICLE_STATE', 'ASLEEP', 'asleep'],
    ['COMPATIBILITY', 'VEHICLE_NOT_CAPABLE', 'not_capable'],
    ['PERMISSION', 'UNKNOWN', 'reconnect'],
  ])('because of %s %s inside a success costs no request for the VIN', async (type, code, meaning) => {
    const { reading, operations } = read([failed(ODOMETER, type, code)]);

    expect(await thrownBy(reading)).toMatchObject({ meaning, operation: 'odometer' });
    expect(operations()).toEqual(['odometer']);
  });

  it.each([
    ['an absent signal', absent, { fault: 'no_signal', meaning: 'transient' }],
    ['an unknown vehicle', refused(404, 'RESOURCE_NOT_FOUND', 'VEHICLE_NOT_FOUND'), { meaning: 'transient' }],
    ['a denied access', refused(403, 'AUTHENTICATION', 'ACCESS_DENIED'), { meaning: 'operator' }],
  ])('because of %s keeps its meaning while the connection is listed', async (_what, answer, expected) => {
    const { reading, operations } = read([answer, listed]);

    expect(await thrownBy(reading)).toMatchObject(expected);
    expect(operations()).toEqual(['odometer', 'connections']);
  });

  it.each([
    ['an absent signal', absent],
    ['an unknown vehicle', refused(404, 'RESOURCE_NOT_FOUND', 'VEHICLE_NOT_FOUND')],
    ['a denied access', refused(403, 'AUTHENTICATION', 'ACCESS_DENIED')],
  ])('because of %s means that the driver left, once the connection is not listed', async (_what, answer) => {
    expect(await thrownBy(read([answer, unlisted]).reading)).toMatchObject({
      fault: 'no_connection',
      meaning: 'reconnect',
    });
  });

  it('keeps its meaning when the list does not come either', async () => {
    const unavailable = answered(503, '<html>');

    expect(await thrownBy(read([absent, unavailable]).reading)).toMatchObject({ fault: 'no_signal' });
  });

  it.each([
    [401, 'AUTHENTICATION', 'UNAUTHORIZED', 'refresh_once'],
    [429, 'RATE_LIMIT', 'VEHICLE', 'vehicle_rate_limited'],
    [430, 'BILLING', 'VEHICLE_REQUEST_LIMIT', 'billing'],
    [404, 'RESOURCE_NOT_FOUND', 'INVALID_PATH', 'operator'],
    [500, 'SERVER', 'INTERNAL', 'transient'],
  ])('because of %i %s %s is thrown at once', async (status, type, code, meaning) => {
    const { reading, operations } = read([refused(status, type, code)]);

    expect(await thrownBy(reading)).toMatchObject({ fault: 'refused', meaning });
    expect(operations()).toEqual(['odometer']);
  });

  it('says how long to wait', async () => {
    const answer = answered(429, refusal(429, 'RATE_LIMIT', 'VEHICLE'), { 'retry-after': '120' });

    expect(await thrownBy(read([answer]).reading)).toMatchObject({ retryAfterSeconds: 120 });
  });
});

describe('a VIN that does not come', () => {
  const unavailable = answered(200, { data: { id: VIN, attributes: { code: VIN, status: { value: 'UNAVAILABLE' } } } });

  it.each([
    ['absent', absent],
    ['unavailable', unavailable],
  ])('because it is %s is unknown, and consent is not in doubt', async (_what, answer) => {
    const { reading, operations } = read([odometer(), answer]);

    expect(await reading).toMatchObject({ odometer: { metres: 104_320 }, vinUnknown: true });
    expect(await reading).not.toHaveProperty('vinRefused');
    expect(operations()).toEqual(['odometer', 'vin']);
  });

  it.each([
    ['refused inside a success', failed(VIN, 'UPSTREAM', 'NO_RESPONSE'), 'transient'],
    ['refused', refused(429, 'RATE_LIMIT', 'VEHICLE'), 'vehicle_rate_limited'],
    ['unusable', answered(200, { data: signal(VIN, { value: 7 }) }), 'transient'],
    ['HTML', answered(504, '<html>'), 'transient'],
  ])('because it is %s never costs the odometer', async (_what, answer, meaning) => {
    expect(await read([odometer(), answer]).reading).toMatchObject({
      odometer: { metres: 104_320 },
      vinRefused: { meaning },
    });
  });

  it('for lack of permission throws: consent has changed', async () => {
    expect(await thrownBy(read([odometer(), failed(VIN, 'PERMISSION', 'UNKNOWN')]).reading)).toMatchObject({
      meaning: 'reconnect',
      operation: 'vin',
    });
  });
});

describe('what a driver shared', () => {
  it('is found by the external id of the authorization', async () => {
    const { platform, sent } = platformOn(listed);

    expect(await platform.grants('app', { externalId: 'ext-1' })).toEqual([
      {
        vehicleId: CAR,
        userId: USER,
        permissions: ['read_odometer', 'read_vin'],
        changedAt: '2026-01-06T10:00:00.000Z',
      },
    ]);
    expect(decodeURIComponent(sent[0]?.url ?? '')).toContain('filter[user.externalId]=ext-1&filter[vehicle.mode]=live');
  });

  it('is listed by vehicle id, each once', async () => {
    const { platform } = platformOn(answered(200, page([connection('con-1'), connection('con-2')], 2)));

    expect(await platform.listVehicles('app', { userId: USER })).toEqual([CAR]);
  });

  it.each([undefined, {}, { externalId: '' }])('is never everything of everybody: %j', async (of) => {
    const { platform, sent } = platformOn(listed);

    await expect(platform.grants('app', of)).rejects.toThrow(TypeError);
    expect(sent).toEqual([]);
  });

  it('is simulated only when asked for', async () => {
    const { transport, sent } = recordedTransport(unlisted);
    const platform = makeV3Platform({ transport, origins, deadlineMs: 7, clock: () => NOW, mode: 'simulated' });
    await platform.grants('app', { userId: USER });

    expect(decodeURIComponent(sent[0]?.url ?? '')).toContain('filter[vehicle.mode]=simulated');
  });

  it('has the permissions of every connection of this car and driver', async () => {
    const more = connection('con-2', { attributes: { permissions: ['read_vin', 'read_vehicle_info'] } });
    const { platform } = platformOn(answered(200, page([connection('con-1'), more], 2)));

    expect(await platform.permissions('app', ref)).toEqual(['read_odometer', 'read_vin', 'read_vehicle_info']);
  });

  it('without a connection has no permissions: the driver left', async () => {
    expect(await thrownBy(platformOn(unlisted).platform.permissions('app', ref))).toMatchObject({
      fault: 'no_connection',
      meaning: 'reconnect',
    });
  });
});

describe('which car it is', () => {
  const attributes = answered(200, { data: { id: CAR, attributes: { make: 'CITROEN', model: 'ë-C4', year: 2024 } } });
  const car = { make: 'CITROEN', model: 'ë-C4', year: 2024 };

  it('by VIN, make, model and year', async () => {
    expect(await platformOn(attributes, vin).platform.identify('app', ref)).toEqual({ vin: VIN_VALUE, ...car });
    expect(await platformOn(attributes, vin).platform.describe('app', ref)).toEqual({ vin: VIN_VALUE, ...car });
  });

  it('without a VIN is described, not identified', async () => {
    expect(await platformOn(attributes, absent).platform.describe('app', ref)).toEqual({ ...car, vin: undefined });
    expect(await thrownBy(platformOn(attributes, absent).platform.identify('app', ref))).toMatchObject({
      fault: 'no_signal',
      operation: 'vin',
    });
  });

  it.each([
    ['refused', failed(VIN, 'UPSTREAM', 'NO_RESPONSE')],
    ['one that this car has not', failed(VIN, 'COMPATIBILITY', 'VEHICLE_NOT_CAPABLE')],
    ['empty', answered(200, { data: signal(VIN, { value: null }) })],
  ])('with a VIN that alone is %s is described as one without', async (_what, answer) => {
    expect(await platformOn(attributes, answer).platform.describe('app', ref)).toEqual({ ...car, vin: undefined });
    expect(await thrownBy(platformOn(attributes, answer).platform.identify('app', ref))).toMatchObject({
      operation: 'vin',
    });
  });

  it('with a call for the VIN that is refused says what that means', async () => {
    const refusedVin = refused(502, 'UPSTREAM', 'NO_RESPONSE');

    expect(await platformOn(attributes, refusedVin).platform.describe('app', ref)).toMatchObject({
      vin: undefined,
      vinRefused: { meaning: 'transient' },
    });
    expect(await thrownBy(platformOn(attributes, refusedVin).platform.identify('app', ref))).toMatchObject({
      code: 'NO_RESPONSE',
    });
  });

  it('without permission for the VIN throws', async () => {
    expect(
      await thrownBy(platformOn(attributes, failed(VIN, 'PERMISSION', 'UNKNOWN')).platform.describe('app', ref)),
    ).toMatchObject({ meaning: 'reconnect' });
  });
});

describe('subscribing and ending', () => {
  it('subscribes the car of this driver, again without harm', async () => {
    const { platform, sent } = platformOn(answered(409, ''));
    await platform.subscribe('app', ref, 'wh-1');

    expect(sent[0]?.body).toBe(
      JSON.stringify({ data: { attributes: { webhookId: 'wh-1', userId: USER, vehicleId: CAR } } }),
    );
  });

  const gone = answered(204, '');
  const theirs = connection('con-3', {
    relationships: { vehicle: { data: { id: CAR } }, user: { data: { id: 'somebody' } } },
  });
  const ended = (sent: ReturnType<typeof platformOn>['sent']): readonly (string | undefined)[] =>
    sent.filter(({ method }) => method === 'DELETE').map(({ url }) => url.split('/').at(-1));

  it('ends every connection of this car and driver', async () => {
    const all = answered(200, page([connection('con-1'), connection('con-2'), theirs], 3));
    const { platform, sent } = platformOn(all, gone, answered(404, refusal(404, 'RESOURCE_NOT_FOUND', 'PATH')));
    await platform.disconnect('app', ref);

    expect(decodeURIComponent(sent[0]?.url ?? '')).toContain(`?filter[userId]=${USER}&filter[vehicleId]=${CAR}&`);
    expect(ended(sent)).toEqual(['con-1', 'con-2']);
  });

  it('ends every connection of this car, whoever granted it', async () => {
    const another = connection('con-4', {
      relationships: { vehicle: { data: { id: 'another' } }, user: { data: { id: USER } } },
    });
    const { platform, sent } = platformOn(answered(200, page([connection('con-1'), theirs, another], 3)), gone, gone);
    await platform.disconnect('app', CAR);

    expect(decodeURIComponent(sent[0]?.url ?? '')).toContain(`?filter[vehicleId]=${CAR}&filter[vehicle.mode]=live&`);
    expect(ended(sent)).toEqual(['con-1', 'con-3']);
  });

  const inAttributes = { vehicle: { id: CAR }, user: { id: USER } };
  it.each([
    ['no permissions', { attributes: { permissions: null, user: { id: USER } } }],
    ['no attributes', { attributes: null }],
    ['its ids in the attributes alone', { attributes: inAttributes, relationships: null }],
  ] as const)('ends one that could not be used as well: %s', async (_, more) => {
    const odd = connection('con-1', more);
    for (const asked of [ref, CAR]) {
      const { platform, sent } = platformOn(answered(200, page([odd, connection('con-2')], 2)), gone, gone);
      await platform.disconnect('app', asked);
      expect(ended(sent)).toEqual(['con-1', 'con-2']);
    }
  });

  const ofDriver = { user: { data: { id: USER } } };
  const nobodys = { attributes: {}, relationships: { vehicle: { data: { id: CAR } } } };
  it.each([
    ['its vehicle', CAR, { attributes: {}, relationships: ofDriver }],
    ['itself', CAR, { id: null }],
    ['its driver, who is asked for', ref, nobodys],
  ] as const)('is not done where one does not name %s, and ends the rest', async (_, asked, more) => {
    const odd = connection('con-1', more);
    const { platform, sent } = platformOn(answered(200, page([odd, connection('con-2')], 2)), gone);

    expect(await thrownBy(platform.disconnect('app', asked))).toMatchObject({
      fault: 'unusable_answer',
      operation: 'connections',
      meaning: 'transient',
    });
    expect(ended(sent)).toEqual(['con-2']);
  });

  it('asks nobody for a driver who does not matter', async () => {
    const { platform, sent } = platformOn(answered(200, page([connection('con-1', nobodys)], 1)), gone);
    await platform.disconnect('app', CAR);
    expect(ended(sent)).toEqual(['con-1']);
  });

  it('has nothing to end where nothing is listed', async () => {
    await expect(platformOn(unlisted).platform.disconnect('app', ref)).resolves.toBeUndefined();
  });
});
