import { describe, expect, it } from 'vitest';
import {
  application,
  ask,
  type Bench,
  basicHeader,
  bench,
  connected,
  HOUR,
  otherApplication,
  plugIn,
  type Reply,
  returnOf,
  send,
} from './bench.ts';

async function manage(
  platform: Bench,
  query = '',
  method = 'GET',
  secret = application.managementToken,
): Promise<Reply> {
  const headers = { authorization: basicHeader('default', secret) };
  return send(platform, `/v2.0/management/connections/${query}`, { method, headers });
}

async function compatibility(platform: Bench, query: Readonly<Record<string, string>>, path = ''): Promise<Reply> {
  const headers = { authorization: basicHeader(application.clientId, application.clientSecret) };
  return send(platform, `/v2.0/compatibility${path}?${new URLSearchParams(query)}`, { headers });
}

describe('the connections of an application', () => {
  it('are told newest first, by page and by filter', async () => {
    const platform = bench();
    const first = await connected(platform, 'read_vin', { ...plugIn, account: 'one@example.com' });
    platform.turn(HOUR);
    const second = await connected(platform, 'read_vin', { ...plugIn, account: 'two@example.com' });
    const page = await manage(platform, '?limit=1');
    expect(page.body).toEqual({
      connections: [
        {
          vehicleId: second.car.id,
          userId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          connectedAt: '2026-01-01T01:00:00.000Z',
          mode: 'live',
        },
      ],
      paging: { cursor: expect.stringContaining(second.car.id) },
    });
    const cursor = /"cursor":"([^"]+)"/.exec(JSON.stringify(page.body))?.[1] ?? '';
    const ids = { connections: [{ vehicleId: first.car.id }], paging: { cursor: null } };
    expect((await manage(platform, `?limit=1&cursor=${cursor}`)).body).toMatchObject(ids);
    expect((await manage(platform, `?vehicle_id=${first.car.id}`)).body).toMatchObject(ids);
    expect((await manage(platform, '?mode=test')).body).toEqual({ connections: [], paging: { cursor: null } });
    expect((await manage(platform, '?cursor=nowhere')).body).toMatchObject({ type: 'VALIDATION', code: 'PARAMETER' });
  });

  it('with a limit that is no number are the first page, and refused in strict mode', async () => {
    const platform = bench();
    const { car } = await connected(platform, 'read_vin');
    expect((await manage(platform, '?limit=ten')).body).toMatchObject({ connections: [{ vehicleId: car.id }] });
    platform.simulator.behave({ strict: true });
    const detail = [{ field: 'limit' }];
    expect(await manage(platform, '?limit=ten')).toMatchObject({ status: 400, body: { type: 'VALIDATION', detail } });
    expect((await manage(platform, '?limit=10')).status).toBe(200);
  });

  it('are ended by vehicle or user, and only with one of them', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, 'read_vin');
    expect((await manage(platform, '', 'DELETE')).status).toBe(400);
    const ended = await manage(platform, `?vehicle_id=${car.id}`, 'DELETE');
    expect(ended.body).toEqual({ connections: [{ userId: expect.any(String), vehicleId: car.id }] });
    expect((await ask(platform, access, `/v2.0/vehicles/${car.id}/vin`)).status).toBe(403);
    expect((await ask(platform, access, '/v2.0/vehicles')).body).toEqual({
      vehicles: [],
      paging: { count: 0, offset: 0 },
    });
  });

  it('are one for each user and vehicle, however often they connected', async () => {
    const platform = bench();
    const { car } = await connected(platform, 'read_vin');
    await returnOf(platform, { email: plugIn.account });
    expect((await manage(platform)).body).toMatchObject({ connections: [{ vehicleId: car.id }] });
    expect((await manage(platform, '', 'GET', otherApplication.managementToken)).body).toMatchObject({
      connections: [],
    });
  });

  it('are nobody else’s business', async () => {
    expect(await manage(bench(), '', 'GET', 'wrong')).toMatchObject({ status: 401, body: { type: 'AUTHENTICATION' } });
    const headers = { authorization: basicHeader('nobody', application.managementToken) };
    expect((await send(bench(), '/v2.0/management/connections', { headers })).status).toBe(401);
  });
});

describe('disconnecting a vehicle', () => {
  it('ends every token of the application for it, by access token or management token', async () => {
    const platform = bench();
    const [first, second] = [
      await connected(platform, 'read_vin'),
      await connected(platform, 'read_vin', { ...plugIn, id: 'two' }),
    ];
    const path = `/v2.0/vehicles/${first.car.id}`;
    expect((await ask(platform, second.access, `${path}/application`, { method: 'DELETE' })).body).toEqual({
      status: 'success',
    });
    expect((await ask(platform, first.access, `${path}/vin`)).status).toBe(403);
    const two = await ask(platform, application.managementToken, '/v2.0/vehicles/two/application', {
      method: 'DELETE',
    });
    expect(two.body).toEqual({ status: 'success' });
    expect((await ask(platform, second.access, '/v2.0/vehicles/two/vin')).status).toBe(403);
    expect((await ask(platform, second.access, '/v2.0/vehicles/two/application', { method: 'DELETE' })).status).toBe(
      403,
    );
  });

  it('is what the owner can do as well', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, 'read_vin');
    expect(platform.simulator.revoke(car.id, 'another-application')).toEqual([]);
    expect((await ask(platform, access, `/v2.0/vehicles/${car.id}/vin`)).status).toBe(200);
    expect(platform.simulator.revoke(car.id).map(({ vehicleId }) => vehicleId)).toEqual([car.id]);
    expect((await ask(platform, access, `/v2.0/vehicles/${car.id}/vin`)).status).toBe(403);
  });
});

