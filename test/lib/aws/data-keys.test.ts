// What KMS is asked for data keys, and what its errors become.
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { KeyError, makeDataKeys } from '../../../lib/aws/data-keys.ts';
import { canariesIn, tellingError } from './canaries.ts';

const kms = mockClient(KMSClient);
afterAll(() => kms.restore());
const dataKeys = makeDataKeys(new KMSClient({ region: 'eu-central-1' }), 'vault-key');
const context = { purpose: 'vehicle-tokens', tenant: 'acme' };
const key = new Uint8Array(32).fill(1);
const wrapped = new Uint8Array(180).fill(2);

beforeEach(() => kms.reset());

it('a new key has 256 bits and is bound to its context', async () => {
  kms.on(GenerateDataKeyCommand).resolves({ Plaintext: key, CiphertextBlob: wrapped });
  expect(await dataKeys.generate(context)).toEqual({ key, wrapped });
  expect(kms.commandCalls(GenerateDataKeyCommand).map((call) => call.args[0].input)).toEqual([
    { KeyId: 'vault-key', KeySpec: 'AES_256', EncryptionContext: context },
  ]);
});

it('a key is unwrapped under our own key and its context only', async () => {
  kms.on(DecryptCommand).resolves({ Plaintext: key });
  expect(await dataKeys.unwrap(wrapped, context)).toEqual(key);
  expect(kms.commandCalls(DecryptCommand).map((call) => call.args[0].input)).toEqual([
    { KeyId: 'vault-key', CiphertextBlob: wrapped, EncryptionContext: context },
  ]);
});

it('I12 an error is a fault that quotes nothing and keeps its cause', async () => {
  const cause = Object.assign(tellingError(), { name: 'InvalidCiphertextException' });
  kms.onAnyCommand().rejects(cause);
  for (const asked of [dataKeys.generate(context), dataKeys.unwrap(wrapped, context)]) {
    const fault = await asked.catch((thrown: unknown) => thrown);
    expect(fault).toBeInstanceOf(KeyError);
    expect(fault).toMatchObject({ code: 'KEY_UNAVAILABLE', message: 'the key service did not answer', cause });
    expect(canariesIn(fault instanceof Error ? `${fault.message}${fault.stack}` : '')).toEqual([]);
  }
});

it('an answer without a key is a fault, not an empty key', async () => {
  kms.on(GenerateDataKeyCommand).resolvesOnce({ CiphertextBlob: wrapped }).resolvesOnce({ Plaintext: key });
  kms.on(DecryptCommand).resolves({});
  await expect(dataKeys.generate(context)).rejects.toBeInstanceOf(KeyError);
  await expect(dataKeys.generate(context)).rejects.toBeInstanceOf(KeyError);
  await expect(dataKeys.unwrap(wrapped, context)).rejects.toBeInstanceOf(KeyError);
});
