import { afterEach, describe, expect, it } from 'vitest';
import { brands } from '../../../lib/simulator/brands.ts';
import { controlActions } from '../../../lib/simulator/control.ts';
import { defaultApplication } from '../../../lib/simulator/default-application.ts';
import { type Alone, startAlone } from '../../../lib/simulator/start-alone.ts';
import { HOUR, START } from './bench.ts';
import { curlLines, requestOf } from './curl-lines.ts';

let alone: Alone | null = null;

afterEach(async () => {
  await alone?.close();
  alone = null;
});

interface Posted {
  readonly url: string;
  readonly type: string;
}

/** A simulator of its own, its clock standing at START, its webhooks caught. */
async function start(
  strict = false,
  redirectUris: readonly string[] = [],
): Promise<{ origin: string; posted: Posted[] }> {
  const posted: Posted[] = [];
  alone = await startAlone({
    ...{ port: 0, seed: 1, strict, redirectUris, clock: () => START },
    send: async (request) => {
      posted.push({ url: request.url, type: JSON.parse(await request.text()).eventType });
      return new Response(null, { status: 200 });
    },
  });
  return { origin: alone.origin, posted };
}

/** What Connect shows to whoever comes with this redirect URI. */
async function openConnect(origin: string, redirectUri: string): Promise<string> {
  const { clientId } = defaultApplication(false);
  const query = { response_type: 'code', client_id: clientId, scope: 'read_odometer', redirect_uri: redirectUri };
  return (await fetch(`${origin}/oauth/authorize?${new URLSearchParams(query)}`)).text();
}

