// `odoseal verify` as an auditor runs it: the real program in its own process, files on disk, exit status and words.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildCli, writeCli } from '../../../lib/cli/build.ts';
import { sha256 } from '../../../lib/cli/node-primitives.ts';
import {
  packStatuses,
  STATUS_LIST_PURPOSE,
  type Status,
  type StatusListFacts,
  statusListInput,
  statusListUri,
} from '../../../lib/proof/status-list.ts';
import type { buildVectors } from '../../vectors/statement-vectors.ts';
import { onlyOptions } from '../../without-code/only-options.ts';
import { layLog, type PublicLog } from '../proof/log-fixture.ts';
import { firstClaims, ISSUER, issue, jwk, kid, STATUS_LIST_ID, signEs256 } from '../proof/statement-fixture.ts';

// Each run is a process of its own; a busy machine starts them slowly.
vi.setConfig({ testTimeout: 60_000 });

const bin = fileURLToPath(new URL('../../../lib/cli/odoseal.mjs', import.meta.url));
const vectors: ReturnType<typeof buildVectors> = JSON.parse(
  readFileSync(new URL('../../vectors/statements.json', import.meta.url), 'utf8'),
);
const [first, second, third, fourth, fifth, sixth] = vectors.chain.map(({ compact }) => compact);
const CHAIN = [1, 2, 3, 4, 5, 6].map((seq) => `${seq}.sdjwt`);
const refused = (name: string): string => vectors.refused.find((vector) => vector.name === name)?.compact ?? '';

let folder: string;
/** Where Node keeps what it has compiled: reading the program anew is two thirds of a run. */
const compiled = mkdtempSync(join(tmpdir(), 'odoseal-compiled-'));
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'odoseal-cli-'));
  for (const [i, statement] of [first, second, third, fourth, fifth, sixth].entries())
    file(`${i + 1}.sdjwt`, statement ?? '');
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  file('keys.json', JSON.stringify(vectors.jwks));
  file('bare-keys.json', JSON.stringify({ keys: vectors.jwks.keys }));
});
afterAll(() => {
  for (const made of [folder, compiled]) rmSync(made, { recursive: true });
});

/** Writes a file of the auditor's folder and returns its name. */
function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the program in the auditor's folder, with nothing of this process's environment but the search path. */
function odoseal(args: readonly string[], nodeOptions: readonly string[] = [], program = bin): Promise<Outcome> {
  const env = { ...onlyOptions(), PATH: '/usr/local/bin:/usr/bin:/bin', NODE_COMPILE_CACHE: compiled };
  return new Promise((resolve) => {
    const child: ChildProcess = execFile(
      process.execPath,
      [...nodeOptions, program, ...args],
      { cwd: folder, env },
      (_, out, err) => resolve({ status: child.exitCode, out, err }),
    );
  });
}

const verify = (...args: readonly string[]): Promise<Outcome> => odoseal(['verify', ...args, '--jwks', 'keys.json']);

