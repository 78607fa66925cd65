import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflate, makeVerifyEs256, sha256 } from '../../../lib/cli/node-primitives.ts';
import { bundleInPdf, isPdf } from '../../../lib/proof/pdf-bundle.ts';
import { verifySeal } from '../../../lib/proof/pdf-seal.ts';
import { makeSealKey, pdfWith, sealWith } from './sealed-pdf.ts';

const crypto = { sha256, verifyEs256: makeVerifyEs256() };

const ours = makeSealKey();
const trust = { keys: [ours.jwk], crypto };
const BUNDLE = '{"format":"odoseal-bundle","of":"Citroën"}';
const pdf = await pdfWith(BUNDLE);
const sealed = await sealWith(ours, pdf);

/** The seal in its hole, as bytes. */
const text = Buffer.from(sealed).toString('latin1');
const [, length = 0, second = 0] = (/\/ByteRange \[([\d ]+)\]/.exec(text)?.[1] ?? '').split(/\s+/).map(Number);
const cms = Buffer.from(text.slice(length + 1, second - 1), 'hex');

const withCms = (change: (bytes: Buffer) => Buffer): Uint8Array => {
  const hex = change(Buffer.from(cms)).toString('hex').toUpperCase();
  return Buffer.from(`${text.slice(0, length + 1)}${hex}${text.slice(second - 1)}`, 'latin1');
};
const replaced = (from: string, to: string): Uint8Array => Buffer.from(text.replace(from, to), 'latin1');

describe('the seal of a PDF', () => {
  it('holds over every byte, by the key that is published for it', () => {
    expect(verifySeal(sealed, trust)).toEqual({ ok: true, kid: ours.kid });
  });

  it('is broken by any other value of any byte of the file', () => {
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const other = Uint8Array.from(sealed);
        other[at] = (other[at] ?? 0) ^ change;
        const found = verifySeal(other, trust);
        // Between the brackets a digit may be written small, and says the same.
        const inHole = at > length && at < second - 1;
        const same =
          inHole &&
          Buffer.from(other).toString('latin1').slice(length, second).toUpperCase() === text.slice(length, second);
        expect(found.ok).toBe(same);
        if (!inHole && at !== length && at !== second - 1 && !/ByteRange/.test(text.slice(at - 60, at + 60)))
          expect(found).toEqual({ ok: false, reason: 'changed' });
      }),
      { numRuns: 300 },
    );
  });

  it('is broken by any other value of any byte of it: nothing in it is without meaning', () => {
    const end = cms.findLastIndex((byte) => byte !== 0);
    for (let at = 0; at <= end; at += 1) {
      for (const change of [0x01, 0x80]) {
        const changed = withCms((bytes) => {
          bytes[at] = (bytes[at] ?? 0) ^ change;
          return bytes;
        });
        expect([at, change, verifySeal(changed, trust).ok]).toEqual([at, change, false]);
      }
    }
  });

  it.each<[string, Uint8Array, string]>([
    ['no seal', pdf, 'not_sealed'],
    ['nothing', new Uint8Array(), 'not_sealed'],
    ['a byte after the end', Buffer.concat([sealed, Buffer.from('\n')]), 'not_over_every_byte'],
    [
      'an update after the seal',
      Buffer.concat([sealed, Buffer.from('1 0 obj\n<< /Type /Page >>\nendobj\n')]),
      'not_over_every_byte',
    ],
    ['two seals', Buffer.concat([sealed, Buffer.from('/ByteRange [0 1 2 3]')]), 'not_sealed'],
    [
      'a ByteRange that cannot be read beside the one that can',
      Buffer.concat([sealed, Buffer.from('/ByteRange [a]')]),
      'not_sealed',
    ],
    ['a range that does not begin at 0', replaced('/ByteRange [0 ', '/ByteRange [1 '), 'not_over_every_byte'],
    [
      'no brackets around the hole',
      Buffer.from(`${text.slice(0, length)} ${text.slice(length + 1)}`, 'latin1'),
      'not_over_every_byte',
    ],
    [
      'a hole with other than digits',
      Buffer.from(`${text.slice(0, second - 3)}zz${text.slice(second - 1)}`, 'latin1'),
      'seal_malformed',
    ],
    [
      'something after the CMS',
      withCms((bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([1])])),
      'seal_malformed',
    ],
    ['an empty CMS', withCms((bytes) => bytes.fill(0)), 'seal_malformed'],
    ['a cut CMS', withCms((bytes) => bytes.fill(0, 100)), 'seal_malformed'],
    ['a digit on a page', replaced('endobj', 'endobk'), 'changed'],
  ])('is refused with %s', (_, bytes, reason) => {
    expect(verifySeal(bytes, trust)).toEqual({ ok: false, reason });
  });

  it.each<[string, string, string]>([
    [
      'a hole of 32 MB',
      `${'%PDF-1.7 /ByteRange [0 100 32000102 1]'.padEnd(100)}<${'0'.repeat(32_000_000)}>!`,
      'seal_malformed',
    ],
    ['a range without an end', `%PDF-1.7 /ByteRange [${' '.repeat(32_000_000)}`, 'not_sealed'],
    ['a million ranges', `%PDF-1.7 ${'/ByteRange [0 1 2 3]'.repeat(1_000_000)}`, 'not_sealed'],
  ])('is refused with %s, without a fault', (_, huge, reason) => {
    expect(verifySeal(Buffer.from(huge), trust)).toEqual({ ok: false, reason });
  });

  it('is refused of anybody else’s key, however well it is sealed', async () => {
    const theirs = makeSealKey();
    const other = await sealWith(theirs, pdf);
    expect(verifySeal(other, trust)).toEqual({ ok: false, reason: 'unknown_key' });
    expect(verifySeal(other, { ...trust, keys: [theirs.jwk] })).toEqual({ ok: true, kid: theirs.kid });
    // Under our name: the thumbprint says whose it is.
    expect(verifySeal(other, { ...trust, keys: [{ ...theirs.jwk, kid: ours.kid }] })).toEqual({
      ok: false,
      reason: 'unknown_key',
    });
  });

  it('is refused of a key that is published for something else', () => {
    for (const purpose of ['statement', 'status-list', undefined]) {
      const { purpose: _, ...rest } = ours.jwk;
      const keys = [purpose === undefined ? rest : { ...rest, purpose }];
      expect(verifySeal(sealed, { ...trust, keys })).toEqual({ ok: false, reason: 'unsuitable_key' });
    }
  });

  it('is refused once its key has leaked, whenever it says that it was made; one that signs no longer still counts', () => {
    const added = { event: 'added', at: 1_767_225_600 };
    const retired = { event: 'retired', at: 1_798_761_600 };
    const leaked = { event: 'compromised', at: 1_800_000_000, since: 1_799_000_000, logSize: 9 };
    const told = (events: readonly object[]) => verifySeal(sealed, { ...trust, keys: [{ ...ours.jwk, events }] });
    expect(told([added, retired])).toEqual({ ok: true, kid: ours.kid });
    expect(told([added, leaked])).toEqual({ ok: false, reason: 'key_compromised' });
  });

  it('reads whatever it is given without a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const hex = Buffer.from(bytes).toString('hex');
        const head = '%PDF-1.7 /ByteRange [0 100 ';
        const before = head.length + 30;
        const from = before + hex.length + 2;
        const shown = `%PDF-1.7 /ByteRange [0 ${before} ${from} 1]`.padEnd(before);
        const found = verifySeal(Buffer.from(`${shown}<${hex}>!`, 'latin1'), trust);
        expect(found).toEqual({ ok: false, reason: 'seal_malformed' });
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        expect(verifySeal(bytes, trust)).toEqual({ ok: false, reason: 'not_sealed' });
      }),
    );
  });
});