async function post(
  origin: string,
  path: string,
  body: object = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${origin}/control${path}`, { method: 'POST', body: JSON.stringify(body) });
  const told: unknown = await response.json();
  return { status: response.status, body: Object.fromEntries(Object.entries(told ?? {})) };
}

async function pageOf(origin: string): Promise<string> {
  return (await fetch(`${origin}/`)).text();
}

describe('the page of a simulator started alone', () => {
  it('shows the credentials, every action, every brand, and how to point the libraries here', async () => {
    const { origin } = await start();
    const page = await pageOf(origin);
    for (const { method, path } of controlActions) expect(page).toContain(`${method} ${path}</code>`);
    for (const { make } of brands) expect(page).toContain(make);
    expect(page).toContain('driver@example.com');
    expect(page).toContain(`export SMARTCAR_AUTH_ORIGIN=${origin}/oauth/token`);
    expect(page).not.toMatch(/<script/i);
  });

  it('prints lines that work as they stand, in normal and in strict mode', async () => {
    for (const strict of [false, true]) {
      const { origin } = await start(strict);
      const lines = curlLines(await pageOf(origin)).filter((line) => !(strict && line.includes('/control/webhooks')));
      expect(lines.length).toBeGreaterThan(35);
      const statuses: [string, number][] = [];
      for (const line of lines) statuses.push([line, (await fetch(requestOf(line))).status]);
      expect(statuses.filter(([, status]) => status >= 300)).toEqual([]);
      await alone?.close();
    }
  });

  it('offers a code, a token and a refresh token that are fresh each time', async () => {
    const { origin } = await start();
    const [first, second] = [await pageOf(origin), await pageOf(origin)].map((page) => curlLines(page)[0] ?? '');
    expect(first).not.toBe(second);
    expect((await fetch(requestOf(first ?? ''))).status).toBe(200);
    expect((await fetch(requestOf(first ?? ''))).status).toBe(400);
    expect((await fetch(requestOf(second ?? ''))).status).toBe(200);
  });
});

describe('the control API', () => {
  it('is for this machine: other hosts and other sites are turned away', async () => {
    const { origin } = await start();
    const { port } = new URL(origin);
    const ask = async (path: string, headers: Record<string, string>): Promise<number> => {
      const { request } = await import('node:http');
      return new Promise((resolve, reject) => {
        request({ port, host: '127.0.0.1', path, headers }, (response) => resolve(response.resume().statusCode ?? 0))
          .on('error', reject)
          .end();
      });
    };
    expect(await ask('/', { host: `localhost:${port}` })).toBe(200);
    expect(await ask('/control', { host: 'evil.example' })).toBe(403);
    expect(await ask('/v2.0/user', { host: 'evil.example' })).toBe(403);
    expect(await ask('/v2.0/user', { host: 'api.smartcar.com' })).toBe(401);
    expect(await ask('/control', { host: 'api.smartcar.com' })).toBe(403);
    expect(await ask('/control', { host: `localhost:${port}`, origin: 'https://evil.example' })).toBe(403);
    expect(await ask('/control', { host: `localhost:${port}`, origin: `http://localhost:${port}` })).toBe(200);
  });

  it('adds a car of every brand, and of no other', async () => {
    const { origin } = await start();
    for (const { make } of brands) {
      expect((await post(origin, '/cars', { make })).body).toMatchObject({ make, odometerMetres: 12_345_000 });
    }
    const unknown = await post(origin, '/cars', { make: 'TRABANT' });
    expect([unknown.status, unknown.body['error']]).toEqual([400, expect.stringContaining('must be one of ACURA')]);
    expect((await post(origin, '/cars', { vin: 'SHORT' })).body).toEqual({
      error: '"vin" does not fit: it takes 17 letters and digits.',
    });
    expect((await post(origin, '/cars', { color: 'red' })).status).toBe(400);
  });

  it('does to a car what it says', async () => {
    const { origin } = await start();
    const { id } = (await post(origin, '/cars', { account: 'bench@example.com' })).body;
    const car = `/cars/${String(id)}`;
    await post(origin, `${car}/drive`, { metresPerDay: 24_000 });
    await post(origin, '/time', { hours: 2 });
    expect((await post(origin, `${car}/sleep`, { hours: 2 })).body).toMatchObject({
      odometerMetres: 12_347_000,
      asleep: true,
    });
    expect((await post(origin, `${car}/wake`)).body).toMatchObject({ asleep: false });
    expect((await post(origin, `${car}/roll-back`, { metres: 347_000 })).body).toMatchObject({
      odometerMetres: 12_000_000,
    });
    expect((await post(origin, `${car}/roll-back`, { metres: 12_000_001 })).status).toBe(409);
    expect((await post(origin, `${car}/replace-odometer`, { metres: 7 })).body).toMatchObject({ odometerMetres: 7 });
    expect((await post(origin, `${car}/vin`, { vin: 'vf7sxhnptpt599999' })).body).toMatchObject({
      vin: 'VF7SXHNPTPT599999',
    });
    expect((await post(origin, `${car}/condition`, { doorOpen: true })).body).toMatchObject({
      condition: { doorOpen: true },
    });
    expect((await post(origin, `${car}/trouble`, { error: 'VEHICLE_STATE:UNREACHABLE' })).body).toMatchObject({
      trouble: 'VEHICLE_STATE:UNREACHABLE',
    });
    expect((await post(origin, `${car}/fault`, { error: 'NO:SUCH' })).status).toBe(400);
    expect((await post(origin, '/cars/nobody/wake')).body).toEqual({ error: 'There is no such car.' });
  });

  it('moves time forward only, and delivers on the way', async () => {
    const { origin, posted } = await start();
    const callbackUri = 'https://receiver.test/events';
    await post(origin, '/webhooks', { callbackUri, verified: true, autoSubscribe: true, atMostEveryMs: HOUR });
    await post(origin, '/connect');
    expect((await post(origin, '/time', { hours: 3 })).body).toEqual({ now: '2026-01-01T03:00:00.000Z', attempts: 4 });
    expect(posted).toEqual(Array(4).fill({ url: callbackUri, type: 'VEHICLE_STATE' }));
    expect((await post(origin, '/time', { to: '2026-01-01T00:00:00.000Z' })).body).toEqual({
      error: 'Time does not go back.',
    });
    expect((await post(origin, '/time', { to: 'tomorrow' })).status).toBe(400);
    expect((await post(origin, '/time', { days: -1 })).status).toBe(400);
  });

  it('sends everything once, however many ask for it at the same time', async () => {
    const { origin, posted } = await start();
    await post(origin, '/webhooks', {
      callbackUri: 'https://receiver.test/events',
      verified: true,
      autoSubscribe: true,
    });
    await post(origin, '/connect');
    await Promise.all([alone?.deliver(), alone?.deliver()]);
    expect(posted).toHaveLength(1);
    await Promise.all([post(origin, '/time', { hours: 1 }), alone?.deliver(), post(origin, '/deliveries')]);
    expect(posted).toHaveLength(7);
  });

  it('exhausts limits, loses requests, slows down, and ends consent', async () => {
    const { origin } = await start();
    const line = curlLines(await pageOf(origin)).find((each) => each.endsWith('/odometer')) ?? '';
    const status = async (): Promise<number> => (await fetch(requestOf(line))).status;
    const id = /vehicles\/([^/]+)\//.exec(line)?.[1] ?? '';
    await post(origin, '/limits/exhaust', { seconds: 30 });
    await post(origin, '/time', { seconds: 29 });
    expect(await status()).toBe(429);
    await post(origin, '/time', { seconds: 2 });
    expect(await status()).toBe(200);
    await post(origin, '/outage', { path: '/odometer', status: 503 });
    expect(await status()).toBe(503);
    await post(origin, `/cars/${id}/throttle`, { throttle: { calls: 0, seconds: 9 } });
    expect(await status()).toBe(429);
    await post(origin, `/cars/${id}/throttle`, { throttle: null });
    await post(origin, `/cars/${id}/exhaust`, { requests: 1 });
    expect(await status()).toBe(430);
    expect((await post(origin, '/latency', { ms: 5, path: '/odometer' })).body).toEqual({
      latencies: [{ ms: 5, path: '/odometer' }],
    });
    const before = performance.now();
    expect(await status()).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(4);
    await post(origin, `/cars/${id}/revoke`);
    expect(await status()).toBe(403);
    expect(await pageOf(origin)).toContain('No car is connected yet');
  });

  it('walks an owner through Connect, also to an early end', async () => {
    const { origin } = await start();
    expect((await post(origin, '/connect', { externalId: 'x', state: 's', responseType: 'none' })).body).toEqual({
      redirect: expect.stringContaining('http://localhost:8000/callback?'),
      state: 's',
      user_id: expect.any(String),
      external_id: 'x',
    });
    expect((await post(origin, '/connect', { leaveAt: 'login' })).body).toMatchObject({ error: 'oem_cancelled_login' });
    const nobody = await post(origin, '/connect', { account: 'nobody@example.com' });
    expect([nobody.status, nobody.body['error']]).toEqual([409, expect.stringContaining('nobody@example.com')]);
  });

  it('says what it does not know', async () => {
    const { origin } = await start();
    expect((await post(origin, '/nothing')).body).toEqual({
      error: 'There is no POST /control/nothing; the page at / lists what there is.',
    });
    const response = await fetch(`${origin}/control/time`, { method: 'POST', body: '{"days":' });
    expect([response.status, await response.json()]).toEqual([400, { error: 'The body is no JSON.' }]);
  });
});