describe('a statement', () => {
  it('that holds is shown step by step, exit status 0', async () => {
    const { status, out, err } = await verify('1.sdjwt');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toBe(`VERIFIED  1.sdjwt
  ok  it is one statement in its one encoding
  ok  the signing key is in the key set, under its own thumbprint
  ok  the signature holds
  ok  the content has one reading only
  ok  the issuer is the expected one
  ok  every disclosed claim was signed, unchanged
  ok  every claim is complete and of its kind
  ok  the figures agree with each other
  ok  nothing was measured, fetched or signed before it could be
  ok  the signing key was in force when it says it was made
  statement  number 1 of contract ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f, period 2026-01 in Etc/UTC
  from, to   2026-01-01T00:00:00.000Z, 2026-02-01T00:00:00.000Z
  says       1234.567 km (between 1234.567 km and 1234.567 km), logical
  about      vin VF7TESTC3AA000017, make Citroën, model C3 Aircross, year 2024, reference POL-2026-0017, vendorVehicleId 36ab27d0-fd9d-4455-823a-ce30af709ffc, consentId con_018f7a4a2c3b7d518f7a4a2c3b7d518f
  time       2026-02-01T06:00:00.000Z, the issuer's word only

1 of 1 statements verified for issuer https://odoseal.example
`);
  });

  it('may end in a line break, as editors write it', async () => {
    expect((await verify(file('line.sdjwt', `${first}\n`), file('dos.sdjwt', `${first}\r\n`))).status).toBe(0);
    expect((await verify(file('lines.sdjwt', `${first}\n\n`))).status).toBe(1);
  });

  it('that was changed is refused by name, exit status 1', async () => {
    const { status, out } = await verify(file('bad.sdjwt', refused('payload altered')));
    expect(status).toBe(1);
    expect(out).toBe(`NOT VERIFIED  bad.sdjwt
  no  the signature does not fit: the statement was changed, or signed by someone else [bad_signature]

0 of 1 statements verified for issuer https://odoseal.example
`);
  });

  it('that withholds claims says how many, and shows none of them', async () => {
    const { status, out } = await verify(file('withheld.sdjwt', vectors.chain[1]?.withheld ?? ''));
    expect(status).toBe(0);
    expect(out).toContain('  says       no reading: asleep\n  about      7 claims withheld\n');
  });

  it('cannot move the cursor or turn the line of whoever reads about it', async () => {
    const hostile = issue(firstClaims(), { make: 'Cit\u001b[2J\u202Eroën', model: 'C3\nVERIFIED' });
    const { status, out } = await verify(file('escape.sdjwt', hostile.compact));
    expect(status).toBe(0);
    expect(out).toContain('  about      make Cit\\u{1b}[2J\\u{202e}roën, model C3\\u{a}VERIFIED\n');
  });

  it.each([
    ['empty', ''],
    ['truncated', (first ?? '').slice(0, 900)],
    ['huge', 'A'.repeat(5_000_000)],
    ['UTF-16', Buffer.from(`\uFEFF${first}`, 'utf16le')],
    ['a byte order mark first', `\uFEFF${first}`],
    ['binary', Uint8Array.from({ length: 4096 }, (_, i) => i % 256)],
    ['a PDF', '%PDF-1.7\n'],
    ['deep', refused('too deep')],
    ['twice the same key', refused('claim twice')],
    ['with x5c in its header', refused('header with x5c')],
    ['with alg none', refused('no algorithm')],
  ])('that is %s is refused without a stack trace, exit status 1', async (name, content) => {
    const { status, out, err } = await verify(file(`hostile-${name.replaceAll(' ', '-')}`, content));
    expect({ status, err }).toEqual({ status: 1, err: '' });
    expect(out).toMatch(/^NOT VERIFIED {2}hostile-/);
  });
});

describe('several statements', () => {
  it('of one contract are also checked as a chain, in whatever order they are given', async () => {
    const { status, out } = await verify('3.sdjwt', '1.sdjwt', '6.sdjwt', '2.sdjwt', '5.sdjwt', '4.sdjwt', '1.sdjwt');
    expect(status).toBe(0);
    expect(out).toContain(`VERIFIED  chain of contract ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f, 6 statements
  ok  numbered 1 to 6 without a hole, each bound to the one before
  ok  one statement in force per period, 1 replaced, no period left out
  ok  2026-01-01T00:00:00.000Z to 2026-04-01T00:00:00.000Z: 3000.001 km = 15000.001 km - 12000.000 km
  ok  2026-05-01T00:00:00.000Z to 2026-06-01T00:00:00.000Z: 100.000 km = 6100.000 km - 6000.000 km
  complete to number 6; end not shown: newer statements may exist
`);
  });

  it.each([
    ['1.sdjwt', '3.sdjwt', 2],
    ['2.sdjwt', '3.sdjwt', 1],
  ] as const)(
    'with one missing (%s and %s are there) do not form a chain, exit status 1',
    async (one, other, missing) => {
      const { status, out } = await verify(one, other);
      expect(status).toBe(1);
      expect(out).toContain(`  no  a statement is missing, at number ${missing} [seq_hole]\n`);
      expect(out.trimEnd().split('\n').at(-1)).toBe(
        '2 of 2 statements verified for issuer https://odoseal.example, but the chain of a contract does not hold',
      );
    },
  );

  it('are each judged, and one refusal is enough for exit status 1', async () => {
    const { status, out } = await verify('1.sdjwt', file('bad.sdjwt', refused('disclosure altered')), 'missing.sdjwt');
    expect(status).toBe(1);
    expect(out).toMatch(/^VERIFIED {2}1\.sdjwt$/m);
    expect(out).toContain('  no  a disclosed claim was not signed, or was changed [disclosure_unreferenced]');
    expect(out).toContain('NOT CHECKED  missing.sdjwt\n  no  the file could not be read (ENOENT) [unreadable]');
  });
});

