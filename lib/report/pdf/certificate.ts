// A certificate for the seal where none is configured: issued by the key to itself (X.509, RFC 5280 §4.1). It names the issuer of the
// statements and vouches for nobody: whoever checks compares its key with the published ones.
import { BitString, fromBER, Integer, OctetString, Utf8String } from 'asn1js';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  Extension,
  PublicKeyInfo,
  Time,
  TimeType,
} from 'pkijs';
import { rsToDer } from '../../proof/es256.ts';

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
/** digitalSignature and nonRepudiation (RFC 5280 §4.2.1.3): bits 0 and 1. */
const SIGNS = new Uint8Array([0xc0]);

export interface SelfIssued {
  /** Who it names. */
  readonly name: string;
  /** SubjectPublicKeyInfo of a P-256 key, DER. */
  readonly publicKey: Uint8Array;
  /** 16 bytes that differ from key to key. */
  readonly serial: Uint8Array;
  /** Instants. */
  readonly from: string;
  readonly to: string;
}

const schemaOf = (der: Uint8Array) => fromBER(Uint8Array.from(der).buffer).result;

const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

const extension = (extnID: string, value: Uint8Array | ArrayBuffer): Extension =>
  new Extension({
    extnID,
    critical: true,
    extnValue: new OctetString({ valueHex: buffer(new Uint8Array(value)) }).valueBlock.valueHex,
  });

const named = (name: string): AttributeTypeAndValue =>
  new AttributeTypeAndValue({ type: COMMON_NAME, value: new Utf8String({ value: name }) });

/** UTCTime up to the year 2049, then GeneralizedTime (RFC 5280 §4.1.2.5). */
const timeOf = (instant: string): Time => {
  const value = new Date(instant);
  return new Time({ type: value.getUTCFullYear() < 2050 ? TimeType.UTCTime : TimeType.GeneralizedTime, value });
};

/** @param sign signs the bytes it is given with ES256, r‖s @returns DER */
export async function selfIssuedCertificate(
  { name, publicKey, serial, from, to }: SelfIssued,
  sign: (bytes: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const certificate = new Certificate();
  certificate.version = 2; // v3
  // Positive, as RFC 5280 §4.1.2.2 wants it.
  certificate.serialNumber = new Integer({ valueHex: buffer(Uint8Array.from([0x01, ...serial])) });
  certificate.issuer.typesAndValues.push(named(name));
  certificate.subject.typesAndValues.push(named(name));
  certificate.notBefore = timeOf(from);
  certificate.notAfter = timeOf(to);
  certificate.subjectPublicKeyInfo = new PublicKeyInfo({ schema: schemaOf(publicKey) });
  certificate.extensions = [
    extension(BASIC_CONSTRAINTS, new BasicConstraints().toSchema().toBER()),
    extension(KEY_USAGE, new BitString({ valueHex: buffer(SIGNS), unusedBits: 6 }).toBER()),
  ];
  const algorithm = new AlgorithmIdentifier({ algorithmId: ECDSA_WITH_SHA256 });
  certificate.signature = algorithm;
  certificate.signatureAlgorithm = algorithm;
  const signed = new Uint8Array(certificate.encodeTBS().toBER());
  // What is written is what was signed: kept as it is encoded here.
  certificate.tbsView = signed;
  certificate.signatureValue = new BitString({ valueHex: buffer(rsToDer(await sign(signed))) });
  return new Uint8Array(certificate.toSchema(true).toBER());
}
