// What the vendor's libraries put on the wire, request by request, where they differ: paths, credentials, header case,
// bodies. Taken from their sources and from runs of them. Whoever answers these answers all five.

import { beforeAll, describe, expect, it } from 'vitest';
import { type ServedSimulator, serveSimulator } from '../../../lib/simulator/serve-simulator.ts';
import { application, basicHeader, bench, connected, exchange, ORIGIN, plugIn, returnOf, text } from './bench.ts';

const scope = 'read_vehicle_info read_odometer read_vin read_service_history control_charge control_security';
const platform = bench({ rateLimit: { burst: 10_000, perMinute: 0 } });
let id = '';
let access = '';

beforeAll(async () => {
  const { car, access: token } = await connected(platform, scope);
  [id, access] = [car.id, token];
});

interface Wire {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function wire(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Wire> {
  const init = { method, headers, ...(body === undefined ? {} : { body }) };
  const response = await platform.simulator.handle(new Request(`${ORIGIN}${path}`, init));
  const content = await response.text();
  return { status: response.status, headers: response.headers, body: content === '' ? null : JSON.parse(content) };
}

const basic = basicHeader(application.clientId, application.clientSecret);
const form = 'application/x-www-form-urlencoded';

async function freshCode(): Promise<string> {
  const back = await returnOf(platform, { email: plugIn.account }, { scope });
  return back.searchParams.get('code') ?? '';
}

function codeForm(code: string): string {
  return `grant_type=authorization_code&code=${code}&redirect_uri=https%3A%2F%2Fapp.test%2Fcallback`;
}

describe('the token call', () => {
  it.each([
    ['Node 10.4', '/oauth/token', 'application/x-www-form-urlencoded'],
    ['Node 10.4 with flags', '/oauth/token?flags=country%3ADE', form],
    ['Python 6.17', '/oauth/token', form],
    ['Java 4.8', '/oauth/token', 'application/x-www-form-urlencoded; charset=utf-8'],
    ['Go 1.4', '/oauth/token/', form],
  ])('of %s is taken', async (_, path, type) => {
    const headers = { authorization: basic, 'content-type': type, 'user-agent': 'Smartcar/0 (any)' };
    const reply = await wire('POST', path, headers, codeForm(await freshCode()));
    expect([reply.status, reply.body]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^[0-9a-f-]{36}$/),
        token_type: 'Bearer',
        expires_in: 7200,
        refresh_token: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    ]);
  });

  it('of Ruby 3.9 is taken: credentials in the form, no Authorization, the agent of its HTTP library', async () => {
    const { clientId, clientSecret } = application;
    const credentials = `client_id=${clientId}&client_secret=${clientSecret}`;
    const headers = { 'content-type': form, 'user-agent': 'Faraday v1.1.0' };
    const reply = await wire('POST', '/oauth/token', headers, `${credentials}&${codeForm(await freshCode())}`);
    expect(reply).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
    const wrong = `client_id=${clientId}&client_secret=wrong&${codeForm(await freshCode())}`;
    expect(await wire('POST', '/oauth/token', headers, wrong)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', error_description: expect.any(String) },
    });
  });

  it('that fails answers with error and error_description only', async () => {
    const headers = { authorization: basic, 'content-type': form };
    const reply = await wire('POST', '/oauth/token', headers, codeForm('nope'));
    expect([reply.status, reply.headers.get('content-type'), reply.body]).toEqual([
      400,
      'application/json',
      { error: 'invalid_request', error_description: 'Invalid code: nope.' },
    ]);
  });
});

