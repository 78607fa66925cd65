import { createHash, generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { fromBER } from 'asn1js';
import { ContentInfo, SignedData } from 'pkijs';
import { describe, expect, it } from 'vitest';
import { selfIssuedCertificate } from '../../../../lib/report/pdf/certificate.ts';
import { makePdf } from '../../../../lib/report/pdf/pdf.ts';
import { type Sealer, sealPdf } from '../../../../lib/report/pdf/seal.ts';
import { readPdf } from './read-pdf.ts';
import { reportIn } from './report-fixture.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
const signEs256 = (bytes: Uint8Array): Promise<Uint8Array> =>
  Promise.resolve(new Uint8Array(sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })));

const terms = {
  name: 'https://odoseal.example',
  publicKey: spki,
  serial: new Uint8Array(16).fill(0xff),
  from: '2026-01-01T00:00:00.000Z',
  to: '2036-01-01T00:00:00.000Z',
};
const certificate = await selfIssuedCertificate(terms, signEs256);
const sealer: Sealer = { certificate, sign: signEs256 };
const SEALED_AT = '2026-05-02T12:00:00.000Z';
const pdf = await makePdf(reportIn('en'));
const sealed = await sealPdf(pdf, sealer, SEALED_AT);

/** What a validator of CMS finds (pkijs): the four numbers of ByteRange, and whether the seal holds for those bytes. */
async function check(bytes: Uint8Array): Promise<{ readonly range: readonly number[]; readonly holds: boolean }> {
  const text = Buffer.from(bytes).toString('latin1');
  const range = (/\/ByteRange \[([\d ]+)\]/.exec(text)?.[1] ?? '').trim().split(/\s+/).map(Number);
  const [from = 0, length = 0, second = 0, rest = 0] = range;
  const hex = text.slice(length + 1, second - 1);
  const contents = fromBER(Uint8Array.from(Buffer.from(hex, 'hex')).buffer);
  const cms = new SignedData({ schema: new ContentInfo({ schema: contents.result }).content });
  const covered = Buffer.concat([bytes.subarray(from, length), bytes.subarray(second, second + rest)]);
  const holds = await cms.verify({ signer: 0, data: Uint8Array.from(covered).buffer }).catch(() => false);
  return { range, holds };
}

describe('a self-issued certificate', () => {
  it('is X.509 v3 that names the issuer, of the key and signed by it', () => {
    const read = new X509Certificate(certificate);
    expect(read.verify(publicKey)).toBe(true);
    expect([read.subject, read.issuer]).toEqual(['CN=https://odoseal.example', 'CN=https://odoseal.example']);
    expect(read.serialNumber).toBe(`01${'FF'.repeat(16)}`);
    expect([read.validFromDate.toISOString(), read.validToDate.toISOString()]).toEqual([terms.from, terms.to]);
    expect(read.publicKey.export({ type: 'spki', format: 'der' })).toEqual(Buffer.from(spki));
    expect(read.ca).toBe(false);
  });
});

describe('a sealed report', () => {
  it('is the report as it was, and its seal after it', async () => {
    expect(sealed.subarray(0, pdf.length)).toEqual(pdf);
    const [before, after] = [await readPdf(pdf), await readPdf(sealed)];
    expect(after.pages).toEqual(before.pages);
    expect(after.attachments).toEqual(before.attachments);
    expect(after.info).toMatchObject({ IsSignaturesPresent: true });
  });

  it('is sealed over every byte but the seal itself', async () => {
    const { range, holds } = await check(sealed);
    const [from, length = 0, second = 0, rest = 0] = range;
    expect(holds).toBe(true);
    expect([from, second + rest]).toEqual([0, sealed.length]);
    expect(Buffer.from(sealed.subarray(length, second)).toString('latin1')).toMatch(/^<[0-9A-F]+>$/);
  });

  it('shows every change: one bit anywhere that is covered', async () => {
    const {
      range: [, length = 0, second = 0],
    } = await check(sealed);
    const places = [0, 1, 1_000, Math.floor(pdf.length / 2), pdf.length - 1, length - 1, second, sealed.length - 1];
    for (const place of places) {
      const changed = Uint8Array.from(sealed);
      changed[place] = (changed[place] ?? 0) ^ 1;
      expect([place, (await check(changed)).holds]).toEqual([place, false]);
    }
  });

  it('hashes what ByteRange says, and signs with ES256', async () => {
    const {
      range: [, length = 0, second = 0],
    } = await check(sealed);
    const covered = Buffer.concat([sealed.subarray(0, length), sealed.subarray(second)]);
    const seal = Buffer.from(Buffer.from(sealed.subarray(length + 1, second - 1)).toString('latin1'), 'hex');
    expect(seal.includes(createHash('sha256').update(covered).digest())).toBe(true);
    // ecdsa-with-SHA256, RFC 5758 §3.2.
    expect(seal.includes(Buffer.from('06082a8648ce3d040302', 'hex'))).toBe(true);
    expect(Buffer.from(sealed).toString('latin1')).toContain('/SubFilter /ETSI.CAdES.detached');
  });

  it('is not left without a seal when the key does not answer', async () => {
    const failing: Sealer = { certificate, sign: () => Promise.reject(new Error('no key')) };
    await expect(sealPdf(pdf, failing, SEALED_AT)).rejects.toThrow('no key');
  });
});
