// The drill as an auditor lives it: `odoseal verify` of statements and bundles under a key that has leaked, with and without the log, and
// with a key set that does not know of it yet.
import { type ChildProcess, execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeBundle } from '../../../lib/proof/bundle.ts';
import { layLog } from '../proof/log-fixture.ts';
import { keySet, placed, type Told, withEvents } from '../proof/rotated-keys.ts';
import { ISSUER, jwk, kid } from '../proof/statement-fixture.ts';
import { CHAIN } from '../proof/tampering.ts';

// Each run is a process of its own; a busy machine starts them slowly.
vi.setConfig({ testTimeout: 60_000 });

const bin = fileURLToPath(new URL('../../../lib/cli/odoseal.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'odoseal-leaked-'));

const leak: Told = { event: 'compromised', at: 1_780_000_000, since: 1_779_000_000, logSize: 150, index: 250 };
const { entries, bundle } = placed(CHAIN, [100, 149, 150, 200, 260, 299], [[jwk, leak]]);

function file(name: string, content: string | Uint8Array): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), content);
}

beforeAll(() => {
  for (const [n, { compact }] of CHAIN.entries()) file(`${n + 1}.sdjwt`, compact);
  file('bundle.json', makeBundle(bundle));
  file('keys.json', JSON.stringify({ issuer: ISSUER, keys: keySet(withEvents(jwk, leak)) }));
  file('old-keys.json', JSON.stringify({ issuer: ISSUER, keys: keySet(jwk) }));
  for (const [path, content] of layLog(entries).files) file(`log/${path}`, content);
});
afterAll(() => rmSync(folder, { recursive: true }));

function verify(...args: readonly string[]): Promise<{ readonly status: number | null; readonly out: string }> {
  return new Promise((resolve) => {
    const command = [bin, 'verify', ...args];
    const child: ChildProcess = execFile(process.execPath, command, { cwd: folder }, (_, out) =>
      resolve({ status: child.exitCode, out }),
    );
  });
}

const LOG = ['--log', 'log', '--log-key', 'log/vkey'];
const FILES = CHAIN.map((_, n) => `${n + 1}.sdjwt`);
const NO =
  '  no  the signing key of the statement has leaked, and it is not shown that the log (--log, or a bundle, with --log-key) held it before [key_compromised]\n';

describe('under a key that has leaked', () => {
  it('no statement holds by itself, exit status 1', async () => {
    const { status, out } = await verify('1.sdjwt', '--jwks', 'keys.json');
    expect([status, out]).toEqual([1, expect.stringContaining(`NOT VERIFIED  1.sdjwt\n${NO}`)]);
  });

  it('those hold that the log held before, exit status 0', async () => {
    const { status, out } = await verify('1.sdjwt', '2.sdjwt', '--jwks', 'keys.json', ...LOG);
    expect(status).toBe(0);
    expect(out).toContain('entry 149, and nothing else in its slot\n');
    expect(out).toContain('2 of 2 statements verified');
  });

  it('and no others, exit status 1', async () => {
    const { status, out } = await verify(...FILES, '--jwks', 'keys.json', ...LOG);
    expect(status).toBe(1);
    const outcome = (n: number) => new RegExp(`^(.*)  ${n}\\.sdjwt$`, 'm').exec(out)?.[1];
    expect([1, 2, 3, 4, 5, 6].map(outcome)).toEqual([...Array(2).fill('VERIFIED'), ...Array(4).fill('NOT VERIFIED')]);
    expect(out).toContain(`NOT VERIFIED  3.sdjwt\n${NO}`);
  });

  it('a bundle names those that are not to be trusted, exit status 1', async () => {
    const { status, out } = await verify('bundle.json', '--jwks', 'keys.json', '--log-key', 'log/vkey');
    expect(status).toBe(1);
    const refused = [...out.matchAll(/^ {2}no {2}number (\d):.*\[validity: key_compromised\]$/gm)];
    expect(refused.map(([, n]) => n)).toEqual(['3', '4', '5', '6']);
    expect(out).toContain('  --  2 of 6 statements hold by themselves\n');
  });

  it('a key set that does not know of it is found out by the log, exit status 1', async () => {
    expect((await verify(...FILES, '--jwks', 'old-keys.json')).status).toBe(0);
    for (const named of [FILES, ['bundle.json']]) {
      const { status, out } = await verify(...named, '--jwks', 'old-keys.json', ...LOG);
      expect(status).toBe(1);
      expect(out).toContain(
        `  no  key ${kid}, compromised: the log knows of an event of a key that the key set does not tell: get the newest one`,
      );
      const json = JSON.parse((await verify(...named, '--jwks', 'old-keys.json', ...LOG, '--json')).out);
      const found = { reason: 'key_event_not_told', kid, event: 'compromised', entry: 250 };
      if (named === FILES) expect(json.log).toMatchObject({ verified: false, keyEvents: [found] });
      else expect(json.bundles[0].failures).toEqual([{ step: 'log', ...found }]);
    }
  });
});
