// Symmetric KMS: data keys are made and unwrapped under an encryption context that names their owner. KMS keeps the context in
// CloudTrail, so it holds ids only.
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';

export class KeyError extends Error {
  readonly code = 'KEY_UNAVAILABLE';
}

export interface DataKeys {
  /** A fresh 256-bit key, in clear and wrapped. */
  readonly generate: (
    context: Record<string, string>,
  ) => Promise<{ readonly key: Uint8Array; readonly wrapped: Uint8Array }>;
  /** Unwraps a key; the context must be the one it was made under. */
  readonly unwrap: (wrapped: Uint8Array, context: Record<string, string>) => Promise<Uint8Array>;
}

const fault = (cause: unknown): never => {
  throw new KeyError('the key service did not answer', { cause });
};

const present = (bytes: Uint8Array | undefined): Uint8Array => bytes ?? fault(undefined);

export function makeDataKeys(client: KMSClient, keyId: string): DataKeys {
  return {
    generate: async (context) => {
      const command = new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: context });
      const { Plaintext, CiphertextBlob } = await client.send(command).catch(fault);
      return { key: present(Plaintext), wrapped: present(CiphertextBlob) };
    },
    unwrap: async (wrapped, context) => {
      const command = new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: context });
      return present((await client.send(command).catch(fault)).Plaintext);
    },
  };
}
