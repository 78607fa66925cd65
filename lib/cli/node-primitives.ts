// The proof room's primitives on node:crypto. Keys are parsed once per key: parsing costs a third of a check.
import nodeCrypto, { createHash, createHmac, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { rsToDer } from '../proof/es256.ts';
import type {
  Digest,
  HmacSha256,
  Inflate,
  P256PublicKey,
  Sha256,
  VerifyEd25519,
  VerifyEs256,
  VerifyX509,
} from '../proof/primitives.ts';

/** Twice as fast as an object for each hash; came with Node 20.12. */
const { hash }: { readonly hash?: typeof nodeCrypto.hash } = nodeCrypto;

export const sha256: Sha256 =
  hash === undefined
    ? (data) => createHash('sha256').update(data).digest()
    : Object.assign((data: Uint8Array) => Buffer.from(hash('sha256', data, 'binary'), 'latin1'), {
        ofText: (text: string) => hash('sha256', text, 'base64url'),
      });

export const hmacSha256: HmacSha256 = (key, data) => createHmac('sha256', key).update(data).digest();

function parseKey({ x, y }: P256PublicKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  } catch {
    return undefined; // not a point on the curve
  }
}

/** OpenSSL reads DER; having Node make it of r‖s takes a quarter of a check. */
function derOf(signature: Uint8Array): Uint8Array | undefined {
  try {
    return rsToDer(signature);
  } catch {
    return undefined; // zero, or of another length
  }
}

/** A check that remembers the keys it has parsed. */
export function makeVerifyEs256(): VerifyEs256 {
  const parsed = new Map<string, KeyObject | undefined>();
  return (key, signature, data) => {
    const name = `${key.x}.${key.y}`;
    if (!parsed.has(name)) parsed.set(name, parseKey(key));
    const publicKey = parsed.get(name);
    const der = derOf(signature);
    return publicKey !== undefined && der !== undefined && verify('sha256', data, publicKey, der);
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

export const digest: Digest = (name, data) => createHash(name).update(data).digest();

const KEY_TYPES = { rsa: 'rsa', ecdsa: 'ec' } as const;

export const verifyX509: VerifyX509 = (spki, { scheme, hash: name }, signature, data) => {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === KEY_TYPES[scheme] && verify(name, data, key, signature);
  } catch {
    return false; // not a key
  }
};
