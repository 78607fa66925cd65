// What stands in for a key service and a source of randomness: a signing key of this process, data keys that anybody could unwrap,
// and bytes that are the same on every run. For tests only.
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { DataKeys } from '../../../lib/aws/data-keys.ts';
import type { PublicJwk, Signer } from '../../../lib/aws/signer.ts';
import { sha256 } from '../../../lib/cli/node-primitives.ts';
import { thumbprint } from '../../../lib/proof/thumbprint.ts';

/** One seed, the same bytes on every run. */
export function countedBytes(): (length: number) => Uint8Array {
  let count = 0;
  return (length) => {
    count += 1;
    const chunks = Array.from({ length: Math.ceil(length / 32) }, (_, n) =>
      createHash('sha256').update(`${count}.${n}`).digest(),
    );
    return new Uint8Array(Buffer.concat(chunks).subarray(0, length));
  };
}

/** Wraps by turning the bytes round; the context is checked as KMS does. */
export const dataKeys: DataKeys = {
  generate: (context) => {
    const key = createHash('sha256').update(JSON.stringify(context)).digest();
    return Promise.resolve({ key, wrapped: Uint8Array.from(key).reverse() });
  },
  unwrap: (wrapped) => Promise.resolve(Uint8Array.from(wrapped).reverse()),
};

let signingKey: KeyObject | undefined;

export const makeKey = (): KeyObject =>
  createPrivateKey({
    key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
    format: 'jwk',
  });

/** The one that all have. */
function commonKey(): KeyObject {
  signingKey ??= makeKey();
  return signingKey;
}

/** @param key made by {@link makeKey} when it is not to be the common one */
export function makeLocalSigner(key = commonKey()): { readonly signer: Signer; readonly jwk: PublicJwk } {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const jwk = { kty: 'EC', crv: 'P-256', x, y, kid: thumbprint({ x, y }, sha256), alg: 'ES256', use: 'sig' } as const;
  const signer: Signer = {
    publicJwk: () => Promise.resolve(jwk),
    sign: (text) => Promise.resolve(sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })),
  };
  return { signer, jwk };
}
