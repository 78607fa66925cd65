// Salts of disclosures (RFC 9901 §9.3), derived instead of stored: the same statement can be disclosed again after a crash, and
// erasing one secret makes every digest of a contract unexplainable for good.
//
// RFC 9901 §9.3 asks for salts that are cryptographically random, at least 128 bits long, new for every claim, and not learnable from
// other salts. HMAC-SHA-256 under a random 256-bit secret that never leaves the issuer is a pseudorandom function: its outputs cannot
// be told from independent random strings, and seeing some says nothing about the rest. The input names statement and claim, so no
// two claims share a salt. The chain secret must not be used here: it is published in bundles.
import { encodeBase64url, utf8 } from './base64url.ts';
import type { HmacSha256 } from './primitives.ts';
import { ProofFault } from './proof-fault.ts';

const SALT_BYTES = 16;

export interface SaltSource {
  /** At least 32 random bytes per contract, known to the issuer alone. */
  readonly secret: Uint8Array;
  /** `jti` of the statement. */
  readonly statement: string;
  readonly hmacSha256: HmacSha256;
}

/** One salt per claim name: 128 bits, base64url. */
export function saltsFor({ secret, statement, hmacSha256 }: SaltSource): (name: string) => string {
  if (secret.length < 32) throw new ProofFault('SECRET', 'the secret behind the salts has at least 32 bytes');
  return (name) => {
    const input = utf8(JSON.stringify(['odoseal disclosure salt', statement, name]));
    return encodeBase64url(hmacSha256(secret, input).subarray(0, SALT_BYTES));
  };
}
