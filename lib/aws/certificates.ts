// The proof room's primitives for certificates of others, on node:crypto.
import { createHash, createPublicKey, verify } from 'node:crypto';
import type { Digest, VerifyX509 } from '../proof/primitives.ts';

export const digest: Digest = (hash, data) => createHash(hash).update(data).digest();

const KEY_TYPES = { rsa: 'rsa', ecdsa: 'ec' } as const;

export const verifyX509: VerifyX509 = (spki, { scheme, hash }, signature, data) => {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === KEY_TYPES[scheme] && verify(hash, data, key, signature);
  } catch {
    return false; // not a key
  }
};