describe('--json', () => {
  it('prints one document and nothing else', async () => {
    const { out, status } = await verify('1.sdjwt', '2.sdjwt', '--json');
    const report = JSON.parse(out);
    expect(status).toBe(0);
    expect(report).toMatchObject({ verified: true, issuer: 'https://odoseal.example' });
    expect(report.files[0]).toMatchObject({
      file: '1.sdjwt',
      verified: true,
      claims: vectors.chain[0]?.claims,
      withheld: 0,
    });
    expect(report.chains).toEqual([
      {
        contract: 'ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f',
        statements: 2,
        verified: true,
        completeToSeq: 2,
        end: 'not_shown',
        replaced: [],
        segments: [
          {
            from: '2026-01-01T00:00:00.000Z',
            to: '2026-02-01T00:00:00.000Z',
            firstMetres: 12_000_000,
            lastMetres: 13_234_567,
            distanceMetres: 1_234_567,
            replacedMetres: 0,
            catchUpMetres: 0,
          },
        ],
      },
    ]);
  });

  it('names the reason, the step and the claim of a refusal', async () => {
    const { out, status } = await verify(file('bad.sdjwt', refused('verdict left out')), '--json');
    expect(status).toBe(1);
    expect(JSON.parse(out).files).toEqual([
      { file: 'bad.sdjwt', verified: false, reason: 'wrong_claim', step: 'claims', detail: 'verdict' },
    ]);
  });
});

describe('wrong usage', () => {
  it.each([
    ['no command', [], 'no command'],
    ['another command', ['sign', '1.sdjwt'], 'unknown command sign'],
    ['no file', ['verify', '--jwks', 'keys.json'], 'no file to verify'],
    ['no keys', ['verify', '1.sdjwt'], 'no keys'],
    ['an unknown option', ['verify', '1.sdjwt', '--keys', 'x'], "Unknown option '--keys'"],
    [
      'keys that name no issuer, and none given',
      ['verify', '1.sdjwt', '--jwks', 'bare-keys.json'],
      'the keys name no issuer',
    ],
  ])('%s: one sentence, exit status 2', async (_, args, sentence) => {
    const { status, out, err } = await odoseal(args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(sentence);
  });

  it('--help explains itself, exit status 0', async () => {
    const { status, out } = await odoseal(['--help']);
    expect(status).toBe(0);
    expect(out).toContain('exit status: 0 verified, 1 not verified, 2 wrong usage, 3 could not check');
  });
});

describe('could not check', () => {
  it.each([
    ['a file that is not there', ['missing.sdjwt', '--jwks', 'keys.json'], ''],
    ['a folder instead of a file', ['.', '--jwks', 'keys.json'], ''],
    ['a device that never ends', ['/dev/zero', '--jwks', 'keys.json'], ''],
    ['a named pipe that nobody writes to', ['pipe', '--jwks', 'keys.json'], ''],
    ['a named pipe instead of keys', ['1.sdjwt', '--jwks', 'pipe'], 'the key set is unreadable'],
    ['a device instead of keys', ['1.sdjwt', '--jwks', '/dev/zero'], 'the key set is unreadable'],
    ['a folder instead of keys', ['1.sdjwt', '--jwks', '.'], 'the key set is unreadable'],
    ['no key file', ['1.sdjwt', '--jwks', 'nowhere.json'], 'the key set is unreadable'],
    ['a key file that is no key set', ['1.sdjwt', '--jwks', '1.sdjwt'], 'the key set is not a JSON object'],
    ['keys of another issuer', ['1.sdjwt', '--jwks', 'keys.json', '--issuer', 'https://x.example'], 'another issuer'],
    ['keys over plain http', ['1.sdjwt', '--jwks', 'http://192.0.2.1/jwks.json'], 'https only'],
    ['an address that is none', ['1.sdjwt', '--jwks', 'https://'], 'https only'],
    ['a server that is not there', ['1.sdjwt', '--jwks', 'http://127.0.0.1:9/jwks.json'], 'could not be fetched'],
  ])('%s: exit status 3', async (_, args, sentence) => {
    const { status, err } = await odoseal(['verify', ...args]);
    expect(status).toBe(3);
    expect(err).toContain(sentence);
    expect(err).not.toContain('    at ');
  });
});

it('a fault of the program itself is no verdict: exit status 3', async () => {
  const broken = 'data:text/javascript,String.prototype.includes = () => { throw new Error("broken") }';
  const { status, out, err } = await odoseal(['verify', '1.sdjwt', '--jwks', 'keys.json'], ['--import', broken]);
  expect({ status, out, err }).toEqual({
    status: 3,
    out: '',
    err: 'odoseal: the check itself failed; nothing was verified\n',
  });
});

describe('keys from an address', () => {
  const answers: Readonly<Record<string, RequestListener>> = {
    '/jwks.json': (_, res) => res.end(JSON.stringify(vectors.jwks)),
    '/moved': (_, res) => res.writeHead(302, { location: '/jwks.json' }).end(),
    '/endless': (_, res) => {
      const more = (): void => {
        while (!res.destroyed && res.write(' '.repeat(65_536)));
      };
      res.on('drain', more);
      more();
    },
  };
  const server = createServer((req, res) => (answers[req.url ?? ''] ?? ((_, r) => r.writeHead(404).end()))(req, res));
  let origin: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  });
  afterAll(() => server.close());

  it.each([
    ['verifies with the keys that are served', '/jwks.json', 0, ''],
    ['follows no redirect', '/moved', 3, 'answered 302'],
    ['takes no error page for keys', '/nothing', 3, 'answered 404'],
    ['stops at a size', '/endless', 3, 'the key set is too large'],
  ])('%s', async (_, path, expected, sentence) => {
    const { status, err } = await odoseal(['verify', '1.sdjwt', '--jwks', `${origin}${path}`]);
    expect(status).toBe(expected);
    expect(err).toContain(sentence);
  });
});

