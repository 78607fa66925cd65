// KMS asymmetric signing, Ed25519 (RFC 8032, the pure form), for the log's checkpoints. Two signatures over one text are the same.
// No signature leaves here that does not verify: what is published can not be taken back.
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { VerifyEd25519 } from '../proof/primitives.ts';
import { SignerError } from './signer.ts';

export const verifyEd25519: VerifyEd25519 = (publicKey, signature, data) => {
  try {
    const x = Buffer.from(publicKey).toString('base64url');
    return verify(null, data, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature);
  } catch {
    return false; // not a key
  }
};

export interface NoteSigner {
  /** 32 bytes (RFC 8032); asked for once per container. */
  readonly publicKey: () => Promise<Uint8Array>;
  /** @param text at most 4,096 bytes of UTF-8 @returns 64 bytes */
  readonly sign: (text: string) => Promise<Uint8Array>;
}

const fault = (cause: unknown): never => {
  throw new SignerError('the signing key did not answer', { cause });
};

/** @throws SignerError for anything that is not an Ed25519 key */
function keyFrom(spki: Uint8Array | undefined): KeyObject {
  try {
    const key = createPublicKey({ key: Buffer.from(spki ?? []), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('another kind of key');
    return key;
  } catch (cause) {
    throw new SignerError('the signing key is not an Ed25519 key', { cause });
  }
}

export function makeNoteSigner(client: KMSClient, keyId: string): NoteSigner {
  let known: Promise<KeyObject> | undefined;
  const fetchKey = async (): Promise<KeyObject> =>
    keyFrom((await client.send(new GetPublicKeyCommand({ KeyId: keyId })).catch(fault)).PublicKey);
  const publicKey = (): Promise<KeyObject> => {
    known ??= fetchKey().catch((cause: unknown) => {
      known = undefined;
      throw cause;
    });
    return known;
  };
  return {
    publicKey: async () => {
      const { x = '' } = (await publicKey()).export({ format: 'jwk' });
      return Uint8Array.from(Buffer.from(x, 'base64url'));
    },
    sign: async (text) => {
      const message = Buffer.from(text);
      const input = {
        KeyId: keyId,
        Message: message,
        MessageType: 'RAW',
        SigningAlgorithm: 'ED25519_SHA_512',
      } as const;
      const { Signature = new Uint8Array() } = await client.send(new SignCommand(input)).catch(fault);
      if (!verify(null, message, await publicKey(), Signature))
        throw new SignerError('the signing key answered with something else than a signature');
      return Signature;
    },
  };
}
