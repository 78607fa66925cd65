// Timestamps (RFC 3161): asking for one, reading the answer, and checking a token: that it is of these bytes, that whoever signed it may
// sign timestamps, and that a root which the reader trusts leads to them. Strict DER, one signer, SHA-256 as the imprint; never throws.
import { joinBytes, sameBytes } from './bytes.ts';
import {
  type Certificate,
  isForTimestamps,
  leadsToRoot,
  nameOfSubject,
  readCertificate,
  signatureAlgorithm,
  timeOf,
} from './certificate.ts';
import { attribute, CONTENT_TYPE, MESSAGE_DIGEST, SIGNED_DATA, SIGNING_CERTIFICATE_V2 } from './cms.ts';
import { context, type Der, INTEGER, is, isOid, OCTET_STRING, oidOf, partsIn, readDer, SEQUENCE, SET } from './der.ts';
import type { Digest, HashName, VerifyX509, X509Algorithm } from './primitives.ts';

const TST_INFO = '2a864886f70d0109100104';
const SIGNING_CERTIFICATE = '2a864886f70d010910020c';
const RSA = '2a864886f70d010101';
const HASHES: Readonly<Record<string, X509Algorithm['hash']>> = {
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
};
const SHA_256 = Uint8Array.of(0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0);
const VERSION_1 = Uint8Array.of(INTEGER, 1, 1);
const CERTIFICATE_WANTED = Uint8Array.of(1, 1, 0xff);
const NONCE_BYTES = 8;

/** Longest answer that is looked at, in bytes: a token with its certificates has a few thousand. */
export const MAX_TIMESTAMP = 32_768;

/** Of fewer than 128 bytes. */
const wrap = (tag: number, ...content: readonly Uint8Array[]): Uint8Array => {
  const inside = joinBytes(...content);
  return joinBytes(Uint8Array.of(tag, inside.length), inside);
};

/** A positive INTEGER in its shortest form. */
function positive(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  return wrap(INTEGER, ((digits[0] ?? 0) & 0x80) === 0 ? digits : joinBytes(Uint8Array.of(0), digits));
}

export interface Asked {
  /** SHA-256 of what is to be stamped. */
  readonly imprint: Uint8Array;
  /** 8 random bytes: an answer to another question has others. */
  readonly nonce: Uint8Array;
}

/** TimeStampReq (§2.4.1), with the certificate wanted in the answer. */
export const timestampRequest = ({ imprint, nonce }: Asked): Uint8Array =>
  wrap(
    SEQUENCE,
    VERSION_1,
    wrap(SEQUENCE, SHA_256, wrap(OCTET_STRING, imprint)),
    positive(nonce.subarray(0, NONCE_BYTES)),
    CERTIFICATE_WANTED,
  );

interface Token {
  readonly imprint: Uint8Array;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly nonce: Uint8Array | undefined;
  readonly content: Uint8Array;
  readonly hash: X509Algorithm['hash'];
  readonly digest: Uint8Array;
  /** What is signed: the attributes, as a SET (RFC 5652 §5.4). */
  readonly attributes: Uint8Array;
  readonly algorithm: X509Algorithm;
  readonly signature: Uint8Array;
  /** ESSCertID (RFC 5035 §5): hash of the certificate that is meant. */
  readonly certificateHash: { readonly hash: HashName; readonly value: Uint8Array };
  readonly signer: { readonly issuer: Der; readonly serial: Der };
  readonly certificates: readonly Certificate[];
}

const hashOf = (der: Der | undefined): X509Algorithm['hash'] | undefined => {
  const oid = oidOf(partsIn(der, SEQUENCE)?.[0]) ?? '';
  return Object.hasOwn(HASHES, oid) ? HASHES[oid] : undefined;
};

