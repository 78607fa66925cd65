// `odoseal verify` of bundles: what it prints and how it ends for a real one, the whole tamper table by its names, files that are not
// what they should be, and the whole log beside a bundle.
import { type ChildProcess, execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeBundle } from '../../../lib/proof/bundle.ts';
import type { BundleTrust } from '../../../lib/proof/verify-bundle.ts';
import { bundlesJson, bundlesText } from '../../../lib/verification/bundle-text.ts';
import { bundlesExit, checkBundle } from '../../../lib/verification/check-bundles.ts';
import { onlyOptions } from '../../without-code/only-options.ts';
import {
  AS_OF,
  bundleOf,
  entriesWith,
  givenTrust,
  keys,
  leafOf,
  ownTrust,
  statusListFor,
} from '../proof/bundle-fixture.ts';
import { hostileTexts, tamperings } from '../proof/bundle-tampering.ts';
import { applyPatch } from '../proof/json-patch.ts';
import { layLog, layOut, type PublicLog, vkeyOf } from '../proof/log-fixture.ts';
import { goodLog, logTamperings, type PublishedLog } from '../proof/log-tampering.ts';
import { ISSUER, kid, signEs256 } from '../proof/statement-fixture.ts';
import { CHAIN, goodBundle, otherVersion } from '../proof/tampering.ts';

// Each run is a process of its own; a busy machine starts them slowly.
vi.setConfig({ testTimeout: 60_000 });

const bin = fileURLToPath(new URL('../../../lib/cli/odoseal.mjs', import.meta.url));
const text = JSON.stringify(goodBundle);
const [first] = CHAIN;
const entries = entriesWith(CHAIN);
const CONTRACT = 'ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f';

const folder = mkdtempSync(join(tmpdir(), 'odoseal-bundle-'));
const compiled = mkdtempSync(join(tmpdir(), 'odoseal-compiled-'));
beforeAll(() => {
  file('good.json', text);
  file('keys.json', JSON.stringify({ issuer: ISSUER, keys }));
  file('vkey', `${vkeyOf()}\n`);
  file('1.sdjwt', first?.compact ?? '');
});
afterAll(() => {
  for (const made of [folder, compiled]) rmSync(made, { recursive: true });
});

/** Writes a file of the auditor's folder and returns its name. */
function file(name: string, content: string | Uint8Array): string {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), content);
  return name;
}

interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function odoseal(...args: readonly string[]): Promise<Outcome> {
  const env = { ...onlyOptions(), PATH: '/usr/local/bin:/usr/bin:/bin', NODE_COMPILE_CACHE: compiled };
  return new Promise((resolve) => {
    const child: ChildProcess = execFile(process.execPath, [bin, ...args], { cwd: folder, env }, (_, out, err) =>
      resolve({ status: child.exitCode, out, err }),
    );
  });
}

const GIVEN = ['--jwks', 'keys.json', '--log-key', 'vkey'];
const verify = (...args: readonly string[]): Promise<Outcome> => odoseal('verify', ...args);

