// Certificates as an authority issues them, under keys that are made for this run.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { BitString, fromBER, Integer, Utf8String } from 'asn1js';
import { AlgorithmIdentifier, AttributeTypeAndValue, Certificate, PublicKeyInfo } from 'pkijs';
import { rsToDer } from '../../../lib/proof/es256.ts';

export interface Party {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const makeParty = (name: string): Party => ({ name, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) });

const named = (value: string) => new AttributeTypeAndValue({ type: '2.5.4.3', value: new Utf8String({ value }) });

const bufferOf = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

export const pemOf = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

/** @param until instant @returns PEM */
export function issue(
  subject: Pick<Party, 'name' | 'publicKey'>,
  issuer: Pick<Party, 'name' | 'privateKey'>,
  until = '2030-01-01T00:00:00.000Z',
): string {
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ value: 7 });
  certificate.issuer.typesAndValues.push(named(issuer.name));
  certificate.subject.typesAndValues.push(named(subject.name));
  certificate.notBefore.value = new Date('2025-01-01T00:00:00.000Z');
  certificate.notAfter.value = new Date(until);
  const spki = subject.publicKey.export({ type: 'spki', format: 'der' });
  certificate.subjectPublicKeyInfo = new PublicKeyInfo({ schema: fromBER(bufferOf(spki)).result });
  const algorithm = new AlgorithmIdentifier({ algorithmId: '1.2.840.10045.4.3.2' });
  certificate.signature = algorithm;
  certificate.signatureAlgorithm = algorithm;
  const signed = new Uint8Array(certificate.encodeTBS().toBER());
  certificate.tbsView = signed;
  const rs = sign('sha256', signed, { key: issuer.privateKey, dsaEncoding: 'ieee-p1363' });
  certificate.signatureValue = new BitString({ valueHex: bufferOf(rsToDer(rs)) });
  return pemOf(new Uint8Array(certificate.toSchema(true).toBER()));
}
