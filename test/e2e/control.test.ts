// The levers of a running local stack: who may pull them, and what they do.
import { rmSync } from 'node:fs';
import { type Server, request as send } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeControl } from '../../infra/local/control.ts';
import { listen, stopListening } from '../../infra/local/listen.ts';
import { bootLocalStack } from '../../infra/local/local-stack.ts';
import type { LocalStack } from '../../infra/local/stack-interface.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

const folder = writeFixtureAssembly();
const START = Date.parse('2026-03-01T12:00:00.000Z');
let stack: LocalStack;
let control: Server;
let origin: string;

beforeAll(async () => {
  stack = await bootLocalStack({ outDir: folder, startAt: START });
  control = makeControl(stack, 'the-token');
  origin = await listen(control, 0);
});
afterAll(async () => {
  await stopListening(control);
  await stack.close();
  rmSync(folder, { recursive: true });
});

/** Plain node HTTP: fetch does not let a caller choose Host and Origin. */
const pull = (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body = '') =>
  new Promise<readonly [number, Record<string, unknown>]>((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const request = send(
      { hostname, port, method, path, headers: { authorization: 'Bearer the-token', ...headers } },
      async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve([response.statusCode ?? 0, JSON.parse(text)]);
      },
    );
    request.once('error', reject).end(body);
  });
const now = (): string => new Date(stack.clock.now()).toISOString();

describe('the control endpoint', () => {
  it.each([
    ['another host', { host: 'evil.example' }, 403],
    ['this host on another port', { host: '127.0.0.1:1' }, 403],
    ['a page of another origin', { origin: 'https://evil.example' }, 403],
    ['a page without an origin of its own', { origin: 'null' }, 403],
    ['no token', { authorization: '' }, 401],
    ['another token', { authorization: 'Bearer the-tokem' }, 401],
  ])('refuses %s and changes nothing', async (_what, headers, status) => {
    const before = now();
    expect((await pull('POST', '/control/time', headers, '{"to":"2026-03-02T00:00:00.000Z"}'))[0]).toBe(status);
    expect(now()).toBe(before);
  });

  it.each(['', '{', '[]', '{"to":5}', '{"to":"soon"}', '{"to":"2026-02-28T00:00:00.000Z"}'])(
    'refuses the time %s',
    async (body) => {
      expect((await pull('POST', '/control/time', {}, body))[0]).toBe(400);
    },
  );

  it('knows two levers', async () => {
    expect((await pull('GET', '/control/time'))[0]).toBe(404);
    expect((await pull('GET', '/'))[0]).toBe(404);
  });

  it('shows the state without the content of messages, and moves time', async () => {
    await stack.send('work', JSON.stringify({ id: 'secret-id' }), 600);
    const [status, state] = await pull('GET', '/control/state');
    expect([status, state['now'], state['publicOrigin']]).toEqual([200, now(), stack.publicOrigin]);
    expect(state['queues']).toContainEqual({ name: 'work', ready: 0, delayed: 1, inFlight: 0 });
    expect(JSON.stringify(state)).not.toContain('secret-id');
    const [, moved] = await pull('POST', '/control/time', { origin }, '{"to":"2026-03-01T13:00:00Z"}');
    expect(moved['now']).toBe('2026-03-01T13:00:00.000Z');
    expect(moved['queues']).toContainEqual({ name: 'work', ready: 0, delayed: 0, inFlight: 0 });
  });
});
