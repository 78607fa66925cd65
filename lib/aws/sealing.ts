// Small secrets (up to 4 KB) sealed by KMS itself, under an encryption context that names their owner: who may seal need not be able to
// open. KMS keeps the context in CloudTrail, so it holds ids only.
import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import { KeyError } from './data-keys.ts';

type Context = Readonly<Record<string, string>>;

/** Base64. */
export type Seal = (text: string, context: Context) => Promise<string>;

/** The context must be the one it was sealed under. */
export type Open = (sealed: string, context: Context) => Promise<string>;

const fault = (cause: unknown): never => {
  throw new KeyError('the key service did not answer', { cause });
};

const present = (bytes: Uint8Array | undefined): Buffer => Buffer.from(bytes ?? fault(undefined));

export const makeSeal =
  (client: KMSClient, keyId: string): Seal =>
  async (text, context) => {
    const command = new EncryptCommand({
      KeyId: keyId,
      Plaintext: Buffer.from(text),
      EncryptionContext: { ...context },
    });
    return present((await client.send(command).catch(fault)).CiphertextBlob).toString('base64');
  };

export const makeOpen =
  (client: KMSClient, keyId: string): Open =>
  async (sealed, context) => {
    const blob = Buffer.from(sealed, 'base64');
    const command = new DecryptCommand({ KeyId: keyId, CiphertextBlob: blob, EncryptionContext: { ...context } });
    return present((await client.send(command).catch(fault)).Plaintext).toString('utf8');
  };
