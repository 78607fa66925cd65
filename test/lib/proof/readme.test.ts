// The format's README is a promise to implementers: its code runs as printed, and its tables name what the code knows.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { CHAIN_HEAD_TYP } from '../../../lib/proof/chain-head.ts';
import { DISCLOSABLE, STATEMENT_TYP, STATEMENT_VCT } from '../../../lib/proof/claims.ts';
import { AS_OF, keys } from './bundle-fixture.ts';
import { tamperings } from './bundle-tampering.ts';
import { applyPatch } from './json-patch.ts';
import { firstClaims, ISSUER, issue, jwk } from './statement-fixture.ts';
import { goodBundle } from './tampering.ts';

const readme = readFileSync(new URL('../../../lib/proof/README.md', import.meta.url), 'utf8');
// Beside this file, so that its import of jose is found.
const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), '.readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a piece of code exports, as printed. */
function snippet(n: number) {
  const code = [...readme.matchAll(/```js\n(.*?)```/gs)][n]?.[1] ?? '';
  const file = join(folder, `snippet-${n}.mjs`);
  writeFileSync(file, code);
  return import(file);
}

it('the snippet verifies a statement with jose alone, and refuses a changed one', async () => {
  const { verify } = await snippet(0);
  const { compact } = issue(firstClaims());
  const jwks = { issuer: ISSUER, keys: [jwk] };
  expect(await verify(compact, jwks)).toMatchObject({ ...firstClaims() });
  await expect(verify(compact.replace('.', '.A'), jwks)).rejects.toThrow();
});

it('the snippet verifies a bundle with jose and hashes alone, and refuses one with a month dropped, moved or signed again', async () => {
  const { verifyBundle } = await snippet(1);
  const jwks = { keys };
  expect(await verifyBundle(goodBundle, jwks)).toMatchObject({ seq: 6, iat: AS_OF / 1000 });
  const caught = tamperings().filter(
    ({ keys: whose, failures }) =>
      whose === undefined && failures.some(({ step }) => ['signature', 'chain', 'end', 'inclusion'].includes(step)),
  );
  expect(caught.length).toBeGreaterThan(30);
  const passed: string[] = [];
  for (const { name, patch } of caught)
    await verifyBundle(applyPatch(goodBundle, patch), jwks).then(
      () => passed.push(name),
      () => undefined,
    );
  // What a library passes over that has no need to look at it.
  expect(passed).toEqual([
    'a head from before the last statement',
    'a head that the key of the statements signed',
    'a head with a certificate in its header',
    'a head with an address of keys in its header',
  ]);
});

it('every member of a bundle is in the table', () => {
  for (const name of Object.keys(goodBundle as object)) expect(readme).toMatch(new RegExp(`^\\| \`${name}\` `, 'm'));
});

it('every claim of a statement, and every one that can be withheld, is in the tables', () => {
  const catchingUp = ['catchUpMetres', 'catchUpFrom', 'omitted', 'replaces', 'reason'];
  for (const name of [...Object.keys(firstClaims()), ...DISCLOSABLE, ...catchingUp])
    expect(readme).toContain(`\`${name}\``);
  expect(readme).toContain(STATEMENT_TYP);
  expect(readme).toContain(STATEMENT_VCT);
  expect(readme).toContain(CHAIN_HEAD_TYP);
});