describe('paths', () => {
  const V = '/v2.0/vehicles';

  it.each([
    ['Node, Go', `${V}/`],
    ['Python, Java, Ruby', V],
    ['Node, Go', '/v2.0/user/'],
    ['Python, Java, Ruby', '/v2.0/user'],
    ['Node, Python, Java, Go', `${V}/ID/`],
    ['Ruby', `${V}/ID`],
    ['all', `${V}/ID/odometer`],
    ['all', `${V}/ID/vin`],
    ['Ruby', `${V}/ID/vin?`],
    ['Node, Ruby', `${V}/ID/service/history?start_date=2025-01-01&end_date=2026-01-01`],
    ['Python', `${V}/ID/service/history?startDate=2025-01-01&endDate=2026-01-01`],
    ['Node without dates', `${V}/ID/service/history?start_date=undefined&end_date=undefined`],
    ['Java', `${V}/ID/service/history%3Fstart_date=2025-01-01&end_date=2026-01-01`],
    ['Node', '/v3/vehicles/ID/'],
    ['Java, Ruby, Python 6.19', '/v3/vehicles/ID'],
    ['Node, Java, Ruby, Python 6.19', '/v3/vehicles/ID/signals'],
    ['Node, Java, Ruby, Python 6.19', '/v3/vehicles/ID/signals/odometer-traveleddistance'],
  ])('of %s: %s', async (_, path) => {
    const headers = { authorization: `Bearer ${access}` };
    expect((await wire('GET', path.replace('ID', id), headers)).status).toBe(200);
  });

  it('of the service history with the question mark in the path mean the same, but not in strict mode', async () => {
    const headers = { authorization: `Bearer ${access}` };
    const dates = 'start_date=2025-10-03&end_date=2025-10-03';
    const rightly = await wire('GET', `${V}/${id}/service/history?${dates}`, headers);
    expect(rightly.body).toMatchObject([{ serviceDate: '2025-10-03T00:00:00.000Z' }]);
    const asJava = `${V}/${id}/service/history%3F${dates}`;
    expect((await wire('GET', asJava, headers)).body).toEqual(rightly.body);
    platform.simulator.behave({ strict: true });
    expect((await wire('GET', asJava, headers)).status).toBe(404);
    platform.simulator.behave({ strict: false });
  });

  it.each([
    ['Go 1.4 until it is told another version', '/v1.0/vehicles/'],
    ['Go 1.4 until it is told another version', `/v1.0/vehicles/ID/odometer`],
    ['Go 1.4 until it is told another version', '/v1.0/user/'],
    [
      'Ruby 3.9 with flags, two question marks',
      `${V}/ID/service/history?start_date=2025-01-01&end_date=2026-01-01?flags=country%3ADE`,
    ],
    [
      'Ruby 3.9 with flags, as its HTTP library writes it',
      `${V}/ID/service/history?end_date=2026-01-01%3Fflags%3Dcountry%253ADE&start_date=2025-01-01`,
    ],
  ])('of %s mean the same, but not in strict mode: %s', async (_, path) => {
    const headers = { authorization: `Bearer ${access}` };
    const asked = path.replace('ID', id);
    expect((await wire('GET', asked, headers)).status).toBe(200);
    platform.simulator.behave({ strict: true });
    expect((await wire('GET', asked, headers)).status).toBeGreaterThanOrEqual(400);
    platform.simulator.behave({ strict: false });
  });

  it('of the first version for Go are the same resources, whatever is asked', async () => {
    const headers = { authorization: `Bearer ${access}` };
    const [first, second] = await Promise.all(
      ['/v1.0', '/v2.0'].map((version) => wire('GET', `${version}/vehicles/${id}/odometer`, headers)),
    );
    expect(first?.body).toEqual(second?.body);
    expect(first?.body).toEqual({ distance: 12345.678 });
    const query = `vin=${plugIn.vin}&scope=read_odometer&country=US`;
    const compatible = await wire('GET', `/v1.0/compatibility/?${query}`, { authorization: basic });
    expect(compatible.body).toMatchObject({ compatible: true });
  });

  it('of the service history name an end date that counts as a whole', async () => {
    const other = bench();
    const car = await connected(other, scope, { ...plugIn, since: other.now() - 3_600_000 });
    const path = `${V}/${car.car.id}/service/history?start_date=2025-10-02&end_date=2025-10-02`;
    const headers = { authorization: `Bearer ${car.access}` };
    const response = await other.simulator.handle(new Request(`${ORIGIN}${path}`, { headers }));
    expect(await response.json()).toMatchObject([{ serviceDate: '2025-10-02T23:00:00.000Z' }]);
  });

  it.each(['/v2.0/compatibility', '/v2.0/compatibility/'])('of compatibility: %s', async (path) => {
    const query = `vin=${plugIn.vin}&scope=read_odometer&country=US`;
    expect((await wire('GET', `${path}?${query}`, { authorization: basic })).body).toMatchObject({ compatible: true });
  });

  it.each(['/v2.0/management/connections', '/v2.0/management/connections/', '/v2.0/management/connections?limit=10'])(
    'of connections: %s',
    async (path) => {
      const headers = { authorization: basicHeader('default', application.managementToken) };
      expect((await wire('GET', path, headers)).body).toMatchObject({ connections: [{ vehicleId: id }] });
    },
  );
});

