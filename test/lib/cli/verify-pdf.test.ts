// `odoseal verify` of a PDF: its seal, and the bundle in it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PDFDocument from 'pdfkit';
import { afterAll, describe, expect, it } from 'vitest';
import { verifyBundles } from '../../../lib/cli/verify-files.ts';
import { makeBundle } from '../../../lib/proof/bundle.ts';
import { bundlesJson, bundlesText } from '../../../lib/verification/bundle-text.ts';
import { type BundleOptions, bundlesExit } from '../../../lib/verification/check-bundles.ts';
import { bundleOf, givenTrust, keys, ownTrust } from '../proof/bundle-fixture.ts';
import { tamperings } from '../proof/bundle-tampering.ts';
import { applyPatch } from '../proof/json-patch.ts';
import { makeSealKey, pdfWith, sealWith } from '../proof/sealed-pdf.ts';
import { CHAIN, goodBundle } from '../proof/tampering.ts';

const folder = mkdtempSync(join(tmpdir(), 'odoseal-pdf-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const ours = makeSealKey();
const published: BundleOptions = { ...givenTrust, keys: [...keys, ours.jwk] };
const own: BundleOptions = { ...ownTrust };
const bundle = bundleOf(CHAIN);
const complete = makeBundle({ ...bundle, jwks: { keys: [...bundle.jwks.keys, ours.jwk] } });
const pdf = Buffer.from(await pdfWith(complete));
const sealed = await sealWith(ours, pdf);

/** Some page with a bundle attached, sealed by us: as if we told two stories. */
async function sealedOver(text: string): Promise<Uint8Array> {
  const doc = new PDFDocument();
  doc.file(Buffer.from(text), { name: 'bundle.json', type: 'application/json' });
  doc.end();
  const parts: Buffer[] = [];
  for await (const part of doc) parts.push(part as Buffer);
  return sealWith(ours, Buffer.concat(parts));
}

async function check(bytes: Uint8Array, options: BundleOptions = published) {
  const file = join(folder, 'report.pdf');
  writeFileSync(file, bytes);
  const found = await verifyBundles([file], options);
  const [first] = found;
  if (first === undefined || 'problem' in first.result) throw new Error('not checked');
  return {
    exit: bundlesExit(found),
    text: bundlesText(found),
    failures: first.result.failures,
    json: bundlesJson(found),
  };
}

describe('a PDF', () => {
  it('that is as it was sealed holds with everything in its bundle, exit status 0', async () => {
    const { exit, text, failures, json } = await check(sealed);
    expect({ exit, failures }).toEqual({ exit: 0, failures: [] });
    expect(text).toContain(
      `  ok  the seal of the PDF covers every byte, and holds (${ours.kid})\n  ok  format: one bundle`,
    );
    expect(text).toContain('complete to number 6 as of');
    expect(JSON.parse(json)).toMatchObject({ verified: true, bundles: [{ verified: true, seal: { kid: ours.kid } }] });
  });

  it('is checked with the keys in its bundle when none are given, and that is said', async () => {
    const { exit, text } = await check(sealed, own);
    expect(exit).toBe(0);
    expect(text).toContain('keys: from the bundle itself');
  });

  it('with another digit on a page is refused by name, exit status 1, and its bundle holds all the same', async () => {
    // What is drawn stands behind the attachment, deflated: any other bit of it is another page.
    const at = Buffer.from(sealed).lastIndexOf('stream\n', sealed.length / 2) + 20;
    const other = Uint8Array.from(sealed);
    other[at] = (other[at] ?? 0) ^ 1;
    const { exit, text, failures, json } = await check(other);
    expect({ exit, failures }).toEqual({ exit: 1, failures: [{ step: 'seal', reason: 'changed' }] });
    expect(text).toContain('  no  the PDF was changed after it was sealed [seal: changed]');
    expect(JSON.parse(json)).toMatchObject({ verified: false, bundles: [{ seal: null }] });
  });

  it.each<[string, (pdf: Buffer) => Uint8Array, string]>([
    ['something added', (pdf) => Buffer.concat([pdf, Buffer.from('%')]), 'not_over_every_byte'],
    [
      'its seal taken out',
      (pdf) => Buffer.from(pdf.toString('latin1').replace('/ByteRange', '/ByteRangf'), 'latin1'),
      'not_sealed',
    ],
  ])('with %s is refused', async (_, change, reason) => {
    const { exit, failures } = await check(change(Buffer.from(sealed)));
    expect({ exit, failures }).toEqual({ exit: 1, failures: [{ step: 'seal', reason }] });
  });

  it('whose seal is of a key that was not given is refused', async () => {
    const { exit, failures } = await check(sealed, { ...published, keys });
    expect({ exit, failures }).toEqual({ exit: 1, failures: [{ step: 'seal', reason: 'unknown_key' }] });
  });

  it.each(
    tamperings()
      .filter(({ keys: origin }) => origin !== 'bundle')
      .map((one) => [one.name, one] as const),
  )('sealed by us over a bundle with %s is refused by the same names', async (_, { patch, failures }) => {
    const found = await check(await sealedOver(JSON.stringify(applyPatch(goodBundle, patch))));
    expect(found.failures).toEqual(failures);
    expect(found.exit).toBe(1);
  });

  it.each<[string, (pdf: string) => string, string, string]>([
    ['no attachment', (text) => text.replace('/Type /EmbeddedFile', '/Type /EmbeddedFill'), 'changed', 'no_bundle'],
    ['two attachments', (text) => `${text}/Type /EmbeddedFile`, 'not_over_every_byte', 'two_bundles'],
    [
      'an attachment that cannot be read',
      (text) => text.replace(/(\/Type \/EmbeddedFile[\s\S]*?\/)Length/, '$1Lengtj'),
      'changed',
      'bundle_unreadable',
    ],
  ])('with %s is refused without a stack trace, exit status 1', async (_, change, seal, format) => {
    const other = Buffer.from(change(Buffer.from(sealed).toString('latin1')), 'latin1');
    const { exit, failures } = await check(other);
    const reasons = [
      { step: 'seal', reason: seal },
      { step: 'format', reason: format },
    ];
    expect({ exit, failures }).toEqual({ exit: 1, failures: reasons });
  });

  it('with something else attached is refused', async () => {
    const { failures } = await check(await sealedOver('{}'));
    expect(failures).toEqual([{ step: 'format', reason: 'not_a_bundle' }]);
  });
});
