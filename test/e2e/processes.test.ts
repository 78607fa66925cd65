// What the local stack leaves behind: nothing. And what it says when its port is taken: one sentence.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, watch } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { listen, PortInUse, stopListening } from '../../infra/local/listen.ts';
import { bootLocalStack } from '../../infra/local/local-stack.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';
import { runningIn } from './running-in.ts';

const folder = writeFixtureAssembly();
/** Where programs put what is temporary. */
const temporary = mkdtempSync(join(tmpdir(), 'odoseal-processes-'));
/** Where Node keeps what it has compiled, so that each program is read once. */
const compiled = mkdtempSync(join(tmpdir(), 'odoseal-compiled-'));
afterAll(() => {
  for (const made of [folder, temporary, compiled]) rmSync(made, { recursive: true });
});

const START = fileURLToPath(new URL('../../infra/local/start.main.ts', import.meta.url));
const DEMO = fileURLToPath(new URL('../../infra/local/demo.main.ts', import.meta.url));
const VERIFY = new URL('../../infra/local/demo/verify.ts', import.meta.url).href;
const STOP = new URL('../../infra/local/stop-signal.ts', import.meta.url).href;
const STACK = new URL('../../infra/local/local-stack.ts', import.meta.url).href;

const launched: number[] = [];
// Only a failed test finds something to do here.
afterEach(() => {
  for (const group of launched.splice(0)) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It is gone, as it should be.
    }
  }
});

/** npm keeps compiled code, and its news, where it likes; that is not what is looked for here. */
const QUIET_NPM = { NODE_COMPILE_CACHE: compiled, npm_config_update_notifier: 'false' };

/** What npm itself says before a script; with `json` in .npmrc, on stderr. */
const bannerOf = (port: string): string =>
  `\n> odoseal@0.1.0 start\n> exec node infra/local/start.main.ts --port ${port}\n\n`;
const banner = bannerOf('0');

/** And after one that failed, on stdout. */
const failed = `${JSON.stringify({ error: { code: 1, summary: '', detail: '' } }, undefined, 2)}\n`;