describe('headers', () => {
  it('are asked for in any case, and on GET with or without a content type', async () => {
    for (const headers of [
      { Authorization: `Bearer ${access}`, 'SC-Unit-System': 'metric', 'Content-Type': 'application/json' },
      { authorization: `bearer ${access}`, 'sc-unit-system': 'metric' },
      { AUTHORIZATION: `Bearer ${access}` },
    ]) {
      const reply = await wire('GET', `/v2.0/vehicles/${id}/odometer`, headers);
      expect([reply.status, reply.headers.get('sc-unit-system')]).toEqual([200, 'metric']);
    }
  });

  it('are sent in lower case, byte for byte, with times to the millisecond', async () => {
    const served: ServedSimulator = await serveSimulator(platform.simulator, { port: 0 });
    const { request } = await import('node:http');
    const rawHeaders = await new Promise<readonly string[]>((resolve, reject) => {
      const headers = { authorization: `Bearer ${access}` };
      request(`${served.origin}/v2.0/vehicles/${id}/odometer`, { headers }, (got) => resolve(got.resume().rawHeaders))
        .on('error', reject)
        .end();
    });
    await served.close();
    const names = rawHeaders.filter((_, index) => index % 2 === 0);
    for (const name of ['content-type', 'sc-request-id', 'sc-data-age', 'sc-fetched-at', 'sc-unit-system']) {
      expect(names).toContain(name);
    }
    expect(rawHeaders[rawHeaders.indexOf('sc-data-age') + 1]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('carry retry-after as whole seconds, also in a part of a batch', async () => {
    const headers = { authorization: `Bearer ${access}`, 'content-type': 'application/json' };
    platform.simulator.fleet.inject(id, { error: 'RATE_LIMIT:VEHICLE', retryAfterSeconds: 120 });
    const single = await wire('GET', `/v2.0/vehicles/${id}/odometer`, headers);
    expect([single.status, single.headers.get('retry-after')]).toEqual([429, '120']);
    platform.simulator.fleet.inject(id, { error: 'RATE_LIMIT:VEHICLE', retryAfterSeconds: 120 });
    const body = '{"requests":[{"path":"/odometer"}]}';
    expect((await wire('POST', `/v2.0/vehicles/${id}/batch`, headers, body)).body).toMatchObject({
      responses: [{ code: 429, headers: { 'retry-after': '120' } }],
    });
  });
});

describe('bodies', () => {
  const json = (): Record<string, string> => ({
    authorization: `Bearer ${access}`,
    'content-type': 'application/json',
  });

  it('of an error hold every field some library looks for, none of them null that may not be', async () => {
    platform.simulator.fleet.inject(id, { error: 'UPSTREAM:NO_RESPONSE' });
    const reply = await wire('GET', `/v2.0/vehicles/${id}/odometer`, json());
    expect([reply.headers.get('content-type'), reply.body]).toEqual([
      'application/json',
      {
        type: 'UPSTREAM',
        code: 'NO_RESPONSE',
        description: expect.any(String),
        docURL: 'https://smartcar.com/docs/errors/api-errors/upstream-errors#no-response',
        statusCode: 502,
        requestId: reply.headers.get('sc-request-id'),
        resolution: { type: 'RETRY_LATER' },
      },
    ]);
    expect((await wire('GET', `/v2.0/vehicles/${id}/location`, json())).body).toMatchObject({
      type: 'PERMISSION',
      code: null,
    });
  });

  it.each([
    ['Node: the limit as text', '/charge/limit', '{"limit":"0.7"}'],
    ['Python, Java, Ruby: the limit as a number', '/charge/limit', '{"limit":0.7}'],
    ['Go: no blanks', '/charge', '{"action":"START"}'],
    ['Ruby: blanks', '/charge', '{ "action": "STOP" }'],
    ['all', '/security', '{"action":"LOCK"}'],
  ])('of commands (%s) are taken, and answered with 200', async (_, path, body) => {
    const reply = await wire('POST', `/v2.0/vehicles/${id}${path}`, json(), body);
    expect([reply.status, reply.body]).toEqual([200, { status: 'success', message: expect.any(String) }]);
  });

  it('of a batch answer each part with code, headers and body', async () => {
    const body = '{"requests":[{"path":"/odometer"},{"path":"/location"},{"path":"/"}]}';
    const reply = await wire('POST', `/v2.0/vehicles/${id}/batch`, json(), body);
    expect(reply.body).toMatchObject({
      responses: [
        { path: '/odometer', code: 200, headers: { 'sc-unit-system': 'metric' }, body: { distance: 12345.678 } },
        { path: '/location', code: 403, headers: {}, body: { type: 'PERMISSION', statusCode: 403 } },
        { path: '/', code: 200, body: { make: 'CITROEN' } },
      ],
    });
  });

  it('of a batch may be a bare list of paths, as the second Go library sends, but not in strict mode', async () => {
    const body = '["/odometer","/vin"]';
    const reply = await wire('POST', `/v2.0/vehicles/${id}/batch`, json(), body);
    expect(reply.body).toMatchObject({
      responses: [
        { path: '/odometer', code: 200 },
        { path: '/vin', code: 200 },
      ],
    });
    platform.simulator.behave({ strict: true });
    expect((await wire('POST', `/v2.0/vehicles/${id}/batch`, json(), body)).status).toBe(400);
    platform.simulator.behave({ strict: false });
  });

  it('come with DELETE too: Node sends an empty object, the others nothing', async () => {
    const path = `/v2.0/vehicles/${id}/webhooks/webhook-1`;
    const headers = { authorization: `Bearer ${application.managementToken}`, 'content-type': 'application/json' };
    expect((await wire('DELETE', path, headers, '{}')).body).toEqual({ status: 'success' });
    expect((await wire('DELETE', path, headers)).body).toEqual({ status: 'success' });
    const another = text(await exchange(platform, await freshCode()), 'access_token');
    const gone = await wire('DELETE', `/v2.0/vehicles/${id}/application`, { authorization: `Bearer ${another}` }, '{}');
    expect(gone.body).toEqual({ status: 'success' });
  });
});