describe('the command in a clone', () => {
  const oldNode = ['--no-experimental-strip-types'];

  it('runs under a Node that cannot run TypeScript, with the same words and exit status', async () => {
    for (const name of ['1.sdjwt', 'missing.sdjwt', file('bad.sdjwt', refused('payload altered'))]) {
      const args = ['verify', name, '--jwks', 'keys.json'];
      expect(await odoseal(args, oldNode)).toEqual(await odoseal(args));
    }
  });

  it('says what to do when nothing is installed', async () => {
    const clone = join(folder, 'clone');
    mkdirSync(clone);
    writeFileSync(join(clone, 'odoseal.mjs'), readFileSync(bin));
    const child = spawn(process.execPath, [...oldNode, join(clone, 'odoseal.mjs')], { cwd: clone, env: onlyOptions() });
    const chunks: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect({ status, err: chunks.join('') }).toEqual({
      status: 3,
      err: 'odoseal: the installed Node was not found; run `npm ci` in the clone first\n',
    });
  });

  it('works through a symbolic link, as npm makes one', async () => {
    const linked = join(folder, 'odoseal');
    symlinkSync(bin, linked);
    const child = spawn(process.execPath, [linked, '--help'], { cwd: folder, env: onlyOptions(), stdio: 'ignore' });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  });

  it('ends with the signal that it was sent, and leaves nothing running', async () => {
    const silent = createServer(() => child.kill('SIGTERM'));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const args = [...oldNode, bin, 'verify', '1.sdjwt', '--jwks', `http://127.0.0.1:${port}/`];
    const child = spawn(process.execPath, args, { cwd: folder, env: onlyOptions() });
    const chunks: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
    // `close` comes when nobody holds the output any more; a process left behind would have complained about its keys there.
    const signal = await new Promise((resolve) => child.on('close', (_, by) => resolve(by)));
    expect({ signal, err: chunks.join('') }).toEqual({ signal: 'SIGTERM', err: '' });
    silent.closeAllConnections();
    silent.close();
  });
});

