import { describe, expect, it } from 'vitest';
import { serveSimulator } from '../../../lib/simulator/serve-simulator.ts';
import { makeSimulator } from '../../../lib/simulator/simulator.ts';
import { application, authorizeUrl, bench, connected, START } from './bench.ts';

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
