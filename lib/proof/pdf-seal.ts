// The seal of a PDF: CMS SignedData (RFC 5652) over every byte of the file but its own (ISO 32000-1 §12.8.1, ETSI EN 319 142-1), signed
// with ES256 by a published key. The file is not understood for that: whatever it shows, not one byte of it has changed. Certificates
// are not believed: the key in one has to be among the published ones.
import { encodeBase64url } from './base64url.ts';
import { characters, joinBytes, sameBytes } from './bytes.ts';
import { attribute, CONTENT_TYPE, MESSAGE_DIGEST, SIGNED_DATA, SIGNING_CERTIFICATE_V2 } from './cms.ts';
import { BIT_STRING, context, type Der, is, isOid, OCTET_STRING, partsIn, readDer, SEQUENCE, SET } from './der.ts';
import { derToRs } from './es256.ts';
import type { WindowRefusal } from './key-history.ts';
import { findKey, type Jwk, type KeyRefusal } from './key-set.ts';
import type { P256PublicKey, Sha256, VerifyEs256 } from './primitives.ts';
import { thumbprint } from './thumbprint.ts';

/** `purpose` of the published key that seals PDFs. */
export const PDF_SEAL_PURPOSE = 'pdf-seal';

const DATA = '2a864886f70d010701';
/** `data`, without any: the content is the file. */
const DETACHED = '300b06092a864886f70d010701';
const VERSION_1 = '020101';
const SHA_256 = '300b0609608648016503040201';
const ECDSA_WITH_SHA_256 = '300a06082a8648ce3d040302';
/** SubjectPublicKeyInfo of a P-256 key (RFC 5480 §2) up to the point, which is not compressed. */
const P256_ALGORITHM = '301306072a8648ce3d020106082a8648ce3d030107';

export type SealRefusal =
  | KeyRefusal
  | Extract<WindowRefusal, 'key_compromised'>
  /** There is no seal, or there are two. */
  | 'not_sealed'
  /** It is over less than the whole file. */
  | 'not_over_every_byte'
  | 'seal_malformed'
  /** The file is not what was sealed. */
  | 'changed'
  | 'bad_signature';

export type SealCheck =
  | { readonly ok: true; readonly kid: string }
  | { readonly ok: false; readonly reason: SealRefusal };

export interface SealTrust {
  readonly keys: readonly Jwk[];
  readonly crypto: { readonly sha256: Sha256; readonly verifyEs256: VerifyEs256 };
}

interface Place {
  /** What is sealed: all but the hole between them. */
  readonly covered: Uint8Array;
  /** In the hole: hexadecimal digits between angle brackets. */
  readonly cms: Uint8Array;
}

const refuse = (reason: SealRefusal): SealCheck => ({ ok: false, reason });

function bytesOf(hex: string): Uint8Array | undefined {
  if (hex.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(hex)) return undefined;
  return Uint8Array.from({ length: hex.length / 2 }, (_, n) => Number.parseInt(hex.slice(2 * n, 2 * n + 2), 16));
}

const RANGE = /\/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]/g;

/** @param text the file, a character for each byte */
function placeOf(pdf: Uint8Array, text: string): Place | SealRefusal {
  // A second one would be a second story about what is sealed.
  const ranges = [...text.matchAll(RANGE)];
  const [range] = ranges;
  if (range === undefined || ranges.length > 1 || text.split('/ByteRange').length !== 2) return 'not_sealed';
  const [from = 0, length = 0, second = 0, rest = 0] = range.slice(1).map(Number);
  const closes = from === 0 && length < second && second + rest === pdf.length;
  if (!closes || text[length] !== '<' || text[second - 1] !== '>') return 'not_over_every_byte';
  const cms = bytesOf(text.slice(length + 1, second - 1));
  if (cms === undefined) return 'seal_malformed';
  const covered = new Uint8Array(length + rest);
  covered.set(pdf.subarray(0, length));
  covered.set(pdf.subarray(second), length);
  return { covered, cms };
}

interface Certificate {
  readonly key: P256PublicKey;
  readonly whole: Uint8Array;
  /** IssuerAndSerialNumber (RFC 5652 §10.2.4), as what names it has to say. */
  readonly name: Uint8Array;
}

/** Of a certificate (RFC 5280 §4.1) no more than its key and its name; undefined unless the key is one of P-256. */
function readCertificate(certificate: Der | undefined): Certificate | undefined {
  const fields = partsIn(partsIn(certificate, SEQUENCE)?.[0], SEQUENCE) ?? [];
  const [version, serial, , issuer, , , publicKey] = fields;
  const [algorithm, point] = partsIn(publicKey, SEQUENCE) ?? [];
  const uncompressed =
    point?.tag === BIT_STRING && point.content.length === 66 && point.content[0] === 0 && point.content[1] === 4;
  if (version?.tag !== context(0) || !is(algorithm, P256_ALGORITHM) || !uncompressed) return undefined;
  if (certificate === undefined || issuer === undefined || serial === undefined) return undefined;
  return {
    key: { x: encodeBase64url(point.content.subarray(2, 34)), y: encodeBase64url(point.content.subarray(34)) },
    whole: certificate.whole,
    name: joinBytes(issuer.whole, serial.whole),
  };
}

