// The report of the contract that the bundle's fixture is of, sealed by a key that is published for it. The key is made for this run, and
// signs nothing but tests.
import { generateKeyPairSync, sign } from 'node:crypto';
import { sha256 } from '../../../lib/cli/node-primitives.ts';
import { PDF_SEAL_PURPOSE } from '../../../lib/proof/pdf-seal.ts';
import { thumbprint } from '../../../lib/proof/thumbprint.ts';
import { selfIssuedCertificate } from '../../../lib/report/pdf/certificate.ts';
import { makePdf } from '../../../lib/report/pdf/pdf.ts';
import { sealPdf } from '../../../lib/report/pdf/seal.ts';
import { reportIn } from '../report/pdf/report-fixture.ts';
import { CHAIN } from './tampering.ts';

export function makeSealKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const kid = thumbprint({ x, y }, sha256);
  const jwk = { kty: 'EC', crv: 'P-256', x, y, kid, use: 'sig', alg: 'ES256', purpose: PDF_SEAL_PURPOSE };
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const signEs256 = (bytes: Uint8Array): Promise<Uint8Array> =>
    Promise.resolve(new Uint8Array(sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })));
  return { jwk, kid, spki, publicKey, signEs256 };
}

export type SealKey = ReturnType<typeof makeSealKey>;

export async function sealWith({ spki, signEs256 }: SealKey, pdf: Uint8Array): Promise<Uint8Array> {
  const terms = { name: 'https://odoseal.example', publicKey: spki, serial: new Uint8Array(16).fill(7) };
  const span = { from: '2026-01-01T00:00:00.000Z', to: '2036-01-01T00:00:00.000Z' };
  const certificate = await selfIssuedCertificate({ ...terms, ...span }, signEs256);
  return sealPdf(pdf, { certificate, sign: signEs256 }, '2026-07-02T00:00:00.000Z');
}

/** @param bundle the text that is attached */
export function pdfWith(bundle: string): Promise<Uint8Array> {
  const statements = CHAIN.map(({ claims }) => ({ claims, status: 'valid' as const }));
  return makePdf(reportIn('en', { statements, bundle: new TextEncoder().encode(bundle) }));
}
