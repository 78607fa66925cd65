// What the demo says of its files is what another process says of them; and one that was altered has to be refused.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { alterPdf } from '../../infra/local/demo/alter-pdf.ts';
import { DemoFailure } from '../../infra/local/demo/demo-failure.ts';
import { checkFiles } from '../../infra/local/demo/verify.ts';
import { makePdf } from '../../lib/report/pdf/pdf.ts';
import { firstClaims, ISSUER, issue, jwk } from '../lib/proof/statement-fixture.ts';
import { readPdf } from '../lib/report/pdf/read-pdf.ts';
import { inForceAll, months, reportIn } from '../lib/report/pdf/report-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'odoseal-demo-check-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const jwks = join(folder, 'jwks.json');
writeFileSync(jwks, JSON.stringify({ issuer: ISSUER, keys: [jwk] }));

const claims = firstClaims();
const { compact } = issue(claims);
const options = { folder, signal: new AbortController().signal };

const written = (name: string, text: string) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return { file, compact: text, claims };
};

it('a file is verified when the process that checks it says so, and not otherwise', async () => {
  const files = [written('good.sdjwt', compact), written('cut.sdjwt', compact.slice(0, -2)), written('none.sdjwt', '')];
  const checked = await checkFiles(files, jwks, options);
  expect(checked.map(({ file, verified }) => [file.slice(folder.length + 1), verified])).toEqual([
    ['good.sdjwt', true],
    ['cut.sdjwt', false],
    ['none.sdjwt', false],
  ]);
});

it('the demo fails when what refuses an altered statement is not the check', async () => {
  await expect(checkFiles([written('good.sdjwt', compact)], join(folder, 'no-keys.json'), options)).rejects.toThrow(
    new DemoFailure('an altered statement was not refused'),
  );
});

it('the demo fails when there is nothing to alter', async () => {
  await expect(checkFiles([], jwks, options)).rejects.toThrow(new DemoFailure('no statement states a distance'));
});

it('a page without a figure is none that could be changed', async () => {
  const page = await makePdf(reportIn('en', { statements: inForceAll([months[1] ?? firstClaims()]) }));
  expect(() => alterPdf(page)).toThrow(new DemoFailure('no figure of a page could be changed'));
  expect(() => alterPdf(Buffer.from('%PDF-1.7'))).toThrow(new DemoFailure('no figure of a page could be changed'));
});

it.each(['en', 'nl', 'fr', 'de'] as const)(
  'a page shows one other digit, as pdf.js reads it (%s)',
  async (language) => {
    const page = await makePdf(reportIn(language));
    const { altered, shown, instead } = alterPdf(page);
    expect([altered.length, shown.slice(0, -1)]).toEqual([page.length, instead.slice(0, -1)]);
    const [before, after] = [await readPdf(page), await readPdf(altered)];
    const plain = (text = '') => text.replace(/\s+/g, ' ');
    expect(plain(after.pages[0])).toBe(plain(before.pages[0]).replace(plain(shown), plain(instead)));
    expect(after.attachments).toEqual(before.attachments);
  },
);
