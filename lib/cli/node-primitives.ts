// The proof room's primitives on node:crypto. Keys are parsed once per key: parsing costs a third of a check.
import { createHash, createHmac, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import type { HmacSha256, Inflate, P256PublicKey, Sha256, VerifyEd25519, VerifyEs256 } from '../proof/primitives.ts';

export const sha256: Sha256 = (data) => createHash('sha256').update(data).digest();

export const hmacSha256: HmacSha256 = (key, data) => createHmac('sha256', key).update(data).digest();

function parseKey({ x, y }: P256PublicKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  } catch {
    return undefined; // not a point on the curve
  }
}

/** A check that remembers the keys it has parsed. */
export function makeVerifyEs256(): VerifyEs256 {
  const parsed = new Map<string, KeyObject | undefined>();
  return (key, signature, data) => {
    const name = `${key.x}.${key.y}`;
    if (!parsed.has(name)) parsed.set(name, parseKey(key));
    const publicKey = parsed.get(name);
    return publicKey !== undefined && verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
  };
}

/** The few checkpoints of a check are not worth remembering keys for. */
export const verifyEd25519: VerifyEd25519 = (publicKey, signature, data) => {
  try {
    const x = Buffer.from(publicKey).toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, data, key, signature);
  } catch {
    return false; // not a key
  }
};

/** With `info` the engine is told of too, which the types do not say. */
interface Inflated {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/** zlib stops at the end of the data, and does not mind what comes behind it. */
export const inflate: Inflate = (data, limit) => {
  try {
    const inflated: unknown = inflateSync(data, { maxOutputLength: limit, info: true });
    const { buffer, engine } = inflated as Inflated;
    return engine.bytesWritten === data.length ? buffer : undefined;
  } catch {
    return undefined;
  }
};