describe('a bundle', () => {
  it('that holds is shown step by step, exit status 0', async () => {
    const { status, out, err } = await verify('good.json', ...GIVEN);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toBe(`VERIFIED  good.json
  of contract ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f, 6 statements, issuer https://odoseal.example
  ok  format: one bundle, read in one way
  ok  keys: as given (PojKlDLBomWIaQ8MKlzrTltTs2yU9821BoiFe1xodFY)
  ok  key of the log: as given (odoseal.example/log)
  ok  each statement: it is one statement in its one encoding
  ok  each statement: the signing key is in the key set, under its own thumbprint
  ok  each statement: the signature holds
  ok  each statement: the content has one reading only
  ok  each statement: the issuer is the expected one
  ok  each statement: every disclosed claim was signed, unchanged
  ok  each statement: every claim is complete and of its kind
  ok  each statement: the figures agree with each other
  ok  each statement: nothing was measured, fetched or signed before it could be
  ok  each statement: the signing key was in force when it says it was made
  ok  numbered 1 to 6 without a hole, each bound to the one before
  ok  one statement in force per period, 1 replaced, no period left out
  ok  2026-01-01T00:00:00.000Z to 2026-04-01T00:00:00.000Z: 3000.001 km = 15000.001 km - 12000.000 km
  ok  2026-05-01T00:00:00.000Z to 2026-06-01T00:00:00.000Z: 100.000 km = 6100.000 km - 6000.000 km
  ok  complete to number 6 as of 2026-07-02T00:00:00.000Z
  ok  the checkpoint of log odoseal.example/log, 300 entries, is signed by its key
  ok  each statement is in the log, where its proof says
  --  time: issuer's word only
  ok  status as of 2026-07-02T00:00:00.000Z: in force, or replaced by one that is here
  about vin VF7TESTC3AA000017, make Citroën, model C3 Aircross, year 2024, reference POL-2026-0017, vendorVehicleId 36ab27d0-fd9d-4455-823a-ce30af709ffc, consentId con_018f7a4a2c3b7d518f7a4a2c3b7d518f
  number 1, 2026-01: 1234.567 km (between 1234.567 km and 1234.567 km), logical; in force
  number 2, 2026-02: no reading: asleep; withdrawn by number 6
  number 3, 2026-03: 900.001 km (between 900.001 km and 900.001 km), logical; in force
  number 4, 2026-04: no distance, illogical (rollback); in force
  number 5, 2026-05: 100.000 km (between 100.000 km and 100.000 km), logical; in force
  number 6, 2026-02: no reading: reconnect_needed; in force

1 of 1 bundles verified
`);
  });

  it('is not believed beside another one that has another statement at one of its numbers, though each holds by itself', async () => {
    file('other.json', makeBundle(bundleOf(CHAIN.with(5, otherVersion(6)))));
    expect((await verify('other.json', ...GIVEN)).status).toBe(0);
    const { status, out } = await verify('good.json', 'other.json', ...GIVEN);
    const said = 'number 6: two different statements carry the same number [chain: seq_repeated]';
    expect([status, out.split(said).length, out.match(/^(NOT )?VERIFIED .*$/gm)]).toEqual([
      1,
      3,
      ['NOT VERIFIED  good.json', 'NOT VERIFIED  other.json'],
    ]);
    expect((await verify('good.json', 'good.json', ...GIVEN)).status).toBe(0);
  });

  it('that holds with its own keys says so', async () => {
    const { status, out } = await verify('good.json');
    expect(status).toBe(0);
    expect(out).toContain(
      '  ok  keys: from the bundle itself: they show that it agrees with itself, not who made it (',
    );
    expect(out).toContain('  ok  key of the log: from the bundle itself');
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      '1 of 1 bundles verified, with keys of the issuer and the log from the bundle itself: compare them with the published ones',
    );
    const halfway = await verify('good.json', '--jwks', 'keys.json');
    expect(halfway.out.trimEnd().split('\n').at(-1)).toBe(
      '1 of 1 bundles verified, with keys of the log from the bundle itself: compare them with the published ones',
    );
  });

  it('without a head of the chain does not show its end', async () => {
    const { chainHead: _, ...headless } = bundleOf(CHAIN);
    const { status, out } = await verify(file('headless.json', makeBundle(headless)), ...GIVEN);
    expect([status, out]).toEqual([0, expect.stringContaining('\n  --  end not shown: newer statements may exist\n')]);
  });

  it('is refused by name, with what could not be checked for it, exit status 1', async () => {
    const tampered = applyPatch(goodBundle, [{ op: 'copy', from: '/statements/3/sdJwt', path: '/statements/2/sdJwt' }]);
    const { status, out } = await verify(file('copied.json', JSON.stringify(tampered)), ...GIVEN);
    expect(status).toBe(1);
    expect(out).toContain('  no  number 3: a statement is missing [chain: seq_hole]\n');
    expect(out).toContain('  no  number 4: it is not in the log where its proof says [inclusion: not_included]\n');
    expect(out.trimEnd().split('\n').at(-1)).toBe('0 of 1 bundles verified');
  });

  it('of somebody who makes up the keys too is refused with those that were given', async () => {
    const made = tamperings().find(({ name }) => name.startsWith('all of it signed by a stranger'));
    file('stranger.json', JSON.stringify(applyPatch(goodBundle, made?.patch ?? [])));
    const { status, out } = await verify('stranger.json', ...GIVEN);
    expect([status, out]).toEqual([
      1,
      expect.stringContaining('the signing key is not in the key set [key: unknown_key]'),
    ]);
  });

  it('cannot move the cursor or turn the line of whoever reads about it', async () => {
    const hostile = applyPatch(goodBundle, [{ op: 'replace', path: '/contract', value: 'x\u001b[2J\u202E\nVERIFIED' }]);
    const { out } = await verify(file('escape.json', JSON.stringify(hostile)));
    expect(out).toContain('  of contract x\\u{1b}[2J\\u{202e}\\u{a}VERIFIED, 6 statements');
  });

  it('is one member of a JSON document', async () => {
    const { status, out } = await verify('good.json', 'headless.json', '--json');
    expect(status).toBe(0);
    const { verified, bundles } = JSON.parse(out);
    expect(verified).toBe(true);
    expect(bundles[0]).toMatchObject({
      file: 'good.json',
      verified: true,
      failures: [],
      issuer: ISSUER,
      contract: CONTRACT,
      keys: { statements: 'bundle', log: 'bundle' },
      chain: { verified: true, completeToSeq: 6 },
      end: { completeToSeq: 6, asOf: AS_OF / 1000 },
      checkpoint: { origin: 'odoseal.example/log', size: 300 },
      time: 'issuers_word_only',
    });
    expect(bundles[0].statements.map((one: { readonly claims: unknown }) => one.claims)).toEqual(
      CHAIN.map(({ claims }) => claims),
    );
    expect(bundles[0].inclusion).toEqual(CHAIN.map((_, n) => ({ seq: n + 1, index: 260 + n, included: true })));
    expect(bundles[0].status[1]).toEqual({ seq: 2, status: 'withdrawn', asOf: AS_OF / 1000, replacedBy: 6 });
    expect(bundles[1].end).toBe('not_shown');
  });
});

