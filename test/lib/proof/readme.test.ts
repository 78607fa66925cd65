// The format's README is a promise to implementers: its code runs as printed, and its tables name what the code knows.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { CHAIN_HEAD_TYP } from '../../../lib/proof/chain-head.ts';
import { DISCLOSABLE, STATEMENT_TYP, STATEMENT_VCT } from '../../../lib/proof/claims.ts';
import { firstClaims, ISSUER, issue, jwk } from './statement-fixture.ts';

const readme = readFileSync(new URL('../../../lib/proof/README.md', import.meta.url), 'utf8');
// Beside this file, so that its import of jose is found.
const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), '.readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('the snippet verifies a statement with jose alone, and refuses a changed one', async () => {
  const code = /```js\n(.*?)```/s.exec(readme)?.[1] ?? '';
  const file = join(folder, 'snippet.mjs');
  writeFileSync(file, code);
  const { verify } = await import(file);
  const { compact } = issue(firstClaims());
  const jwks = { issuer: ISSUER, keys: [jwk] };
  expect(await verify(compact, jwks)).toMatchObject({ ...firstClaims() });
  await expect(verify(compact.replace('.', '.A'), jwks)).rejects.toThrow();
});

it('every claim of a statement, and every one that can be withheld, is in the tables', () => {
  const catchingUp = ['catchUpMetres', 'catchUpFrom', 'omitted', 'replaces', 'reason'];
  for (const name of [...Object.keys(firstClaims()), ...DISCLOSABLE, ...catchingUp])
    expect(readme).toContain(`\`${name}\``);
  expect(readme).toContain(STATEMENT_TYP);
  expect(readme).toContain(STATEMENT_VCT);
  expect(readme).toContain(CHAIN_HEAD_TYP);
});
