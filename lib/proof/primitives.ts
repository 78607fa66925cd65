// The cryptographic primitives this room needs, as parameters: node:crypto in functions and the command line, another library in a
// browser. The room itself holds no cryptography, no keys and no randomness. What a primitive is given may be other bytes once it has
// returned: it keeps none of it.

/** SHA-256 (FIPS 180-4): 32 bytes. */
export interface Sha256 {
  (data: Uint8Array): Uint8Array;
  /** Of a text's UTF-8, as base64url: where a platform does all of it at once, which is several times as fast. */
  readonly ofText?: (text: string) => string;
}

/** HMAC-SHA-256 (RFC 2104): 32 bytes. */
export type HmacSha256 = (key: Uint8Array, data: Uint8Array) => Uint8Array;

/** The public half of a P-256 key; coordinates are base64url of 32 bytes each (RFC 7518 §6.2.1). */
export interface P256PublicKey {
  readonly x: string;
  readonly y: string;
}

/**
 * ECDSA over P-256 and SHA-256 (RFC 7518 §3.4).
 * @param signature r‖s, 64 bytes
 * @returns false for whatever is wrong, a point off the curve included; it must not throw
 */
export type VerifyEs256 = (key: P256PublicKey, signature: Uint8Array, data: Uint8Array) => boolean;

/**
 * Ed25519 (RFC 8032), the pure form.
 * @param publicKey 32 bytes @param signature 64 bytes
 * @returns false for whatever is wrong, a key that is no point included; it must not throw
 */
export type VerifyEd25519 = (publicKey: Uint8Array, signature: Uint8Array, data: Uint8Array) => boolean;

/**
 * Undoes DEFLATE in the ZLIB format (RFC 1950).
 * @param limit most bytes that may come out
 * @returns undefined for what is no such data, is more than `limit`, or has anything behind it; it must not throw
 */
export type Inflate = (data: Uint8Array, limit: number) => Uint8Array | undefined;

/** Hashes that others sign with; SHA-1 names a certificate at most (RFC 5035 §3), and signs nothing. */
export type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512';

export type Digest = (hash: HashName, data: Uint8Array) => Uint8Array;

/** How a certificate's key signs: RSASSA-PKCS1-v1_5 (RFC 8017 §8.2), or ECDSA in DER (RFC 3279 §2.2.3). */
export interface X509Algorithm {
  readonly scheme: 'rsa' | 'ecdsa';
  readonly hash: Exclude<HashName, 'sha1'>;
}

/**
 * @param spki SubjectPublicKeyInfo, DER
 * @returns false for whatever is wrong, a key of another kind included; it must not throw
 */
export type VerifyX509 = (
  spki: Uint8Array,
  algorithm: X509Algorithm,
  signature: Uint8Array,
  data: Uint8Array,
) => boolean;