describe('the tamper table', () => {
  const cases = tamperings().flatMap(({ name, patch, keys: whose, failures }) =>
    (['given', 'bundle'] as const)
      .filter((origin) => whose === undefined || whose === origin)
      .map((origin) => ({ name, origin, tampered: JSON.stringify(applyPatch(goodBundle, patch)), failures })),
  );
  const trusts: Readonly<Record<'given' | 'bundle', BundleTrust>> = { given: givenTrust, bundle: ownTrust };

  it.each(cases)('finds out $name, with keys: $origin', async ({ origin, tampered, failures }) => {
    const found = [{ file: 'x', result: await checkBundle(tampered, { ...trusts[origin] }) }];
    expect(bundlesExit(found)).toBe(1);
    expect(JSON.parse(bundlesJson(found))).toMatchObject({ verified: false, bundles: [{ verified: false, failures }] });
    const lines = bundlesText(found).split('\n');
    expect(lines[0]).toBe('NOT VERIFIED  x');
    expect(
      lines.filter((line) => line.startsWith('  no  ')).map((line) => line.replace(/^.*\[([a-z]+: \w+).*$/, '$1')),
    ).toEqual(failures.map(({ step, reason }) => `${step}: ${reason}`));
  });
});

describe('a hostile file', () => {
  const deep = `{"format":${'['.repeat(100_000)}`;
  it.each<[string, string | Uint8Array, string]>([
    ...hostileTexts()
      .filter(({ text: hostile }) => /^\uFEFF?\{/.test(hostile))
      .map(({ name, text: hostile, reason }): [string, string, string] => [name, hostile, reason]),
    ['an object', '{}', 'not_a_bundle'],
    ['truncated', text.slice(0, 9_000), 'not_json'],
    ['huge', `{"a":"${'A'.repeat(17_000_000)}"}`, 'too_large'],
    ['very deep', deep, 'not_json'],
    ['UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le'), 'not_utf8'],
    ['UTF-16 without a mark', Buffer.from(text, 'utf16le'), 'not_json'],
    ['Latin 1', Buffer.from(text.replace('ctr_', 'é'), 'latin1'), 'not_utf8'],
    ['binary', Uint8Array.from({ length: 4096 }, (_, i) => (i === 0 ? 0x7b : i % 256)), 'not_utf8'],
  ])('(%s) is refused without a stack trace, exit status 1', async (name, content, reason) => {
    const { status, out, err } = await verify(file(`hostile-${name.replaceAll(/\W/g, '-')}.json`, content));
    expect({ status, err }).toEqual({ status: 1, err: '' });
    expect(out).toMatch(new RegExp(`^NOT VERIFIED {2}hostile-[^]*\\[format: ${reason}`));
  });

  it('beside a bundle is refused by itself', async () => {
    const { status, out } = await verify('good.json', file('other.json', '{"format":"other"}'), 'good.json');
    expect(status).toBe(1);
    expect(out).toContain(
      'NOT VERIFIED  other.json\n  no  the file is a JSON document, but no bundle [format: not_a_bundle]\n',
    );
    expect(out.trimEnd()).toMatch(/2 of 3 bundles verified,/);
  });
});

describe('what is no file of ours', () => {
  it.each([
    ['nothing', ''],
    ['a PDF with a line break before it', '\n%PDF-1.7\n'],
    ['a list', '[]'],
    ['another text', 'good day'],
    ['bytes that are no text', Uint8Array.of(0xff, 0xd8, 0x80, 0x81)],
  ])('%s is said to be none, with the keys of a report and with none, exit status 1', async (name, content) => {
    const unknown = file(`unknown-${name.replaceAll(' ', '-')}`, content);
    for (const options of [GIVEN, []]) {
      const { status, out, err } = await verify(unknown, ...options);
      expect({ status, err }).toEqual({ status: 1, err: '' });
      expect(out).toContain('  no  the file is neither a PDF, a bundle nor a statement [format: unknown_format]\n');
    }
  });

  it('is no wrong usage either where it cannot be read: exit status 3', async () => {
    const { status, out, err } = await verify('missing.pdf', ...GIVEN);
    expect({ status, err }).toEqual({ status: 3, err: '' });
    expect(out).toContain('NOT CHECKED  missing.pdf\n  --  the file could not be read (ENOENT)\n');
  });
});

describe('could not check', () => {
  it.each([
    ['a statement beside a bundle', ['good.json', '1.sdjwt'], '  --  the file is no bundle'],
    [
      'a file that is not there beside a bundle',
      ['good.json', 'missing.json'],
      '  --  the file could not be read (ENOENT)',
    ],
    [
      'a bundle beside a statement',
      ['1.sdjwt', 'good.json', ...GIVEN.slice(0, 2)],
      '(bundles are checked by themselves)',
    ],
    ['a log that is not there', ['good.json', '--log', 'nowhere'], "  --  the log's checkpoint is unreadable"],
    [
      'a status list that is not there',
      ['good.json', '--status', 'nowhere'],
      '  --  the status list nowhere is unreadable',
    ],
  ])('%s: exit status 3', async (_, args, sentence) => {
    const { status, out } = await verify(...args);
    expect([status, out]).toEqual([3, expect.stringContaining(sentence)]);
  });

  it.each([
    ['keys that are not there', ['--jwks', 'nowhere'], 3, 'the key set is unreadable'],
    ['a key of the log that is none', ['--log-key', '1.sdjwt'], 3, "the log's key is too large"],
    ['keys that name no issuer', ['--jwks', 'bare.json'], 2, 'the keys name no issuer'],
    ['keys of another issuer', ['--jwks', 'keys.json', '--issuer', 'https://x.example'], 3, 'another issuer'],
  ])('%s: a sentence', async (_, args, expected, sentence) => {
    file('bare.json', JSON.stringify({ keys }));
    const { status, err } = await verify('good.json', ...args);
    expect([status, err]).toEqual([expected, expect.stringContaining(sentence)]);
  });
});

it('an issuer that is not the expected one is refused', async () => {
  const { status, out } = await verify('good.json', '--issuer', 'https://x.example');
  expect([status, out]).toEqual([1, expect.stringContaining('[keys: wrong_issuer]')]);
});

describe('a status list that is given', () => {
  it('counts when it is newer', async () => {
    const newer = file('newer.jwt', statusListFor(CHAIN.slice(0, 5), { issuedAt: AS_OF + 1000 }));
    const older = file('older.jwt', statusListFor(CHAIN.slice(0, 5), { issuedAt: AS_OF - 1000 }));
    const refused = await verify('good.json', '--status', newer, ...GIVEN);
    expect([refused.status, refused.out]).toEqual([1, expect.stringContaining('[status: list_contradicted]')]);
    expect((await verify('good.json', '--status', older, ...GIVEN)).status).toBe(0);
  });

  it('counts only when it is signed by a key that was given', async () => {
    const stranger = applyPatch(goodBundle, [{ op: 'copy', from: '/jwks/keys/0', path: '/jwks/keys/-' }]);
    const own = JSON.stringify(
      applyPatch(stranger, [{ op: 'replace', path: '/jwks/keys/2/purpose', value: 'status-list' }]),
    );
    const list = file('by-statements.jwt', statusListFor(CHAIN, { kid }, signEs256));
    expect((await verify(file('own-list.json', own), '--status', list)).status).toBe(0);
    const { status, out } = await verify('own-list.json', '--status', list, ...GIVEN);
    expect([status, out]).toEqual([1, expect.stringContaining('[status: unsuitable_key]')]);
  });

  it('is refused when it does not hold', async () => {
    const { status, out } = await verify('good.json', '--status', file('none.jwt', 'x'));
    expect([status, out]).toEqual([1, expect.stringContaining('[status: wrong_parts]')]);
  });
});

describe('the whole log beside a bundle', () => {
  let copies = 0;
  function withLog(name: string, log: PublicLog, ...more: readonly string[]): Promise<Outcome> {
    const copy = `log-${copies++}`;
    for (const [path, content] of log.files) file(join(copy, path), content);
    return verify(name, ...GIVEN, '--log', copy, ...more);
  }

  it('I3 I5 holds each statement once', async () => {
    const { status, out } = await withLog('good.json', layLog(entries));
    expect([status, out]).toEqual([
      0,
      expect.stringContaining(
        '  ok  the whole log of 300 entries: each statement is there once, and nothing else has its slot\n',
      ),
    ]);
  });

  it('may have grown, by the next statement too', async () => {
    const [last] = CHAIN.slice(-1);
    const next =
      last &&
      leafOf({
        ...last,
        signingInputHash: first?.signingInputHash.toLowerCase() ?? '',
        claims: { ...last.claims, seq: 7 },
      });
    const grown = [...entries, entries[0] ?? new Uint8Array(), next ?? new Uint8Array()];
    const { status, out } = await withLog('good.json', layLog(grown));
    expect([status, out]).toEqual([
      0,
      expect.stringContaining('  --  the log has a newer statement since: entry 301\n'),
    ]);
  });

  it('I5 I6 shows a fork that the bundle hides', async () => {
    const fork = CHAIN.with(5, otherVersion(6));
    const forked = file('forked.json', makeBundle(bundleOf(fork)));
    expect((await verify(forked, ...GIVEN)).status).toBe(0);
    const { status, out } = await withLog(forked, layLog(entries));
    expect(status).toBe(1);
    expect(out).toContain('there are two stories [log: log_forked]\n');
    expect(out).toContain('  no  number 6: not in the log [log: not_logged]\n');
  });

  it.each(logTamperings().filter(({ failures }) => failures.length > 0))(
    'I3 I5 I6 tampered with is found out: $name',
    async ({ patch, bundle = [], failures }) => {
      // The document is the patched one of the table.
      const { checkpoint, entries: shown } = applyPatch(goodLog, patch) as PublishedLog;
      const changed = file('beside-log.json', JSON.stringify(applyPatch(goodBundle, bundle)));
      const log = layOut(
        checkpoint,
        shown.map((entry) => Buffer.from(entry, 'hex')),
      );
      const { status, out } = await withLog(changed, log, '--json');
      expect([status, JSON.parse(out).bundles[0].failures]).toEqual([1, failures]);
    },
  );
});
