// What an authority gets: who asks, for which key, signed by that key (RFC 2986 §4.2); as another reader takes it apart.
import { verify } from 'node:crypto';
import { fromBER } from 'asn1js';
import { CertificationRequest } from 'pkijs';
import { expect, it } from 'vitest';
import { certificateSubject } from '../../../../lib/report/certificates.ts';
import { certificateRequest } from '../../../../lib/report/pdf/certificate-request.ts';
import { makeSealKey } from '../../proof/sealed-pdf.ts';

const { spki, publicKey, signEs256 } = makeSealKey();

async function asked(subject: Parameters<typeof certificateRequest>[0]) {
  const pem = await certificateRequest(subject, spki, signEs256);
  const [, base64 = ''] =
    /^-----BEGIN CERTIFICATE REQUEST-----\n([\s\S]+)\n-----END CERTIFICATE REQUEST-----\n$/.exec(pem) ?? [];
  expect(base64.split('\n').every((line) => line.length <= 64)).toBe(true);
  const request = new CertificationRequest({
    schema: fromBER(Uint8Array.from(Buffer.from(base64, 'base64')).buffer).result,
  });
  const names = request.subject.typesAndValues.map(({ type, value }) => [type, value.valueBlock.value]);
  const signature = new Uint8Array(request.signatureValue.valueBlock.valueHexView);
  return { request, names, holds: verify('sha256', request.tbsView, publicKey, signature) };
}

it('a request names whom it is for, and is signed by the key that it is about', async () => {
  const { request, names, holds } = await asked({
    commonName: 'Sceaux Odoseal',
    organization: 'Odoseal',
    country: 'NL',
  });
  expect(names).toEqual([
    ['2.5.4.6', 'NL'],
    ['2.5.4.10', 'Odoseal'],
    ['2.5.4.3', 'Sceaux Odoseal'],
  ]);
  // Each in a SET of its own: authorities read several in one as one name with several parts.
  expect(Buffer.from(request.tbsView).toString('hex')).toContain('310b3009060355040613024e4c3110300e060355040a0c07');
  expect(Buffer.from(request.subjectPublicKeyInfo.toSchema().toBER())).toEqual(Buffer.from(spki));
  expect([request.version, request.signatureAlgorithm.algorithmId, holds]).toEqual([0, '1.2.840.10045.4.3.2', true]);
});

it('a request may have a name alone', async () => {
  const { names, holds } = await asked({ commonName: 'Odoseal' });
  expect([names, holds]).toEqual([[['2.5.4.3', 'Odoseal']], true]);
});

it.each([
  [{}],
  [{ commonName: '' }],
  [{ commonName: 'x'.repeat(65) }],
  [{ commonName: 'x', country: 'nl' }],
  [{ commonName: 'x', email: 'ops@odoseal.example' }],
])('nobody is named by %j', (subject) => {
  expect(certificateSubject.safeParse(subject).success).toBe(false);
});