interface Signer {
  readonly certificate: Certificate;
  /** SignedAttributes as they are signed: as a SET (RFC 5652 §5.4). */
  readonly attributes: Uint8Array;
  readonly digest: Uint8Array;
  /** r‖s. */
  readonly signature: Uint8Array;
}

/** The hash of the certificate that is meant, SHA-256 unless another one is named (RFC 5035 §4). */
function certificateHash(attributes: readonly Der[]): Uint8Array | undefined {
  const ids = partsIn(attribute(attributes, SIGNING_CERTIFICATE_V2), SEQUENCE)?.[0];
  const [hash] = partsIn(partsIn(ids, SEQUENCE)?.[0], SEQUENCE) ?? [];
  return hash?.tag === OCTET_STRING ? hash.content : undefined;
}

function signatureOf(der: Der | undefined): Uint8Array | undefined {
  try {
    return der?.tag === OCTET_STRING ? derToRs(der.content) : undefined;
  } catch {
    return undefined;
  }
}

/** SignerInfo (RFC 5652 §5.3): version, sid, digestAlgorithm, signedAttrs [0], signatureAlgorithm, signature, unsignedAttrs [1]. */
function readSigner(info: Der | undefined, certificate: Certificate | undefined, sha256: Sha256): Signer | undefined {
  const [version, name, digestAlgorithm, signed, signatureAlgorithm, value, unsigned, ...more] =
    partsIn(info, SEQUENCE) ?? [];
  const attributes = partsIn(signed, context(0)) ?? [];
  const digest = attribute(attributes, MESSAGE_DIGEST);
  const signature = signatureOf(value);
  const suits =
    is(version, VERSION_1) &&
    is(digestAlgorithm, SHA_256) &&
    is(signatureAlgorithm, ECDSA_WITH_SHA_256) &&
    isOid(attribute(attributes, CONTENT_TYPE), DATA) &&
    (unsigned === undefined || unsigned.tag === context(1)) &&
    more.length === 0;
  if (!suits || certificate === undefined || digest?.tag !== OCTET_STRING || !signature || !signed) return undefined;
  const isMeant =
    name?.tag === SEQUENCE &&
    sameBytes(name.content, certificate.name) &&
    sameBytes(certificateHash(attributes) ?? new Uint8Array(), sha256(certificate.whole));
  const asSet = Uint8Array.from([SET, ...signed.whole.subarray(1)]);
  return isMeant ? { certificate, attributes: asSet, digest: digest.content, signature } : undefined;
}

/** ContentInfo with SignedData of one signer, whose content stands elsewhere (RFC 5652 §3, §5.1). After it nothing but zeros. */
function readCms(cms: Uint8Array, sha256: Sha256): Signer | undefined {
  const info = readDer(cms);
  if (info === undefined || cms.subarray(info.whole.length).some((byte) => byte !== 0)) return undefined;
  const [type, content, ...besides] = partsIn(info, SEQUENCE) ?? [];
  const [signedData, ...beside] = partsIn(content, context(0)) ?? [];
  if (!isOid(type, SIGNED_DATA) || besides.length > 0 || beside.length > 0) return undefined;
  const [version, algorithms, encapsulated, certificates, signers, ...more] = partsIn(signedData, SEQUENCE) ?? [];
  const suits =
    is(version, VERSION_1) && is(algorithms, `310d${SHA_256}`) && is(encapsulated, DETACHED) && more.length === 0;
  const infos = partsIn(signers, SET) ?? [];
  if (!suits || infos.length !== 1) return undefined;
  return readSigner(infos[0], readCertificate(partsIn(certificates, context(0))?.[0]), sha256);
}

/**
 * Checks the seal of a whole file; never throws.
 * @returns the thumbprint of the key that sealed it
 */
export function verifySeal(pdf: Uint8Array, { keys, crypto }: SealTrust): SealCheck {
  const { sha256, verifyEs256 } = crypto;
  const place = placeOf(pdf, characters(pdf));
  if (typeof place === 'string') return refuse(place);
  const signer = readCms(place.cms, sha256);
  if (signer === undefined) return refuse('seal_malformed');
  const kid = thumbprint(signer.certificate.key, sha256);
  const found = findKey(keys, kid, PDF_SEAL_PURPOSE, sha256);
  if (!found.ok) return refuse(found.reason);
  // No seal is in the log, and the time in one is the sealer's word: once the key has leaked, none of them says anything.
  if (found.history.compromised !== undefined) return refuse('key_compromised');
  if (!sameBytes(signer.digest, sha256(place.covered))) return refuse('changed');
  return verifyEs256(found.key, signer.signature, signer.attributes) ? { ok: true, kid } : refuse('bad_signature');
}
