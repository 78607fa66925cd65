import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { controlActions } from '../../../lib/simulator/control.ts';
import { curlLines, requestOf } from './curl-lines.ts';

const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function start(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ['lib/simulator/main.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  return child;
}

async function untilReady(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (/^ready$/m.test(text)) break;
  }
  return text;
}

async function ended(child: ChildProcess): Promise<{ code: unknown; stderr: string }> {
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const [code] = await once(child, 'close');
  return { code, stderr };
}

describe('the simulator as a program', () => {
  it('says where it is and that it is ready, answers, and ends with Ctrl-C', async () => {
    const child = start('--port', '0');
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(await untilReady(child))?.[0] ?? '';
    expect((await fetch(`${origin}/v2.0/vehicles`)).status).toBe(401);
    child.stdout?.resume();
    child.kill('SIGINT');
    expect(await ended(child)).toEqual({ code: 0, stderr: '' });
  }, 20_000);

  it('answers every line that its page prints, with a line for every control action', async () => {
    const child = start('--port', '0');
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(await untilReady(child))?.[0] ?? '';
    child.stdout?.resume();
    const lines = curlLines(await (await fetch(`${origin}/`)).text());
    const paths = lines.map((line) => new URL(requestOf(line).url).pathname.replace(/[0-9a-f-]{36}/, ':id'));
    expect(controlActions.map(({ path }) => path).filter((path) => !paths.includes(path))).toEqual([]);
    const refused: [string, number][] = [];
    for (const line of lines) {
      const { status } = await fetch(requestOf(line));
      if (status >= 300) refused.push([line, status]);
    }
    expect(refused).toEqual([]);
    child.kill('SIGTERM');
    expect(await ended(child)).toEqual({ code: 0, stderr: '' });
  }, 60_000);

  it('says in one sentence when the port is in use, or is none', async () => {
    const first = start('--port', '0');
    const port = /127\.0\.0\.1:(\d+)/.exec(await untilReady(first))?.[1] ?? '';
    expect(await ended(start('--port', port))).toEqual({
      code: 1,
      stderr: `Port ${port} is in use by another program; choose one with --port.\n`,
    });
    expect(await ended(start('--port', '99999'))).toEqual({ code: 1, stderr: '"99999" is not a port.\n' });
  }, 20_000);

  it.each([
    ['http://app.example/callback'],
    ['sc00000000-0000-4000-8000-000000000000://callback'],
    ['http://127.0.0.1:9/callback', '--strict'],
  ])('says in one sentence that it cannot register %s', async (uri, ...more) => {
    const taken = 'http on localhost, https, or sc0d05ea1c-2f5b-4c43-9c7a-6d1f0b9c1a01://';
    expect(await ended(start('--port', '0', ...more, '--redirect-uri', uri))).toEqual({
      code: 1,
      stderr: `"${uri}" is no redirect URI that the platform takes: ${taken}.\n`,
    });
  });
});