/** TSTInfo (§2.4.2). */
function readInfo(content: Uint8Array): Pick<Token, 'imprint' | 'at' | 'nonce'> | undefined {
  const info = readDer(content);
  const [version, policy, messageImprint, serial, time, ...optional] = partsIn(info, SEQUENCE) ?? [];
  const [algorithm, imprint] = partsIn(messageImprint, SEQUENCE) ?? [];
  const at = timeOf(time, { fractions: true });
  const whole = info?.whole.length === content.length && is(version, '020101') && oidOf(policy) !== undefined;
  if (!whole || serial?.tag !== INTEGER || hashOf(algorithm) !== 'sha256' || at === undefined) return undefined;
  if (imprint?.tag !== OCTET_STRING) return undefined;
  return { imprint: imprint.content, at, nonce: optional.find(({ tag }) => tag === INTEGER)?.whole };
}

function readCertificateHash(attributes: readonly Der[]): Token['certificateHash'] | undefined {
  const second = attribute(attributes, SIGNING_CERTIFICATE_V2);
  const named = second ?? attribute(attributes, SIGNING_CERTIFICATE);
  const id = partsIn(partsIn(partsIn(named, SEQUENCE)?.[0], SEQUENCE)?.[0], SEQUENCE) ?? [];
  const [first, next] = id;
  // The second form names its hash, unless that is SHA-256 (RFC 5035 §4).
  const value = first?.tag === SEQUENCE ? next : first;
  const hash = second === undefined ? 'sha1' : first?.tag === SEQUENCE ? hashOf(first) : 'sha256';
  return value?.tag === OCTET_STRING && hash !== undefined ? { hash, value: value.content } : undefined;
}

/** SignerInfo (RFC 5652 §5.3) of the one who signs. */
function readSigner(info: Der | undefined) {
  const [, name, digestAlgorithm, signed, algorithmId, signature, unsigned, ...more] = partsIn(info, SEQUENCE) ?? [];
  const attributes = partsIn(signed, context(0)) ?? [];
  const [issuer, serial] = partsIn(name, SEQUENCE) ?? [];
  const digest = attribute(attributes, MESSAGE_DIGEST);
  const hash = hashOf(digestAlgorithm);
  const isRsa = isOid(partsIn(algorithmId, SEQUENCE)?.[0], RSA);
  const algorithm = isRsa && hash !== undefined ? ({ scheme: 'rsa', hash } as const) : signatureAlgorithm(algorithmId);
  const certificateHash = readCertificateHash(attributes);
  const ofTime = isOid(attribute(attributes, CONTENT_TYPE), TST_INFO);
  if (!ofTime || more.length > 0 || (unsigned !== undefined && unsigned.tag !== context(1))) return undefined;
  if (!signed || !issuer || !serial || !hash || !algorithm || !certificateHash) return undefined;
  if (digest?.tag !== OCTET_STRING || signature?.tag !== OCTET_STRING) return undefined;
  return {
    hash,
    digest: digest.content,
    attributes: Uint8Array.from([SET, ...signed.whole.subarray(1)]),
    algorithm,
    signature: signature.content,
    certificateHash,
    signer: { issuer, serial },
  };
}

/** TimeStampToken: ContentInfo with SignedData of one signer (RFC 5652 §5.1). */
function readToken(token: Uint8Array): Token | undefined {
  const info = readDer(token);
  const [type, content, ...besides] = partsIn(info, SEQUENCE) ?? [];
  if (info?.whole.length !== token.length || !isOid(type, SIGNED_DATA) || besides.length > 0) return undefined;
  const [version, , encapsulated, ...rest] = partsIn(partsIn(content, context(0))?.[0], SEQUENCE) ?? [];
  const [contentType, wrapped] = partsIn(encapsulated, SEQUENCE) ?? [];
  const inside = partsIn(wrapped, context(0))?.[0];
  const infos = partsIn(rest.at(-1), SET) ?? [];
  if (!is(version, '020103') || !isOid(contentType, TST_INFO) || inside?.tag !== OCTET_STRING) return undefined;
  const [tst, signer] = [readInfo(inside.content), infos.length === 1 ? readSigner(infos[0]) : undefined];
  const certificates = rest.flatMap((one) => partsIn(one, context(0)) ?? []).map(readCertificate);
  if (tst === undefined || signer === undefined) return undefined;
  return { ...tst, ...signer, content: inside.content, certificates: certificates.filter((one) => one !== undefined) };
}

