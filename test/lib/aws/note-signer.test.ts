// Ed25519 by KMS, as signed notes need it. The key pairs are real; KMS is played by node:crypto.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { makeNoteSigner, type NoteSigner } from '../../../lib/aws/note-signer.ts';
import { SignerError } from '../../../lib/aws/signer.ts';
import { verifyEd25519 } from '../../../lib/cli/node-primitives.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const spki = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ format: 'der', type: 'spki' }));
const TEXT = 'odoseal.example/log\n1\nAAAA\n';

const kms = mockClient(KMSClient);
afterAll(() => kms.restore());
let signer: NoteSigner;

beforeEach(() => {
  kms.reset();
  kms.on(GetPublicKeyCommand).resolves({ PublicKey: spki(publicKey) });
  kms.on(SignCommand).callsFake(async ({ Message }) => ({ Signature: sign(null, Message, privateKey) }));
  signer = makeNoteSigner(new KMSClient({ region: 'eu-central-1' }), 'checkpoint-key');
});

it('a signature is the pure form over the text itself, and verifies under the key as 32 bytes', async () => {
  const signature = await signer.sign(TEXT);
  expect(signature).toHaveLength(64);
  expect(verifyEd25519(await signer.publicKey(), signature, Buffer.from(TEXT))).toBe(true);
  expect(kms.commandCalls(SignCommand).map((call) => call.args[0].input)).toEqual([
    { KeyId: 'checkpoint-key', Message: Buffer.from(TEXT), MessageType: 'RAW', SigningAlgorithm: 'ED25519_SHA_512' },
  ]);
});

it('the key is asked for once, and again after it could not be had', async () => {
  kms
    .on(GetPublicKeyCommand)
    .rejectsOnce(new Error('away'))
    .resolves({ PublicKey: spki(publicKey) });
  await expect(signer.publicKey()).rejects.toBeInstanceOf(SignerError);
  expect(await signer.publicKey()).toEqual(await signer.publicKey());
  expect(kms.commandCalls(GetPublicKeyCommand)).toHaveLength(2);
});

it.each([
  ['of another key', sign(null, Buffer.from(TEXT), generateKeyPairSync('ed25519').privateKey)],
  ['over another text', sign(null, Buffer.from('another'), privateKey)],
  ['that is none', undefined],
])('a signature %s never leaves', async (_, Signature) => {
  kms.on(SignCommand).resolves(Signature === undefined ? {} : { Signature });
  await expect(signer.sign(TEXT)).rejects.toBeInstanceOf(SignerError);
});

it('a key of another kind, or none, is refused', async () => {
  const others = [spki(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey), new Uint8Array(), undefined];
  for (const PublicKey of others) {
    kms.on(GetPublicKeyCommand).resolves(PublicKey === undefined ? {} : { PublicKey });
    await expect(makeNoteSigner(new KMSClient({}), 'k').publicKey()).rejects.toBeInstanceOf(SignerError);
  }
});
