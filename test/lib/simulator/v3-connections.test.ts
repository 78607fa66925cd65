import { describe, expect, it } from 'vitest';
import {
  application,
  applicationToken,
  ask,
  type Bench,
  basicHeader,
  bench,
  connectedV3,
  HOUR,
  otherApplication,
  plugIn,
  type Reply,
  returnOf,
  send,
  subscribed,
} from './bench.ts';

const { clientId, clientSecret } = application.apiCredentials;
const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };

async function token(
  platform: Bench,
  body: string | URLSearchParams,
  headers: Record<string, string> = {},
): Promise<Reply> {
  return send(platform, '/oauth2/token', { method: 'POST', body, headers });
}

/** The error of a V3 answer, without what only describes it. */
function errorOf({ status, body }: Reply): unknown {
  return [status, JSON.parse(JSON.stringify(body)).errors[0].type, JSON.parse(JSON.stringify(body)).errors[0].code];
}

/** Vehicle ids of a list of connections. */
function vehiclesOf({ body }: Reply): readonly string[] {
  const { data } = JSON.parse(JSON.stringify(body));
  return data.map(
    (each: { relationships: { vehicle: { data: { id: string } } } }) => each.relationships.vehicle.data.id,
  );
}

describe('the token of an application', () => {
  it('is given for an hour, without a refresh token, to a form, to JSON and to HTTP Basic', async () => {
    const platform = bench();
    const expected = { access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 };
    const grant = new URLSearchParams({ grant_type: 'client_credentials' });
    const authorization = basicHeader(clientId, clientSecret);
    for (const reply of [
      await token(platform, new URLSearchParams(form)),
      await token(platform, JSON.stringify(form), { 'content-type': 'application/json' }),
      await token(platform, grant, { authorization }),
    ]) {
      expect([reply.status, reply.body]).toEqual([200, expected]);
    }
    const bearer = await applicationToken(platform);
    platform.turn(HOUR - 1);
    expect((await ask(platform, bearer, '/v3/connections')).status).toBe(200);
    platform.turn(1);
    expect(errorOf(await ask(platform, bearer, '/v3/connections'))).toEqual([401, 'AUTHENTICATION', 'UNAUTHORIZED']);
  });

  it('is not given for the Application ID and its old secret, nor for a wrong secret', async () => {
    const platform = bench();
    const legacy = { ...form, client_id: application.clientId, client_secret: application.clientSecret };
    for (const wrong of [legacy, { ...form, client_secret: 'wrong' }]) {
      const reply = await token(platform, new URLSearchParams(wrong));
      expect([reply.status, reply.body]).toEqual([
        401,
        { error: 'invalid_client', error_description: 'Unknown client, or wrong secret.' },
      ]);
    }
  });

  it('needs the grant type, both credentials and a readable body', async () => {
    const platform = bench();
    for (const body of [
      new URLSearchParams({ ...form, grant_type: 'refresh_token' }),
      new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId }),
      '{"grant_type":',
    ]) {
      expect(await token(platform, body)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    }
  });
});