describe('the public log', () => {
  const hashes = [first, second, third].map((statement) => sha256(Buffer.from(`${statement}`.split('.', 2).join('.'))));
  const slot = (n: number): Uint8Array => sha256(Buffer.from(`slot ${n}`));
  const entries = Array.from(
    { length: 300 },
    (_, n): Uint8Array => Buffer.concat([slot(n), hashes[n - 260] ?? slot(-n - 1)]),
  );

  /** A copy of a log in the auditor's folder. */
  function copy(name: string, log: PublicLog): readonly string[] {
    for (const [path, content] of log.files) {
      mkdirSync(join(folder, name, path, '..'), { recursive: true });
      file(join(name, path), content);
    }
    return ['--log', name, '--log-key', join(name, 'vkey')];
  }
  const files = ['1.sdjwt', '2.sdjwt', '3.sdjwt'];
  const inLog = (log: readonly string[]) => verify(...files, ...log);

  it('I3 I5 is read whole, and holds each statement once', async () => {
    const { status, out } = await inLog(copy('log', layLog(entries)));
    expect(status).toBe(0);
    const of = 'of contract ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f';
    expect(out).toContain(`VERIFIED  log odoseal.example/log, 300 entries
  ok  its head is signed by the given key, and is the head of exactly these entries
  ok  number 1 ${of}: entry 260, and nothing else in its slot
  ok  number 2 ${of}: entry 261, and nothing else in its slot
  ok  number 3 ${of}: entry 262, and nothing else in its slot
`);
  });

  it('is one member of the JSON document', async () => {
    const { out } = await inLog([...copy('json-log', layLog(entries)), '--json']);
    const contract = 'ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f';
    expect(JSON.parse(out).log).toEqual({
      verified: true,
      origin: 'odoseal.example/log',
      size: 300,
      statements: [260, 261, 262].map((index, n) => ({ contract, seq: n + 1, verified: true, index })),
    });
  });

  it.each<[string, () => PublicLog, string]>([
    ['a statement that is not there', () => layLog(entries.with(261, entries[0] ?? slot(0))), 'not_logged'],
    [
      'a statement that is there twice',
      () => layLog([...entries, Buffer.concat([slot(999), hashes[1] ?? slot(0)])]),
      'logged_twice',
    ],
    [
      'another version of a statement',
      () => layLog([...entries, Buffer.concat([slot(261), slot(-1)])]),
      'slot_taken_twice',
    ],
    [
      'a head of other entries',
      () => layLog(entries, { shown: entries.with(5, entries[6] ?? slot(0)) }),
      'entries_not_of_head',
    ],
    ['an entry of another length', () => layLog(entries.with(5, slot(5))), 'entries_malformed'],
    ['a head that somebody else signed', () => layLog(entries, { forged: true }), 'bad_signature'],
    ['a head of another log', () => layLog(entries, { origin: 'other.example/log' }), 'unknown_signer'],
  ])('I3 I5 I6 names %s: exit status 1', async (name, lay, reason) => {
    const { status, out } = await inLog(copy(`log-${reason}`, lay()));
    expect([name, status]).toEqual([name, 1]);
    expect(out).toContain(`[${reason}]`);
  });

  it('that has grown since its head was copied is read from the full bundle', async () => {
    const whole = layLog(Array.from({ length: 256 }, (_, n) => entries[n + 44] ?? slot(0)));
    const grown = layLog(Array.from({ length: 255 }, (_, n) => entries[n + 44] ?? slot(0)));
    const partial = 'tile/entries/000.p/255';
    const kept = [...grown.files].filter(([path]) => path !== partial);
    const full = [...whole.files].filter(([path]) => path === 'tile/entries/000');
    expect([kept.length, full.length]).toEqual([grown.files.length - 1, 1]);
    const { status, out } = await inLog(copy('grown', { files: [...kept, ...full] }));
    expect([status, out.includes('255 entries')]).toEqual([0, true]);
  });

  it.each<[string, (log: readonly string[]) => readonly string[], string]>([
    ['that is not there', () => ['--log', 'nowhere', '--log-key', 'gap/vkey'], "the log's checkpoint is unreadable"],
    ['without a bundle', (log) => log, "the log's bundle of entries 1 is unreadable"],
    ['with a key that is none', (log) => [...log.slice(0, 3), '1.sdjwt'], "the log's key is too large"],
    ['with a key file that is not there', (log) => [...log.slice(0, 3), 'nowhere'], "the log's key is unreadable"],
    ['over plain http', (log) => ['--log', 'http://192.0.2.1/log', ...log.slice(2)], 'https only'],
  ])('%s cannot be checked: exit status 3', async (_, names, sentence) => {
    const { files: all } = layLog(entries);
    const { status, err } = await inLog(
      names(copy('gap', { files: all.filter(([path]) => !path.startsWith('tile/entries/001')) })),
    );
    expect([status, err]).toEqual([3, expect.stringContaining(sentence)]);
  });

  it('needs its key: exit status 2', async () => {
    for (const half of [
      ['--log', 'log'],
      ['--log-key', 'log/vkey'],
    ]) {
      const { status, err } = await inLog(half);
      expect([status, err]).toEqual([2, expect.stringContaining('a log needs its key')]);
    }
  });
});

