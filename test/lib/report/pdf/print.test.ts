// Printing: the certificate is the key's own, or the one that is configured; none of another key, and none that is over.
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { fromBER } from 'asn1js';
import { ContentInfo, SignedData } from 'pkijs';
import { describe, expect, it } from 'vitest';
import type { PublicJwk } from '../../../../lib/aws/signer.ts';
import { makeVerifyEs256, sha256 } from '../../../../lib/cli/node-primitives.ts';
import { verifySeal } from '../../../../lib/proof/pdf-seal.ts';
import { CertificateError } from '../../../../lib/report/certificates.ts';
import { makePrint, type Printing } from '../../../../lib/report/pdf/print.ts';
import { makeSealKey } from '../../proof/sealed-pdf.ts';
import { issue, makeParty } from '../authority.ts';
import { reportIn } from './report-fixture.ts';

const ours = makeSealKey();
const MADE = Date.parse('2026-01-01T00:00:00.000Z');
const own: Printing = {
  issuer: 'https://odoseal.example',
  random: randomBytes,
  signer: { publicJwk: () => Promise.resolve(ours.jwk as PublicJwk), sign: ours.signEs256 },
  keyMadeAt: () => Promise.resolve(MADE),
};

const root = makeParty('Root');
const middle = makeParty('Middle');
/** The sealing key, under the name that an authority knows us by. */
const sealing = { name: 'Odoseal Seals', publicKey: ours.publicKey };
const chain = issue(sealing, middle) + issue(middle, root);

const seals = (pdf: Uint8Array) =>
  verifySeal(pdf, { keys: [ours.jwk], crypto: { sha256, verifyEs256: makeVerifyEs256() } });

/** Those in the seal, as it has them. */
function certificatesIn(pdf: Uint8Array): readonly X509Certificate[] {
  const text = Buffer.from(pdf).toString('latin1');
  const [, length = 0, second = 0] = (/\/ByteRange \[([\d ]+)\]/.exec(text)?.[1] ?? '').split(' ').map(Number);
  const cms = fromBER(Uint8Array.from(Buffer.from(text.slice(length + 1, second - 1), 'hex')).buffer);
  const signed = new SignedData({ schema: new ContentInfo({ schema: cms.result }).content });
  return (signed.certificates ?? []).map(
    (one) => new X509Certificate(new Uint8Array('toSchema' in one ? one.toSchema().toBER() : new ArrayBuffer())),
  );
}

describe('a printed report', () => {
  it('is sealed with a certificate that the key issued to itself, in force since the key was made and without an end', async () => {
    const pdf = await makePrint(own)(reportIn('en'));
    expect(seals(pdf)).toEqual({ ok: true, kid: ours.kid });
    const [certificate, ...others] = certificatesIn(pdf);
    expect(others).toEqual([]);
    expect([certificate?.subject, certificate?.issuer]).toEqual(Array(2).fill('CN=https://odoseal.example'));
    expect(certificate?.verify(ours.publicKey)).toBe(true);
    expect([certificate?.validFromDate, certificate?.validToDate].map((date) => date?.toISOString())).toEqual([
      '2026-01-01T00:00:00.000Z',
      '9999-12-31T23:59:59.000Z',
    ]);
    const digest = createHash('sha256').update(ours.spki).digest('hex').slice(0, 32).toUpperCase();
    expect(certificate?.serialNumber).toBe(`01${digest}`);
  });

  it('is sealed with the certificate that is configured, and has those that vouch for it', async () => {
    const pdf = await makePrint({ ...own, certificates: chain })(reportIn('en'));
    expect(seals(pdf)).toEqual({ ok: true, kid: ours.kid });
    expect(certificatesIn(pdf).map(({ subject, issuer }) => [subject, issuer])).toEqual([
      ['CN=Odoseal Seals', 'CN=Middle'],
      ['CN=Middle', 'CN=Root'],
    ]);
  });

  it.each([
    ['of another key', issue(makeParty('Odoseal Seals'), middle), 'of another key than the one that seals'],
    ['that is over', issue(sealing, middle, '2026-05-02T11:59:59.000Z'), 'is not in force any more'],
  ])('is not sealed with a certificate %s', async (_, certificates, message) => {
    const print = makePrint({ ...own, certificates });
    await expect(print(reportIn('en'))).rejects.toThrow(CertificateError);
    await expect(print(reportIn('en'))).rejects.toThrow(message);
  });

  it('is sealed until the second in which its certificate ends', async () => {
    const certificates = issue(sealing, middle, '2026-05-02T12:00:00.000Z');
    expect(seals(await makePrint({ ...own, certificates })(reportIn('en')))).toMatchObject({ ok: true });
  });
});
