// A KMS client whose answers are made by AES-256-GCM under one key of this process: data keys that really wrap and unwrap, and only
// under the encryption context they were made with.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  DecryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  type KMSClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-kms';
import { type AwsStub, mockClient } from 'aws-sdk-client-mock';

const bytesOf = (context: Readonly<Record<string, string>> | undefined) => Buffer.from(JSON.stringify(context ?? {}));

type KmsMock = AwsStub<ServiceInputTypes, ServiceOutputTypes, KMSClientResolvedConfig>;

/** Teaches a mock of one client, or of all, to wrap and unwrap. */
export function answerWithAes(mock: KmsMock): void {
  const master = randomBytes(32);
  mock.on(GenerateDataKeyCommand).callsFake(async ({ EncryptionContext }) => {
    const [key, nonce] = [randomBytes(32), randomBytes(12)];
    const cipher = createCipheriv('aes-256-gcm', master, nonce).setAAD(bytesOf(EncryptionContext));
    const sealed = Buffer.concat([cipher.update(key), cipher.final()]);
    return { Plaintext: key, CiphertextBlob: Buffer.concat([nonce, cipher.getAuthTag(), sealed]) };
  });
  mock.on(DecryptCommand).callsFake(async ({ CiphertextBlob, EncryptionContext }) => {
    const blob = Buffer.from(CiphertextBlob);
    const decipher = createDecipheriv('aes-256-gcm', master, blob.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(bytesOf(EncryptionContext)).setAuthTag(blob.subarray(12, 28));
    return { Plaintext: Buffer.concat([decipher.update(blob.subarray(28)), decipher.final()]) };
  });
}

export interface AesKms {
  readonly client: KMSClient;
  /** How often data keys were made and unwrapped. */
  readonly counts: () => { readonly generated: number; readonly unwrapped: number };
}

export function makeAesKms(): AesKms {
  const client = new KMSClient({ region: 'eu-central-1' });
  const mock = mockClient(client);
  answerWithAes(mock);
  return {
    client,
    counts: () => ({
      generated: mock.commandCalls(GenerateDataKeyCommand).length,
      unwrapped: mock.commandCalls(DecryptCommand).length,
    }),
  };
}
