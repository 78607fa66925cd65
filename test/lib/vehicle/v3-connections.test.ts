// Connections, users, vehicles, subscriptions and compatible vehicles of V3 on the wire, with everything that pages do.
import { describe, expect, it } from 'vitest';
import {
  createSubscription,
  deleteConnection,
  deleteSubscription,
  deleteUser,
  listCompatibleVehicles,
  listConnections,
  listSubscriptions,
  readConnection,
  readVehicle,
} from '../../../lib/vehicle/v3-connections.ts';
import { answered } from './recorded-transport.ts';
import { thrownBy } from './thrown.ts';
import { CAR, connection, page, refusal, USER, v3On } from './v3-bench.ts';

const flat = {
  id: 'con-1',
  vehicleId: CAR,
  userId: USER,
  externalId: undefined,
  permissions: ['read_odometer', 'read_vin'],
  mode: 'live',
  createdAt: '2026-01-05T10:00:00.000Z',
  updatedAt: '2026-01-06T10:00:00.000Z',
};
const withExternalId = (id: string, externalId: string | null, userId = USER) => ({
  ...connection(id),
  attributes: { permissions: [], user: { id: userId, externalId } },
  relationships: { vehicle: { data: { id: CAR } }, user: { data: { id: userId } } },
});

describe('the connections of an application', () => {
  it('are narrowed by what is asked, live unless said otherwise', async () => {
    const { vehicle, wire } = v3On(answered(200, page([])), answered(200, page([])));
    await listConnections(vehicle, { userId: USER, vehicleId: CAR, externalId: 'ext-1' });
    await listConnections(vehicle, { mode: 'simulated' });

    expect(wire()).toEqual([
      `GET https://vehicle.example/v3/connections?filter[userId]=${USER}&filter[vehicleId]=${CAR}&filter[user.externalId]=ext-1&filter[vehicle.mode]=live&page[number]=1&page[size]=50`,
      'GET https://vehicle.example/v3/connections?filter[vehicle.mode]=simulated&page[number]=1&page[size]=50',
    ]);
  });

  it.each([
    ['the newest shape', connection('con-1')],
    [
      'ids in the attributes alone',
      {
        ...connection('con-1', { relationships: null }),
        attributes: {
          permissions: ['read_odometer', 'read_vin'],
          vehicle: { id: CAR, mode: 'LIVE' },
          user: { id: USER, externalId: null },
        },
      },
    ],
    ['epoch times', connection('con-1', { meta: { createdAt: 1_767_607_200, updatedAt: 1_767_693_600_000 } })],
  ])('are flat, from %s', async (_shape, resource) => {
    expect(await listConnections(v3On(answered(200, page([resource], 1))).vehicle, {})).toEqual([flat]);
  });

  const inAttributes = {
    permissions: ['read_odometer', 'read_vin'],
    vehicle: { id: CAR, mode: 'LIVE' },
    user: { id: USER, externalId: null },
  };

  it.each([
    ['when it was made alone', { meta: { createdAt: flat.createdAt } }, { updatedAt: undefined }],
    ['no change yet', { meta: { createdAt: flat.createdAt, updatedAt: null } }, { updatedAt: undefined }],
    ['when it was changed alone', { meta: { updatedAt: flat.updatedAt } }, { createdAt: undefined }],
    ['no times', { meta: {} }, { createdAt: undefined, updatedAt: undefined }],
    ['no meta', { meta: undefined }, { createdAt: undefined, updatedAt: undefined }],
    [
      'a relation without data, and the ids elsewhere',
      { relationships: { vehicle: { links: {} }, user: { data: null } }, attributes: inAttributes },
      {},
    ],
  ])('are as much as they say: %s', async (_what, more, known) => {
    const { vehicle } = v3On(answered(200, page([connection('con-1', more)], 1)));

    expect(await listConnections(vehicle, {})).toEqual([{ ...flat, ...known }]);
  });

  it.each([
    ['an id', { id: undefined }],
    ['a vehicle', { relationships: {} }],
    ['a vehicle that is named', { relationships: { user: { data: { id: USER } }, vehicle: { data: null } } }],
    ['permissions', { attributes: { user: { id: USER } } }],
  ])('without %s are left out, and refused where no other one fits', async (_what, more) => {
    const odd = connection('con-2', more);
    const beside = v3On(answered(200, page([odd, connection('con-1')], 2))).vehicle;
    expect(await listConnections(beside, { vehicleId: CAR })).toEqual([flat]);

    for (const [others, filter] of [
      [[], {}],
      [[connection('con-1')], { vehicleId: 'another' }],
    ] as const) {
      const answer = page([odd, ...others], 1 + others.length);
      expect(await thrownBy(listConnections(v3On(answered(200, answer)).vehicle, filter))).toMatchObject({
        fault: 'unusable_answer',
        operation: 'connections',
      });
    }
  });

  it('come from every page, by the count, each once', async () => {
    const { vehicle, wire } = v3On(
      answered(200, page([connection('a'), connection('b')], 3)),
      answered(200, page([connection('b'), connection('c')], 3)),
    );

    expect((await listConnections(vehicle, {})).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(wire().map((line) => line.split('page')[1])).toEqual(['[number]=1&', '[number]=2&']);
  });

  it('come from every page, by the next link, where there is no count', async () => {
    const { vehicle, sent } = v3On(
      answered(200, page([connection('a')], undefined, 'https://next')),
      answered(200, page([connection('b')])),
    );

    expect((await listConnections(vehicle, {})).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(sent).toHaveLength(2);
  });

  it('end at an empty page where neither count nor link is given', async () => {
    const { vehicle, sent } = v3On(answered(200, [connection('a')]), answered(200, []));

    expect((await listConnections(vehicle, {})).map(({ id }) => id)).toEqual(['a']);
    expect(sent).toHaveLength(2);
  });

  it('that never end are refused rather than cut', async () => {
    const endless = Array.from({ length: 20 }, (_, index) => answered(200, page([connection(`c-${index}`)], 9_999)));

    expect(await thrownBy(listConnections(v3On(...endless).vehicle, {}))).toMatchObject({
      fault: 'unusable_answer',
      field: 'meta.totalCount',
    });
  });

  it.each([
    ['another user', { userId: 'somebody' }],
    ['another vehicle', { vehicleId: 'another' }],
    ['another mode', { mode: 'simulated' as const }],
  ])('of %s are dropped, should the platform ignore the filter', async (_what, filter) => {
    expect(await listConnections(v3On(answered(200, page([connection('a')], 1))).vehicle, filter)).toEqual([]);
  });

  it('found by external id are those that carry it', async () => {
    const answer = page([withExternalId('a', 'ext-1'), withExternalId('b', 'ext-2', 'another')], 2);
    const found = await listConnections(v3On(answered(200, answer)).vehicle, { externalId: 'ext-1' });

    expect(found.map(({ id, externalId }) => [id, externalId])).toEqual([['a', 'ext-1']]);
  });

  it('found by an external id that answers do not repeat must be of one driver', async () => {
    const one = page([withExternalId('a', null), withExternalId('b', null)], 2);
    const two = page([withExternalId('a', null), withExternalId('b', null, 'another')], 2);
    const filter = { externalId: 'ext-1' };

    expect(await listConnections(v3On(answered(200, one)).vehicle, filter)).toHaveLength(2);
    expect(await thrownBy(listConnections(v3On(answered(200, two)).vehicle, filter))).toMatchObject({
      fault: 'unusable_answer',
      field: 'data.relationships.user',
    });
  });

  it('refused are thrown', async () => {
    const call = listConnections(v3On(answered(401, refusal(401, 'AUTHENTICATION', 'UNAUTHORIZED'))).vehicle, {});

    expect(await thrownBy(call)).toMatchObject({
      meaning: 'refresh_once',
      requestId: 'f787848c-8228-47f7-8dae-8f6eee5bca44',
    });
  });
});

describe('one resource', () => {
  it.each([
    ['wrapped', { data: connection('con-1') }],
    ['bare', connection('con-1')],
  ])('connection, %s', async (_shape, answer) => {
    const { vehicle, wire } = v3On(answered(200, answer));

    expect(await readConnection(vehicle, 'con-1')).toEqual(flat);
    expect(wire()).toEqual(['GET https://vehicle.example/v3/connections/con-1']);
  });

  it('vehicle, with its year as a number or as text', async () => {
    const of = (year: unknown) => ({
      data: { id: CAR, attributes: { make: 'CITROEN', model: 'C3', year, mode: 'live' } },
    });
    const { vehicle, wire } = v3On(answered(200, of(2024)), answered(200, of('2024')));
    const expected = { id: CAR, make: 'CITROEN', model: 'C3', year: 2024, powertrainType: undefined };

    expect([await readVehicle(vehicle, CAR), await readVehicle(vehicle, CAR)]).toEqual([expected, expected]);
    expect(wire()[0]).toBe(`GET https://vehicle.example/v3/vehicles/${CAR}`);
  });

  it('with errors in a success is refused', async () => {
    const answer = { ...refusal(409, 'VEHICLE_STATE', 'ASLEEP'), data: connection('con-1') };

    expect(await thrownBy(readConnection(v3On(answered(200, answer)).vehicle, 'con-1'))).toMatchObject({
      fault: 'refused',
      meaning: 'asleep',
    });
  });

  it('without a field we need names it', async () => {
    const answer = { data: { id: CAR, attributes: { make: 'CITROEN', year: 2024 } } };

    expect(await thrownBy(readVehicle(v3On(answered(200, answer)).vehicle, CAR))).toMatchObject({
      fault: 'unusable_answer',
      field: 'attributes.model',
    });
  });
});

describe('what may have happened before', () => {
  const subscription = { webhookId: 'wh-1', userId: USER, vehicleId: CAR };
  const calls = {
    'delete connection': (v3: ReturnType<typeof v3On>['vehicle']) => deleteConnection(v3, 'con-1'),
    'delete user': (v3: ReturnType<typeof v3On>['vehicle']) => deleteUser(v3, USER),
    subscribe: (v3: ReturnType<typeof v3On>['vehicle']) => createSubscription(v3, subscription),
    unsubscribe: (v3: ReturnType<typeof v3On>['vehicle']) => deleteSubscription(v3, 'sub-1'),
  };

  const notThere = refusal(404, 'RESOURCE_NOT_FOUND', 'PATH');

  it.each([
    ['delete connection', 204, ''],
    ['delete connection', 404, notThere],
    ['delete user', 204, ''],
    ['delete user', 404, notThere],
    ['subscribe', 202, ''],
    ['subscribe', 409, ''],
    ['unsubscribe', 204, ''],
    ['unsubscribe', 404, notThere],
  ] as const)('%s answered %i is done', async (name, status, body) => {
    await expect(calls[name](v3On(answered(status, body)).vehicle)).resolves.toBeUndefined();
  });

  it.each([
    ['delete connection', '<html>not found</html>'],
    ['delete user', ''],
    ['unsubscribe', '{"message":"not found"}'],
  ] as const)('%s answered 404 by a page that is not the platform’s is not', async (name, body) => {
    const call = calls[name](v3On(answered(404, body)).vehicle);

    expect(await thrownBy(call)).toMatchObject({ fault: 'refused', meaning: 'operator', status: 404, type: undefined });
  });

  it.each([
    ['delete connection', 403, 'AUTHENTICATION', 'ACCESS_DENIED', 'operator'],
    ['delete connection', 404, 'RESOURCE_NOT_FOUND', 'VEHICLE_NOT_FOUND', 'transient'],
    ['delete connection', 404, 'RESOURCE_NOT_FOUND', 'INVALID_PATH', 'operator'],
    ['delete connection', 409, 'VEHICLE_STATE', 'UNKNOWN', 'transient'],
    ['delete user', 500, 'SERVER', 'INTERNAL', 'transient'],
    ['subscribe', 404, 'RESOURCE_NOT_FOUND', 'VEHICLE_NOT_FOUND', 'transient'],
    ['unsubscribe', 401, 'AUTHENTICATION', 'UNAUTHORIZED', 'refresh_once'],
  ] as const)('%s refused with %i is not', async (name, status, type, code, meaning) => {
    const call = calls[name](v3On(answered(status, refusal(status, type, code))).vehicle);

    expect(await thrownBy(call)).toMatchObject({ fault: 'refused', meaning, status });
  });

  it('goes to the documented paths', async () => {
    const { vehicle, sent, wire } = v3On(...[204, 204, 202, 204].map((status) => answered(status, '')));
    for (const call of Object.values(calls)) await call(vehicle);

    expect(wire()).toEqual([
      'DELETE https://vehicle.example/v3/connections/con-1',
      `DELETE https://vehicle.example/v3/users/${USER}`,
      'POST https://management.example/v3/subscriptions',
      'DELETE https://management.example/v3/subscriptions/sub-1',
    ]);
    expect(sent[2]?.body).toBe(JSON.stringify({ data: { attributes: subscription } }));
    expect(sent.every(({ repeatable }) => !repeatable)).toBe(true);
  });
});

describe('lists beside the connections', () => {
  it('subscriptions', async () => {
    const one = { id: 'sub-1', attributes: { webhookId: 'wh-1', userId: USER, vehicleId: CAR } };
    const { vehicle, wire } = v3On(answered(200, page([one, { id: 'sub-2', attributes: {} }], 2)));

    expect(await listSubscriptions(vehicle, { webhookId: 'wh-1' })).toEqual([
      { id: 'sub-1', webhookId: 'wh-1', userId: USER, vehicleId: CAR },
      { id: 'sub-2', webhookId: undefined, userId: undefined, vehicleId: undefined },
    ]);
    expect(wire()).toEqual([
      'GET https://management.example/v3/subscriptions?filter[webhookId]=wh-1&page[number]=1&page[size]=50',
    ]);
  });

  it('compatible vehicles', async () => {
    const attributes = { make: 'CITROEN', model: 'ë-C4', startYear: 2021, endYear: '2026', powertrainType: 'BEV' };
    const { vehicle, wire } = v3On(answered(200, page([{ id: 'm-1', attributes }], 1)));

    expect(await listCompatibleVehicles(vehicle, { make: 'CITROEN', region: 'EUROPE' })).toEqual([
      { id: 'm-1', ...attributes, endYear: 2026, region: undefined },
    ]);
    expect(wire()).toEqual([
      'GET https://compatibility.example/v3/compatible-vehicles?filter[make]=CITROEN&filter[region]=EUROPE&page[number]=1&page[size]=50',
    ]);
  });
});
