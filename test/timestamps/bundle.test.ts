// A bundle whose checkpoint an authority on this machine has stamped, as the auditor's program reads it. `npm run test:timestamps`.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../lib/cli/node-primitives.ts';
import { makeBundle } from '../../lib/proof/bundle.ts';
import { timestampRequest, tokenIn } from '../../lib/proof/timestamp.ts';
import { bundleOf, entriesWith, keys } from '../lib/proof/bundle-fixture.ts';
import { headOf, vkeyOf } from '../lib/proof/log-fixture.ts';
import { ISSUER } from '../lib/proof/statement-fixture.ts';
import { CHAIN } from '../lib/proof/tampering.ts';
import { openAuthority } from './authority.ts';

const folder = mkdtempSync(join(tmpdir(), 'odoseal-stamped-'));
const [authority, other] = [openAuthority('rsa'), openAuthority('ec')];
afterAll(() => {
  for (const one of [authority, other]) one.close();
  rmSync(folder, { recursive: true });
});

const put = (name: string, content: string): void => writeFileSync(join(folder, name), content);

function stampOf(text: string): Uint8Array {
  const asked = { imprint: sha256(Buffer.from(text)), nonce: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
  return tokenIn(authority.reply(timestampRequest(asked)), asked) ?? new Uint8Array();
}

const bundle = bundleOf(CHAIN);
const timestamp = stampOf(bundle.checkpoint);
put('stamped.json', makeBundle({ ...bundle, timestamp }));
put('of-another.json', makeBundle({ ...bundle, timestamp: stampOf(headOf(entriesWith(CHAIN, 299))) }));
put('changed.json', makeBundle({ ...bundle, timestamp: timestamp.with(-1, (timestamp.at(-1) ?? 0) ^ 1) }));
put('jwks.json', JSON.stringify({ issuer: ISSUER, keys }));
put('vkey', vkeyOf());
put('root.pem', authority.root);
put('other.pem', other.root);
put('both.pem', other.root + authority.root);
put('none.pem', 'no certificate');

const main = fileURLToPath(new URL('../../lib/cli/main.ts', import.meta.url));

const verify = (
  file: string,
  ...more: readonly string[]
): Promise<{ readonly status: number; readonly said: string }> =>
  new Promise((resolve) => {
    const args = [main, 'verify', file, '--jwks', 'jwks.json', '--log-key', 'vkey', ...more];
    const child = execFile(process.execPath, args, { cwd: folder }, (_, out, err) =>
      resolve({ status: child.exitCode ?? Number.NaN, said: out + err }),
    );
  });

describe('the program', () => {
  it.each(['root.pem', 'both.pem'])('says since when all of it exists, for who trusts %s', async (roots) => {
    const { status, said } = await verify('stamped.json', '--tsa-root', roots);
    expect(status).toBe(0);
    expect(said).toMatch(/ok {2}time: exists since 20\d\d-\d\d-\d\dT[\d:.]+Z by Test Timestamps\n/);
  });

  it('without a root says that there is a timestamp, and that it is nobody’s word yet', async () => {
    const { status, said } = await verify('stamped.json');
    expect(status).toBe(0);
    expect(said).toMatch(
      /-- {2}time: issuer's word only; a timestamp says since .* by Test Timestamps, and no root was given/,
    );
    expect(said).not.toContain('exists since');
  });

  it.each([
    ['stamped.json', 'other.pem', 'none of the given roots leads to whoever signed the timestamp, as of then'],
    ['of-another.json', 'root.pem', 'the timestamp is of another checkpoint'],
    ['changed.json', 'root.pem', 'the signature of the timestamp does not fit'],
  ])('refuses %s for who trusts %s', async (file, roots, sentence) => {
    const { status, said } = await verify(file, '--tsa-root', roots);
    expect(status).toBe(1);
    expect(said).toContain(sentence);
    expect(said).not.toContain('exists since');
  });

  it('does not check with what is no root', async () => {
    expect(await verify('stamped.json', '--tsa-root', 'none.pem')).toEqual({
      status: 3,
      said: 'odoseal: the root of timestamps is not a certificate in PEM that can be read here\n',
    });
  });
});