describe('the connections of an application, V3', () => {
  it('are told as the live platform tells them', async () => {
    const platform = bench();
    platform.simulator.fleet.addCar(plugIn);
    const back = await returnOf(platform, { email: plugIn.account }, { external_id: 'ours-1', response_type: 'none' });
    expect([...back.searchParams.keys()]).toEqual(['state', 'user_id', 'external_id']);
    const bearer = await applicationToken(platform);
    const reply = await ask(platform, bearer, '/v3/connections');
    const userId = back.searchParams.get('user_id');
    const [vehicleId] = vehiclesOf(reply);
    const list = 'http://platform.test/v3/connections?page%5Bnumber%5D=1&page%5Bsize%5D=10';
    expect(reply.body).toEqual({
      data: [
        {
          id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
          type: 'connection',
          attributes: {
            permissions: ['read_vehicle_info', 'read_vin', 'read_odometer'],
            vehicle: { make: 'CITROEN', model: 'C5 X', year: 2023, mode: 'live', powertrainType: 'PHEV' },
            user: { id: userId, externalId: 'ours-1' },
          },
          relationships: {
            vehicle: {
              data: { id: vehicleId, type: 'vehicle' },
              links: { related: `http://platform.test/v3/vehicles/${vehicleId}` },
            },
            user: { data: { id: userId, type: 'user' } },
          },
          meta: { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' },
          links: { self: expect.stringContaining('http://platform.test/v3/connections/') },
        },
      ],
      meta: { pageNumber: 1, pageSize: 10, totalCount: 1, orderBy: 'createdAt', orderDirection: 'DESC' },
      links: { self: list, first: list, last: list, next: null, prev: null },
    });
  });

  it('come newest first in pages of ten, and the rest on the next page', async () => {
    const platform = bench();
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) {
      const { car } = await connectedV3(platform, 'read_vin', { ...plugIn, account: `driver${n}@example.com` });
      ids.unshift(car.id);
      platform.turn(1000);
    }
    const bearer = await applicationToken(platform);
    const first = await ask(platform, bearer, '/v3/connections');
    expect(vehiclesOf(first)).toEqual(ids.slice(0, 10));
    const { links, meta } = JSON.parse(JSON.stringify(first.body));
    expect(meta).toMatchObject({ pageNumber: 1, pageSize: 10, totalCount: 12 });
    const second = await ask(platform, bearer, links.next.replace('http://platform.test', ''));
    expect(vehiclesOf(second)).toEqual(ids.slice(10));
    expect(second.body).toMatchObject({ meta: { pageNumber: 2 }, links: { next: null, prev: links.first } });
    expect(vehiclesOf(await ask(platform, bearer, '/v3/connections?page[size]=100'))).toEqual(ids);
    expect(errorOf(await ask(platform, bearer, '/v3/connections?page[number]=0'))).toEqual([
      400,
      'VALIDATION',
      'INVALID_INPUT_FORMAT',
    ]);
  });

  it('have the early names of paging when asked for', async () => {
    const platform = bench({}, { pages: 'page' });
    const { bearer } = await connectedV3(platform, 'read_vin');
    const { body } = await ask(platform, bearer, '/v3/connections');
    expect(body).toMatchObject({ meta: { page: 1, pageSize: 10, totalCount: 1 }, links: { previous: null } });
    expect(JSON.stringify(body)).not.toMatch(/pageNumber|"prev"/);
  });

  it('are filtered by user, vehicle, external id and mode, live being the default', async () => {
    const platform = bench();
    const anna = await connectedV3(platform, 'read_vin');
    const unreal = await connectedV3(platform, 'read_vin', {
      ...plugIn,
      account: 'sim@example.com',
      simulation: 'parked',
    });
    const list = async (query: string): Promise<readonly string[]> =>
      vehiclesOf(await ask(platform, anna.bearer, `/v3/connections?${query}`));
    expect(await list('')).toEqual([anna.car.id]);
    expect(await list('filter[vehicle.mode]=simulated')).toEqual([unreal.car.id]);
    expect(await list(`filter[userId]=${anna.userId}`)).toEqual([anna.car.id]);
    expect(await list(`filter[userId]=${unreal.userId}`)).toEqual([]);
    expect(await list(`filter[vehicleId]=${anna.car.id}`)).toEqual([anna.car.id]);
    expect(await list('filter[user.externalId]=ours-2')).toEqual([]);
    await returnOf(platform, { email: plugIn.account }, { external_id: 'ours-2' });
    expect(await list('filter[user.externalId]=ours-2')).toEqual([anna.car.id]);
    await returnOf(platform, { email: plugIn.account }, { external_id: 'null' });
    expect(await list('filter[user.externalId]=ours-2')).toEqual([]);
    expect((await ask(platform, anna.bearer, '/v3/connections?filter[vehicle.mode]=test')).status).toBe(400);
  });

  it('belong to one application', async () => {
    const platform = bench();
    const { car, userId } = await connectedV3(platform, 'read_vin');
    const other = await applicationToken(platform, otherApplication.apiCredentials);
    expect(vehiclesOf(await ask(platform, other, '/v3/connections'))).toEqual([]);
    const headers = { 'sc-user-id': userId };
    expect(errorOf(await ask(platform, other, `/v3/vehicles/${car.id}/signals`, { headers }))).toEqual([
      403,
      'AUTHENTICATION',
      'ACCESS_DENIED',
    ]);
  });

  it('get a new id when the owner connects again, and end with all that hangs on them', async () => {
    const platform = bench();
    const connected = await connectedV3(platform, 'read_vin');
    const idOf = async (): Promise<string> => {
      const { body } = await ask(platform, connected.bearer, '/v3/connections');
      return JSON.parse(JSON.stringify(body)).data[0].id;
    };
    const first = await idOf();
    platform.turn(1000);
    await returnOf(platform, { email: plugIn.account }, { response_type: 'none' });
    const second = await idOf();
    expect(second).not.toBe(first);
    await subscribed(platform, connected);
    const { body } = await ask(platform, connected.bearer, `/v3/connections/${second}`);
    expect(body).toMatchObject({ data: { id: second, type: 'connection' } });
    const gone = await ask(platform, connected.bearer, `/v3/connections/${second}`, { method: 'DELETE' });
    expect([gone.status, gone.body]).toEqual([204, null]);
    expect((await ask(platform, connected.bearer, `/v3/connections/${second}`)).status).toBe(404);
    expect(errorOf(await connected.ask('/signals'))).toEqual([403, 'AUTHENTICATION', 'ACCESS_DENIED']);
    expect((await ask(platform, connected.bearer, '/v3/subscriptions')).body).toMatchObject({ data: [] });
  });

  it('of a user end together', async () => {
    const platform = bench();
    const { bearer, userId, ask: askVehicle } = await connectedV3(platform, 'read_vin');
    expect((await ask(platform, bearer, `/v3/users/${userId}`, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(platform, bearer, `/v3/users/${userId}`, { method: 'DELETE' })).status).toBe(404);
    expect((await askVehicle('')).status).toBe(403);
  });

  it('cost no calls', async () => {
    const platform = bench({ rateLimit: { burst: 1, perMinute: 0 } });
    const { bearer, ask: askVehicle } = await connectedV3(platform, 'read_vin');
    for (let n = 0; n < 3; n++) expect((await ask(platform, bearer, '/v3/connections')).status).toBe(200);
    expect((await askVehicle('')).status).toBe(200);
    expect(errorOf(await askVehicle(''))).toEqual([429, 'RATE_LIMIT', 'SMARTCAR_API']);
  });
});

describe('subscriptions', () => {
  it('are accepted once, listed, and taken back', async () => {
    const platform = bench();
    const connected = await connectedV3(platform, 'read_odometer');
    const first = await subscribed(platform, connected);
    const { id } = JSON.parse(JSON.stringify(first.body)).data;
    const attributes = { webhookId: 'webhook-1', userId: connected.userId, vehicleId: connected.car.id };
    expect([first.status, first.body]).toEqual([
      202,
      { data: { id, type: 'subscription', attributes, meta: { createdAt: '2026-01-01T00:00:00.000Z' } } },
    ]);
    expect(errorOf(await subscribed(platform, connected))).toEqual([409, 'CONFLICT', 'RESOURCE_ALREADY_EXISTS']);
    const list = await ask(platform, connected.bearer, `/v3/subscriptions?filter[vehicleId]=${connected.car.id}`);
    expect(list.body).toMatchObject({ data: [{ id }], meta: { pageSize: 25, totalCount: 1 } });
    expect((await ask(platform, connected.bearer, `/v3/subscriptions/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(platform, connected.bearer, `/v3/subscriptions/${id}`)).status).toBe(404);
  });

  it('need a webhook of the application, a connection, and all three names', async () => {
    const platform = bench();
    const { bearer, userId, car } = await connectedV3(platform, 'read_odometer');
    const post = async (attributes: object): Promise<unknown> =>
      errorOf(await ask(platform, bearer, '/v3/subscriptions', { method: 'POST', body: { data: { attributes } } }));
    expect(await post({ webhookId: 'nowhere', userId, vehicleId: car.id })).toEqual([
      404,
      'RESOURCE_NOT_FOUND',
      'PATH',
    ]);
    expect(await post({ webhookId: 'webhook-1', userId: 'nobody', vehicleId: car.id })).toEqual([
      403,
      'AUTHENTICATION',
      'ACCESS_DENIED',
    ]);
    expect(await post({ webhookId: 'webhook-1' })).toEqual([400, 'VALIDATION', 'MISSING_PARAMETER']);
  });
});

describe('the management and compatibility interface, V3', () => {
  it('shows webhooks, which it does not create, and applications', async () => {
    const callbackUri = 'https://receiver.test/events';
    const platform = bench({ webhooks: [{ id: 'wh', name: 'Ours', callbackUri, autoSubscribe: true }] });
    const bearer = await applicationToken(platform);
    expect((await ask(platform, bearer, '/v3/webhooks/wh')).body).toEqual({
      data: {
        id: 'wh',
        type: 'webhook',
        attributes: {
          name: 'Ours',
          callbackUri,
          errorCallbackUri: null,
          isEnabled: true,
          triggers: ['odometer-traveleddistance'],
          data: ['odometer-traveleddistance', 'vehicleidentification-vin'],
          autoSubscribe: true,
        },
      },
    });
    expect((await ask(platform, bearer, '/v3/webhooks')).body).toMatchObject({
      data: [{ id: 'webhook-1' }, { id: 'wh' }],
    });
    expect(errorOf(await ask(platform, bearer, '/v3/webhooks', { method: 'POST' }))).toEqual([
      404,
      'RESOURCE_NOT_FOUND',
      'INVALID_PATH',
    ]);
    expect((await ask(platform, bearer, `/v3/applications/${application.clientId}`)).status).toBe(200);
    expect((await ask(platform, bearer, '/v3/applications/other')).status).toBe(404);
    const secrets = await ask(platform, bearer, `/v3/applications/${application.clientId}/secrets`);
    expect(secrets.body).toMatchObject({ data: [{ type: 'secret', attributes: { name: 'First' } }] });
    expect(JSON.stringify(secrets.body)).not.toContain(application.apiCredentials.clientSecret);
    expect((await ask(platform, bearer, '/v3/applications/other/secrets')).status).toBe(404);
  });

  it('lists compatible vehicles by make, powertrain and region', async () => {
    const platform = bench();
    const bearer = await applicationToken(platform);
    const query = 'filter[make]=CITROEN&filter[powertrainType]=BEV&filter[region]=EUROPE';
    expect((await ask(platform, bearer, `/v3/compatible-vehicles?${query}`)).body).toMatchObject({
      data: [{ attributes: { make: 'CITROEN', model: 'ë-C4', powertrainType: 'BEV' } }],
      meta: { totalCount: 1 },
    });
    expect((await ask(platform, bearer, '/v3/compatible-vehicles?filter[region]=CA')).body).toMatchObject({
      data: [{ attributes: { make: 'TESLA' } }],
    });
  });
});