describe('the bundle in a PDF', () => {
  it('is what was attached, before and after sealing', () => {
    expect(bundleInPdf(pdf, inflate)).toEqual({ ok: true, text: BUNDLE });
    expect(bundleInPdf(sealed, inflate)).toEqual({ ok: true, text: BUNDLE });
  });

  it.each<[string, Uint8Array, string]>([
    ['none', replaced('/EmbeddedFile\n', '/EmbeddedFill\n'), 'no_bundle'],
    ['two', Buffer.concat([sealed, Buffer.from('/Type /EmbeddedFile')]), 'two_bundles'],
    [
      'one of another length',
      replaced(
        /\/Length \d+\n\/Filter \/FlateDecode\n>>\nstream/.exec(text.slice(text.indexOf('/EmbeddedFile')))?.[0] ?? '',
        '/Length 3\n/Filter /FlateDecode\n>>\nstream',
      ),
      'bundle_unreadable',
    ],
    [
      'one that is not deflated',
      replaced(
        text.slice(text.indexOf('/Type /EmbeddedFile')).split('stream')[0] ?? '',
        '/Type /EmbeddedFile\n/Length 3\n>>\n',
      ),
      'bundle_unreadable',
    ],
    ['one without a stream', Buffer.from('%PDF-1.7\n/Type /EmbeddedFile >>'), 'bundle_unreadable'],
  ])('is refused when there is %s', (_, bytes, reason) => {
    expect(bundleInPdf(bytes, inflate)).toEqual({ ok: false, reason });
  });

  it('is looked for in what says that it is a PDF', () => {
    expect(isPdf(sealed)).toBe(true);
    expect(isPdf(Buffer.from('{"format":'))).toBe(false);
    expect(isPdf(new Uint8Array())).toBe(false);
  });
});
