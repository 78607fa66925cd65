// A request for a certificate over the sealing key (PKCS #10, RFC 2986), for an authority that readers of PDF files know. It is signed by
// the key that it is about, which proves that we have that; and it signs nothing else: a seal is over a SET, this is a SEQUENCE.
import {
  type BaseBlock,
  BitString,
  Constructed,
  Set as DerSet,
  fromBER,
  Integer,
  ObjectIdentifier,
  PrintableString,
  Sequence,
  Utf8String,
} from 'asn1js';
import { rsToDer } from '../../proof/es256.ts';
import type { CertificateSubject } from '../certificates.ts';

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
/** RFC 5280 Appendix A.1. */
const COUNTRY = '2.5.4.6';
const ORGANIZATION = '2.5.4.10';
const COMMON_NAME = '2.5.4.3';

const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

const sequence = (...value: readonly BaseBlock[]): Sequence => new Sequence({ value: [...value] });

/** A name of its own in the chain of names (RelativeDistinguishedName, RFC 5280 §4.1.2.4). */
const named = (type: string, text: PrintableString | Utf8String): DerSet =>
  new DerSet({ value: [sequence(new ObjectIdentifier({ value: type }), text)] });

const nameOf = ({ commonName, organization, country }: CertificateSubject): Sequence =>
  sequence(
    ...(country === undefined ? [] : [named(COUNTRY, new PrintableString({ value: country }))]),
    ...(organization === undefined ? [] : [named(ORGANIZATION, new Utf8String({ value: organization }))]),
    named(COMMON_NAME, new Utf8String({ value: commonName })),
  );

/**
 * @param publicKey SubjectPublicKeyInfo of a P-256 key, DER
 * @param sign signs the bytes it is given with ES256, r‖s
 * @returns PEM (RFC 7468 §7)
 */
export async function certificateRequest(
  subject: CertificateSubject,
  publicKey: Uint8Array,
  sign: (bytes: Uint8Array) => Promise<Uint8Array>,
): Promise<string> {
  const noAttributes = new Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: [] });
  const info = sequence(new Integer({ value: 0 }), nameOf(subject), fromBER(buffer(publicKey)).result, noAttributes);
  const signature = rsToDer(await sign(new Uint8Array(info.toBER())));
  const algorithm = sequence(new ObjectIdentifier({ value: ECDSA_WITH_SHA256 }));
  const request = sequence(info, algorithm, new BitString({ valueHex: buffer(signature) }));
  const lines =
    Buffer.from(request.toBER())
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE REQUEST-----', ...lines, '-----END CERTIFICATE REQUEST-----', ''].join('\n');
}