describe('a webhook subscription', () => {
  it('is made with the access token and ended with the management token', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, 'read_vin');
    const path = `/v2.0/vehicles/${car.id}/webhooks/webhook-1`;
    expect((await ask(platform, access, path, { method: 'POST' })).body).toEqual({
      webhookId: 'webhook-1',
      vehicleId: car.id,
    });
    const { managementToken } = application;
    expect((await ask(platform, managementToken, path, { method: 'DELETE', body: {} })).body).toEqual({
      status: 'success',
    });
    expect((await ask(platform, 'wrong', path, { method: 'DELETE' })).status).toBe(401);
    const unknown = `/v2.0/vehicles/${car.id}/webhooks/webhook-2`;
    expect(await ask(platform, access, unknown, { method: 'POST' })).toMatchObject({
      status: 400,
      body: { type: 'VALIDATION' },
    });
    expect((await ask(platform, managementToken, unknown, { method: 'DELETE' })).status).toBe(400);
  });
});

describe('compatibility', () => {
  const scope = 'read_odometer read_fuel';
  const odometer = { permission: 'read_odometer', endpoint: '/odometer', capable: true, reason: null };
  const fuel = { permission: 'read_fuel', endpoint: '/fuel', capable: true, reason: null };
  const incapable = { capable: false, reason: 'VEHICLE_NOT_CAPABLE' };

  it.each([
    ['5YJXCDE22HF068739', true, [odometer, fuel]],
    [
      'WAUAFAFL1GN014882',
      true,
      [
        { ...odometer, ...incapable },
        { ...fuel, ...incapable },
      ],
    ],
    ['WBAKE5C58DJ107700', false, []],
    ['0SCGMCT0386A85356', true, [odometer, { ...fuel, ...incapable }]],
    ['VF7SXHMZ6PT500001', true, [odometer, fuel]],
    ['ZZZ00000000000000', false, []],
  ])('of %s is %s', async (vin, compatible, capabilities) => {
    const reason = compatible ? null : 'VEHICLE_NOT_COMPATIBLE';
    expect((await compatibility(bench(), { vin, scope })).body).toEqual({ compatible, reason, capabilities });
  });

  it('knows the fleet, tells capabilities for the United States only, and can be told what to say', async () => {
    const platform = bench();
    platform.simulator.fleet.addCar({ ...plugIn, vin: 'ZZZ00000000000001', powertrain: 'BEV' });
    const vin = 'ZZZ00000000000001';
    expect((await compatibility(platform, { vin, scope })).body).toMatchObject({
      capabilities: [odometer, { ...fuel, ...incapable }],
    });
    expect((await compatibility(platform, { vin, scope, country: 'FR' })).body).toEqual({
      compatible: true,
      reason: null,
      capabilities: [],
    });
    const told = await compatibility(platform, { vin, scope, test_mode_compatibility_level: 'incompatible' });
    expect(told.body).toMatchObject({ compatible: false });
  });

  it('is refused without VIN or scope, and without credentials', async () => {
    const invalid = { type: 'VALIDATION', code: 'PARAMETER' };
    expect((await compatibility(bench(), { scope })).body).toMatchObject({ ...invalid, detail: [{ field: 'vin' }] });
    const { body } = await compatibility(bench(), { vin: 'ZZZ00000000000000' });
    expect(body).toMatchObject({ ...invalid, detail: [{ field: 'scope' }] });
    expect((await send(bench(), '/v2.0/compatibility?vin=x')).status).toBe(401);
    const headers = { authorization: basicHeader(application.clientId, 'wrong') };
    expect((await send(bench(), '/v2.0/compatibility', { headers })).status).toBe(401);
  });

  it('has a matrix by region, make, type and scope', async () => {
    const platform = bench();
    const europe = await compatibility(platform, { region: 'EUROPE', make: 'CITROEN', type: 'BEV' }, '/matrix');
    expect(europe.body).toMatchObject({ CITROEN: [{ model: 'ë-C4', startYear: 2021, endYear: 2026, type: 'BEV' }] });
    const matrix = await compatibility(platform, { region: 'US', scope: 'read_battery read_odometer' }, '/matrix');
    expect(Object.keys(matrix.body ?? {})).toEqual(['NISSAN', 'TESLA']);
    expect((await compatibility(platform, { region: 'MOON' }, '/matrix')).status).toBe(400);
  });
});