export type TimestampRefusal =
  | 'timestamp_malformed'
  /** It is of other bytes. */
  | 'timestamp_of_something_else'
  | 'timestamp_changed'
  | 'timestamp_signer'
  | 'timestamp_signature'
  /** No trusted root leads to whoever signed it, or one did not at that time. */
  | 'timestamp_untrusted';

export interface Timestamp {
  readonly ok: true;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who says so, as their certificate calls them. */
  readonly by: string;
}

export type TimestampCheck = Timestamp | { readonly ok: false; readonly reason: TimestampRefusal };

export interface TimestampTrust {
  readonly digest: Digest;
  readonly verifyX509: VerifyX509;
  /** X.509, DER. Without any, nothing says who signed: only that somebody did. */
  readonly roots?: readonly Uint8Array[];
}

const refuse = (reason: TimestampRefusal): TimestampCheck => ({ ok: false, reason });

/** The certificate that a token says it was signed with, which has to be for timestamps alone. */
const signerOf = ({ certificates, signer, certificateHash }: Token, digest: Digest): Certificate | undefined =>
  certificates.find(
    ({ name, whole }) =>
      sameBytes(name.issuer, signer.issuer.whole) &&
      sameBytes(name.serial, signer.serial.whole) &&
      sameBytes(digest(certificateHash.hash, whole), certificateHash.value),
  );

/** Checks a token. @param data what it has to be of */
export function verifyTimestamp(
  token: Uint8Array,
  data: Uint8Array,
  { digest, verifyX509, roots }: TimestampTrust,
): TimestampCheck {
  const read = token.length > MAX_TIMESTAMP ? undefined : readToken(token);
  if (read === undefined) return refuse('timestamp_malformed');
  if (!sameBytes(read.imprint, digest('sha256', data))) return refuse('timestamp_of_something_else');
  if (!sameBytes(read.digest, digest(read.hash, read.content))) return refuse('timestamp_changed');
  const certificate = signerOf(read, digest);
  if (certificate === undefined || !isForTimestamps(certificate)) return refuse('timestamp_signer');
  if (!verifyX509(certificate.spki, read.algorithm, read.signature, read.attributes))
    return refuse('timestamp_signature');
  const { at } = read;
  if (roots !== undefined) {
    const trusted = roots.map((root) => readCertificate(readDer(root))).filter((root) => root !== undefined);
    const path = { roots: trusted, others: read.certificates, at };
    if (!leadsToRoot(certificate, path, verifyX509)) return refuse('timestamp_untrusted');
  }
  return { ok: true, at, by: nameOfSubject(certificate) };
}

/** PKIStatusInfo (§2.4.2): granted, with or without changes. */
const GRANTED = ['020100', '020101'];

/**
 * The token in a TimeStampResp, as far as it answers what was asked.
 * @returns undefined for a refusal, another nonce or imprint, or what is no answer
 */
export function tokenIn(response: Uint8Array, { imprint, nonce }: Asked): Uint8Array | undefined {
  const whole = response.length > MAX_TIMESTAMP ? undefined : readDer(response);
  const [status, token, ...more] = partsIn(whole, SEQUENCE) ?? [];
  const [code] = partsIn(status, SEQUENCE) ?? [];
  if (whole?.whole.length !== response.length || !GRANTED.some((hex) => is(code, hex)) || more.length > 0)
    return undefined;
  const read = token && readToken(token.whole);
  const answers =
    read?.nonce !== undefined &&
    sameBytes(read.nonce, positive(nonce.subarray(0, NONCE_BYTES))) &&
    sameBytes(read.imprint, imprint);
  return answers ? token?.whole : undefined;
}