describe('the one file that is built for auditors', () => {
  it('has the hash that is published', async () => {
    const published = readFileSync(new URL('../../../lib/cli/odoseal.sha256', import.meta.url), 'utf8');
    expect(published).toBe(`${(await buildCli()).sha256}  odoseal.mjs\n`);
  });

  it('is compared with the published hash, which is written by who publishes alone', async () => {
    const other = `${'0'.repeat(64)}  odoseal.mjs\n`;
    const published = pathToFileURL(join(folder, file('odoseal.sha256', other)));
    const write = (publish: boolean) =>
      writeCli({ folder: pathToFileURL(`${join(folder, 'dist')}/`), published, publish });
    const line = `${(await buildCli()).sha256}  odoseal.mjs\n`;

    expect(await write(false)).toEqual({
      line,
      problem: expect.stringContaining('not the odoseal.mjs that is published'),
    });
    expect(readFileSync(published, 'utf8')).toBe(other);
    const built = readFileSync(join(folder, 'dist', 'odoseal.mjs'));
    expect(`${Buffer.from(sha256(built)).toString('hex')}  odoseal.mjs\n`).toBe(line);

    expect(await write(true)).toEqual({ line });
    expect(readFileSync(published, 'utf8')).toBe(line);
    expect(await write(false)).toEqual({ line });
  });

  it('asks of Node nothing that its first version 20 has not', async () => {
    const early = file(
      'early.mjs',
      `import { open } from 'node:fs/promises';
      // A file could not be disposed of before 20.4.
      const file = await open(process.execPath);
      delete Object.getPrototypeOf(file)[Symbol.asyncDispose];
      await file.close();`,
    );
    const alone = join(folder, file('alone.mjs', (await buildCli()).bytes));
    const args = ['verify', '1.sdjwt', '--jwks', 'keys.json'];
    expect(await odoseal(args, ['--import', `./${early}`], alone)).toEqual(await odoseal(args));
  });

  it('says and decides the same as the command in a clone, with nothing beside it, under a Node that cannot run TypeScript', async () => {
    const alone = join(folder, file('alone.mjs', (await buildCli()).bytes));
    const chain = ['1.sdjwt', '2.sdjwt', '3.sdjwt'];
    for (const files of [
      chain,
      ['1.sdjwt', '3.sdjwt'],
      ['missing.sdjwt'],
      [file('bad.sdjwt', refused('payload altered'))],
    ]) {
      const args = ['verify', ...files, '--jwks', 'keys.json'];
      const [built, cloned] = [await odoseal(args, ['--no-experimental-strip-types'], alone), await odoseal(args)];
      expect(built).toEqual(cloned);
    }
    expect((await odoseal(['verify'], [], alone)).status).toBe(2);
  });
});

