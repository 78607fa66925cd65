import { describe, expect, it } from 'vitest';
import { serveSimulator } from '../../../lib/simulator/serve-simulator.ts';
import { makeSimulator } from '../../../lib/simulator/simulator.ts';
import { application, authorizeUrl, bench, connected, connectedV3, START } from './bench.ts';

describe('the served simulator', () => {
  it('answers over HTTP on loopback what the handler answers', async () => {
    const platform = bench();
    const { car, access } = await connected(platform, 'read_odometer');
    const served = await serveSimulator(platform.simulator, { port: 0 });
    expect(served.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${served.origin}/v2.0/vehicles/${car.id}/odometer`, {
      headers: { authorization: `Bearer ${access}` },
    });
    expect([response.status, await response.json()]).toEqual([200, { distance: 12345.678 }]);
    expect(response.headers.get('sc-data-age')).toBe('2026-01-01T00:00:00.000Z');
    await served.close();
    await expect(fetch(served.origin)).rejects.toThrow('fetch failed');
  });

  it('asks for its latency by path', async () => {
    const asked: string[] = [];
    const latencyMs = (path: string): number => asked.push(path);
    const served = await serveSimulator(bench().simulator, { port: 0, latencyMs });
    expect((await fetch(`${served.origin}/v2.0/user?x=1`)).status).toBe(401);
    await served.close();
    expect(asked).toEqual(['/v2.0/user']);
  });

  it('answers a slow path after a fast one that was asked later', async () => {
    const latencyMs = (path: string): number => (path === '/slow' ? 100 : 0);
    const served = await serveSimulator(bench().simulator, { port: 0, latencyMs });
    const answered: string[] = [];
    const get = async (path: string): Promise<void> => {
      await (await fetch(`${served.origin}${path}`)).text();
      answered.push(path);
    };
    await Promise.all([get('/slow'), get('/fast')]);
    await served.close();
    expect(answered).toEqual(['/fast', '/slow']);
  });

  it('breaks connections off when told to: hangs, resets, sends half a page', async () => {
    const platform = bench();
    const served = await serveSimulator(platform.simulator, { port: 0 });
    const get = async (signal?: AbortSignal): Promise<string> =>
      (await fetch(`${served.origin}/v2.0/user`, signal === undefined ? {} : { signal })).text();
    platform.simulator.interrupt({ how: 'reset' });
    await expect(get()).rejects.toThrow('fetch failed');
    platform.simulator.interrupt({ how: 'cut' });
    await expect(get()).rejects.toThrow('terminated');
    platform.simulator.interrupt({ how: 'hang' });
    await expect(get(AbortSignal.timeout(50))).rejects.toThrow('aborted due to timeout');
    expect(JSON.parse(await get())).toMatchObject({ type: 'AUTHENTICATION' });
    await served.close();
  });

  it('answers 500 when the handler throws, and everybody else after that', async () => {
    const { simulator } = bench();
    const handle = (request: Request): Promise<Response> =>
      request.url.endsWith('/broken')
        ? Promise.reject(new RangeError('Invalid “time” value'))
        : simulator.handle(request);
    const served = await serveSimulator({ handle }, { port: 0 });
    const broken = await fetch(`${served.origin}/broken`);
    expect([broken.status, await broken.json()]).toEqual([
      500,
      { error: 'The simulator failed: RangeError: Invalid “time” value' },
    ]);
    expect((await fetch(`${served.origin}/v2.0/user`)).status).toBe(401);
    await served.close();
  });

  it('gives a slow command no length, and nothing to 204', async () => {
    const platform = bench({}, { commands: 'accepted' });
    const { car, userId, bearer } = await connectedV3(platform, 'read_vin control_security');
    const served = await serveSimulator(platform.simulator, { port: 0 });
    const headers = { authorization: `Bearer ${bearer}`, 'sc-user-id': userId };
    const send = (method: string, path: string): Promise<Response> =>
      fetch(`${served.origin}/v3${path}`, { method, headers });
    const slow = await send('POST', `/vehicles/${car.id}/commands/security/lock`);
    expect([slow.status, slow.headers.get('content-length')]).toEqual([202, null]);
    expect(await slow.json()).toMatchObject({ data: { attributes: { status: { value: 'SUCCESS' } } } });
    const gone = await send('DELETE', `/users/${userId}`);
    expect([gone.status, gone.headers.get('content-length'), await gone.text()]).toEqual([204, null, '']);
    await served.close();
  });

  it('says so when the port is taken', async () => {
    const served = await serveSimulator(bench().simulator, { port: 0 });
    const port = Number(new URL(served.origin).port);
    await expect(serveSimulator(bench().simulator, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await served.close();
  });
});

describe('a simulator', () => {
  async function firstPage(seed: number): Promise<string> {
    const simulator = makeSimulator({ clock: () => START, seed, applications: [application] });
    return (await simulator.handle(new Request(authorizeUrl()))).text();
  }

  it('repeats itself for the same seed, and only for the same seed', async () => {
    expect(await firstPage(1)).toBe(await firstPage(1));
    expect(await firstPage(2)).not.toBe(await firstPage(1));
  });
});