/** A program in a process group of its own, so that whatever it leaves behind can be found. */
const launch = (args: readonly string[], program = process.execPath) => {
  const env = { ...process.env, ...QUIET_NPM, TMPDIR: temporary };
  const child = spawn(program, args, { detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said.out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said.err += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => code ?? signal);
  const { pid } = child;
  if (pid === undefined) throw new Error('the program does not start');
  launched.push(pid);
  return { child, said, ended, pid };
};

/** Resolves to the path of the first entry of a folder whose name begins so, there already or still to come. */
const appears = async (folder: string, prefix: string): Promise<string> => {
  const watcher = watch(folder);
  try {
    for (;;) {
      const name = readdirSync(folder).find((one) => one.startsWith(prefix));
      if (name !== undefined) return join(folder, name);
      await once(watcher, 'change');
    }
  } finally {
    watcher.close();
  }
};

/** Resolves when the program has said `text`. */
const hears = async (stream: NodeJS.ReadableStream, heard: () => string, text: string): Promise<void> => {
  while (!heard().includes(text)) await once(stream, 'data');
};

describe('closing', () => {
  it('leaves nothing that keeps a process alive, in the middle of work too', async () => {
    const program = `
      const { bootLocalStack } = await import(${JSON.stringify(STACK)});
      const stack = await bootLocalStack({ outDir: ${JSON.stringify(folder)} });
      await fetch(stack.publicOrigin + '/open/x');
      fetch(stack.publicOrigin + '/open/x?kind=late').catch(() => undefined);
      await stack.send('work', '{"id":"one"}', 60);
      await stack.close();
      console.log('closed', new Date().getUTCFullYear() > 2000);
    `;
    const { ended, said, pid } = launch(['--input-type=module', '-e', program]);
    expect([await ended, said.out, said.err]).toEqual([0, 'closed true\n', '']);
    expect(await runningIn(pid)).toBe(0);
  });

  it('gives the process its own clock back', async () => {
    const stack = await bootLocalStack({ outDir: folder, startAt: Date.parse('2001-01-01T00:00:00.000Z') });
    expect(new Date().getUTCFullYear()).toBe(2001);
    await stack.close();
    expect(new Date().getUTCFullYear()).toBeGreaterThan(2024);
    await expect(fetch(stack.publicOrigin)).rejects.toThrow();
  });
});

describe('npm start', () => {
  it('prints where everything is, answers its own curl, and ends with Ctrl-C without an orphan', async () => {
    const { child, said, ended, pid } = launch(['start', '--', '--port', '0'], 'npm');
    await hears(child.stdout, () => said.out, '/control/time\n');
    const [, key = '', url = ''] = /curl -H 'Authorization: Bearer (ods_\S+)' (\S+)/.exec(said.out) ?? [];
    const [, link = ''] = /connect link\s+(\S+)/.exec(said.out) ?? [];
    const [, keys = ''] = /keys\s+(\S+)/.exec(said.out) ?? [];
    const contracts = await (await fetch(url, { headers: { authorization: `Bearer ${key}` } })).json();
    expect(contracts).toMatchObject({ items: [{ reference: 'EX-1', kind: 'insurance' }] });
    expect([(await fetch(link)).status, (await fetch(keys)).status]).toEqual([200, 200]);
    const [, simulator = ''] = /simulator\s+(\S+)/.exec(said.out) ?? [];
    // It answers what nobody has asked for as the platform does.
    expect(await (await fetch(simulator)).json()).toMatchObject({ type: 'RESOURCE_NOT_FOUND' });
    const [, token = '', time = '', control = ''] =
      /curl -H 'Authorization: Bearer ([\w-]{32})' -d '(.+)' (\S+)/.exec(said.out) ?? [];
    const moved = (bearer: string) =>
      fetch(control, { method: 'POST', headers: { authorization: `Bearer ${bearer}` }, body: time });
    expect([(await moved('fixed')).status, [...said.out.matchAll(/ods_\S+/g)].length]).toEqual([401, 2]);
    expect(token).not.toBe('');
    // As a terminal does: everybody gets it, and npm passes it on once more.
    process.kill(-pid, 'SIGINT');
    expect([await ended, said.err, await runningIn(pid), readdirSync(temporary)]).toEqual([0, banner, 0, []]);
  });

  it('says one sentence when its port is taken', async () => {
    const other = createServer();
    const { port } = new URL(await listen(other, 0));
    const { ended, said } = launch(['start', '--', '--port', port], 'npm');
    const sentence = `Port ${port} is in use by another program: stop that program or choose another port.\n`;
    expect([await ended, said.out, said.err]).toEqual([1, failed, bannerOf(port) + sentence]);
    await stopListening(other);
  });

  it.each([
    [['--port', 'eighty'], '"eighty" is not a port: --port takes a whole number from 0 to 65535.'],
    [['--port', '65536'], '"65536" is not a port: --port takes a whole number from 0 to 65535.'],
    [['--port='], '"" is not a port: --port takes a whole number from 0 to 65535.'],
    [['--prot', '1'], "Unknown option '--prot': the one option is --port N."],
    [['--port'], "Option '--port <value>' argument missing: the one option is --port N."],
    [['8080'], "Unexpected argument '8080': the one option is --port N."],
  ])('says one sentence when it is called with %j', async (args, sentence) => {
    const { ended, said } = launch([START, ...args]);
    expect([await ended, said.out, said.err]).toEqual([1, '', `${sentence}\n`]);
  });
});

describe('a signal', () => {
  const starting = 'Starting the service from its own templates …\n';
  const stopped = 'Stopped before the end.\n';

  /** Resolves when a program is bundling the functions. */
  const bundles = async (): Promise<string> => appears(await appears(temporary, 'odoseal-local-'), 'odoseal-bundles-');

  it.each([
    ['demo.main.ts', [DEMO], 'SIGINT', [1, starting, stopped]],
    ['demo.main.ts --json', [DEMO, '--json'], 'SIGHUP', [1, '', stopped]],
  ] as const)('to %s alone while it still synthesizes leaves nothing behind', async (_name, args, signal, ends) => {
    const { child, said, ended, pid } = launch(args);
    await bundles();
    child.kill(signal);
    expect([await ended, said.out, said.err, await runningIn(pid), readdirSync(temporary)]).toEqual([...ends, 0, []]);
  });

  it.each([
    ['SIGTERM', 0],
    ['SIGHUP', 'SIGHUP'],
  ] as const)('%s to npm alone while npm start still synthesizes leaves nothing behind', async (signal, end) => {
    const { child, said, ended, pid } = launch(['start', '--', '--port', '0'], 'npm');
    await bundles();
    child.kill(signal);
    expect([await ended, said.err, await runningIn(pid), readdirSync(temporary)]).toEqual([end, banner, 0, []]);
  });

  it('ends npm run demo in the middle of the play', async () => {
    const { child, said, ended, pid } = launch([DEMO]);
    await hears(child.stdout, () => said.out, 'Three months pass:\n');
    child.kill('SIGINT');
    expect([await ended, said.err, await runningIn(pid), readdirSync(temporary)]).toEqual([1, stopped, 0, []]);
  });

  it('ends the process that verifies, and none follows it', async () => {
    const file = join(temporary, 'never-written');
    await promisify(execFile)('mkfifo', [file]);
    const program = `
      const { verifyFiles } = await import(${JSON.stringify(VERIFY)});
      const { stopSignal } = await import(${JSON.stringify(STOP)});
      const signal = stopSignal();
      const verify = () => verifyFiles([${JSON.stringify(file)}], 'jwks.json', signal).catch(({ name }) => name);
      const first = verify();
      console.log('verifies');
      console.log(await first, await verify());
    `;
    const { child, said, ended, pid } = launch(['--input-type=module', '-e', program]);
    await hears(child.stdout, () => said.out, 'verifies\n');
    child.kill('SIGINT');
    expect([await ended, said.out, said.err]).toEqual([0, 'verifies\nAbortError AbortError\n', '']);
    expect(await runningIn(pid)).toBe(0);
    rmSync(file);
  });
});

it('a taken port refuses the boot and closes what was opened', async () => {
  const other = createServer();
  const { port } = new URL(await listen(other, 0));
  await expect(bootLocalStack({ outDir: folder, port: Number(port) })).rejects.toBeInstanceOf(PortInUse);
  await stopListening(other);
  const stack = await bootLocalStack({ outDir: folder, port: Number(port) });
  expect(new URL(stack.publicOrigin).port).toBe(port);
  await stack.close();
});