describe('status lists', () => {
  const of = 'of contract ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f';
  const AT = Date.UTC(2027, 0, 1);
  const list = (statuses: readonly (readonly [number, Status])[], more: Partial<StatusListFacts> = {}): string => {
    const deflated = deflateSync(packStatuses(new Map(statuses)));
    const uri = statusListUri(ISSUER, STATUS_LIST_ID);
    const input = statusListInput({ uri, issuedAt: AT, ttl: 300, kid, deflated, ...more });
    return `${input}.${Buffer.from(signEs256(input)).toString('base64url')}`;
  };
  const good = list([
    [1, 'valid'],
    [2, 'superseded'],
    [6, 'valid'],
  ]);
  const check = (files: readonly string[], content: string, ...more: readonly string[]) => {
    file('both-keys.json', JSON.stringify({ issuer: ISSUER, keys: [jwk, { ...jwk, purpose: STATUS_LIST_PURPOSE }] }));
    const status = ['--status', file('list.jwt', content)];
    return odoseal(['verify', ...files, '--jwks', 'both-keys.json', ...status, ...more]);
  };

  it('say what is in force, and as of when: exit status 0', async () => {
    const { status, out } = await check(['1.sdjwt'], `${good}\n`);
    expect([status, out]).toEqual([
      0,
      expect.stringContaining(`VERIFIED  status, nothing newer is known
  ok  number 1 ${of}: in force, as of 2027-01-01T00:00:00.000Z
`),
    ]);
  });

  it('refuse what another statement took the place of: exit status 1', async () => {
    const { status, out } = await check(['2.sdjwt'], good);
    expect([status, out]).toEqual([
      1,
      expect.stringContaining(`NOT VERIFIED  status, nothing newer is known
  no  number 2 ${of}: superseded: another statement took its place, as of 2027-01-01T00:00:00.000Z
`),
    ]);
  });

  it('let it pass beside the one that took its place', async () => {
    const { status, out } = await check(CHAIN, list(CHAIN.map((_, n) => [n + 1, n === 1 ? 'withdrawn' : 'valid'])));
    expect([status, out]).toEqual([
      0,
      expect.stringContaining(
        `  ok  number 2 ${of}: withdrawn: a statement without a figure took its place (number 6, given here), as of 2027-01-01T00:00:00.000Z\n`,
      ),
    ]);
  });

  it('are members of the JSON document', async () => {
    const { out } = await check(['1.sdjwt', '2.sdjwt'], good, '--json');
    const contract = 'ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f';
    expect(JSON.parse(out).status).toEqual({
      verified: false,
      statements: [
        { contract, seq: 1, inForce: true, status: 'valid', asOf: AT / 1000 },
        { contract, seq: 2, inForce: false, status: 'superseded', asOf: AT / 1000 },
      ],
    });
  });

  it('count by the newest of several', async () => {
    const older = file('older.jwt', list([[1, 'superseded']], { issuedAt: AT - 1000 }));
    const others = list([[1, 'superseded']], { issuedAt: AT + 1000, uri: `${ISSUER}/status/other` });
    const { status } = await check(['1.sdjwt'], good, '--status', older, '--status', file('others.jwt', others));
    expect(status).toBe(0);
  });

  it.each([
    ['list_contradicted', CHAIN, list(CHAIN.map((_, n) => [n + 1, 'valid'])), 1],
    ['list_too_old', ['1.sdjwt'], list([[1, 'valid']], { issuedAt: Date.UTC(2026, 0, 1) }), 3],
    ['no_list', ['1.sdjwt'], list([[1, 'valid']], { uri: `${ISSUER}/status/other` }), 3],
    ['bad_signature', ['1.sdjwt'], good.replace(/.{4}$/, 'AAAA'), 1],
    ['wrong_type', ['1.sdjwt'], `${first}`.split('~')[0] ?? '', 1],
    ['list_malformed', ['1.sdjwt'], list([], { deflated: Uint8Array.of(1, 2, 3) }), 1],
  ])('are named when they do not hold: %s', async (reason, files, content, exit) => {
    const { status, out } = await check(files, content);
    expect([status, out]).toEqual([exit, expect.stringContaining(`[${reason}]`)]);
    const last = { 1: 'but not all are known to be in force', 3: 'but whether they are in force could not be checked' }[
      exit
    ];
    expect(out.trimEnd().split('\n').at(-1)).toContain(`statements verified for issuer ${ISSUER}, ${last}`);
  });

  it('may be made in the ten minutes in which clocks differ from a statement that took the place of another', async () => {
    const replacedAt = Date.UTC(2026, 6, 1, 6);
    const all = CHAIN.map((_, n) => [n + 1, 'valid'] as const);
    const within = await check(CHAIN, list(all, { issuedAt: replacedAt + 600_000 }));
    const after = await check(CHAIN, list(all, { issuedAt: replacedAt + 601_000 }));
    expect([within.status, after.status]).toEqual([0, 1]);
  });

  it('say nothing where no statement holds, and change nothing of its refusal', async () => {
    file('altered.sdjwt', refused('payload altered'));
    const { status, out } = await check(['altered.sdjwt'], good);
    expect([status, out.includes('status')]).toEqual([1, false]);
    const { out: document } = await check(['altered.sdjwt'], good, '--json');
    expect(JSON.parse(document).status).toEqual({ verified: false, statements: [] });
  });

  it('that are missing do not hide a refusal: exit status 1', async () => {
    const { status } = await check(['1.sdjwt', 'altered.sdjwt'], list([], { uri: `${ISSUER}/status/other` }));
    expect(status).toBe(1);
  });

  it('that cannot be read are said to be so: exit status 3', async () => {
    const { status, err } = await check(['1.sdjwt'], good, '--status', 'nowhere.jwt');
    expect([status, err]).toEqual([3, 'odoseal: the status list nowhere.jwt is unreadable\n']);
  });
});