describe('strict mode', () => {
  it('wants a User-Agent and the documented form of a body at both token endpoints', async () => {
    const { origin } = await start(true);
    for (const path of ['/oauth/token', '/oauth2/token']) {
      const asText = await fetch(`${origin}${path}`, {
        method: 'POST',
        body: 'grant_type=x',
        headers: { 'content-type': 'text/plain' },
      });
      expect([asText.status, await asText.json()]).toEqual([
        400,
        {
          error: 'invalid_request',
          error_description: expect.stringContaining('The body must be application/x-www-form'),
        },
      ]);
      const nameless = await fetch(`${origin}${path}`, {
        method: 'POST',
        body: new URLSearchParams(),
        headers: { 'user-agent': '' },
      });
      expect(await nameless.json()).toMatchObject({ error_description: 'The header User-Agent is required.' });
    }
  });

  it('refuses receivers that are not public, and brands that cannot be connected so', async () => {
    const { origin } = await start(true);
    expect((await post(origin, '/webhooks', { callbackUri: 'http://127.0.0.1:9/' })).body).toEqual({
      error: 'In strict mode a receiver is a public https address.',
    });
    expect((await post(origin, '/webhooks', { callbackUri: 'https://receiver.test/' })).status).toBe(200);
    await post(origin, '/cars', { make: 'FORD', account: 'ford@example.com' });
    expect((await post(origin, '/connect', { account: 'ford@example.com' })).body).toMatchObject({
      error: 'configuration_error',
      error_message: 'Invalid parameter: sdk_platform',
    });
    await post(origin, '/behaviour', { strict: false });
    expect((await post(origin, '/connect', { account: 'ford@example.com' })).body).toMatchObject({
      code: expect.any(String),
    });
  });

  it('refuses a make that the country does not have', async () => {
    const { origin } = await start(true);
    const clientId = /<code>([0-9a-f-]{36})<\/code>/.exec(await pageOf(origin))?.[1] ?? '';
    const open = async (country: string): Promise<string> => {
      const flags = `country:${country}`;
      const query = new URLSearchParams({ client_id: clientId, response_type: 'code', make: 'CITROEN', flags });
      return (await fetch(`${origin}/oauth/authorize?${query}`)).text();
    };
    expect(await open('US')).toContain('<h1>This did not work</h1>');
    expect(await open('NL')).toContain('<h1>Connect your vehicle</h1>');
  });

  it('has the documented limit of the application', async () => {
    const { origin } = await start(true);
    const request = curlLines(await pageOf(origin)).find((line) => line.endsWith('/v2.0/vehicles')) ?? '';
    const statuses: number[] = [];
    for (let n = 0; n < 121; n++) statuses.push((await fetch(requestOf(request))).status);
    expect(statuses.slice(118)).toEqual([200, 200, 429]);
  });
});

describe('a redirect URI', () => {
  const UNREGISTERED = 'The redirect_uri is not registered for this application.';

  it('is any documented one outside strict mode', async () => {
    const { origin } = await start();
    expect(await openConnect(origin, 'https://insurer.example/back')).toContain('Connect your vehicle');
    expect(await openConnect(origin, 'http://insurer.example/back')).toContain(UNREGISTERED);
  });

  it('is a registered one in strict mode', async () => {
    const { origin } = await start(true, ['https://insurer.example/back']);
    expect(await openConnect(origin, 'http://localhost:8000/callback')).toContain('Connect your vehicle');
    expect(await openConnect(origin, 'https://insurer.example/back')).toContain('Connect your vehicle');
    expect(await openConnect(origin, 'https://insurer.example/other')).toContain(UNREGISTERED);
  });
});
