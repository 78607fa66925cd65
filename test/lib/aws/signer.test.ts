// KMS signatures in JOSE's form, and the public key as it is published. The key pairs are real; KMS is played by node:crypto.
import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { DescribeKeyCommand, GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { keyMadeAt, makeByteSigner, makeSigner, type Signer, SignerError } from '../../../lib/aws/signer.ts';
import { rsToDer } from '../../../lib/proof/es256.ts';
import { canariesIn, tellingError } from './canaries.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ format: 'der', type: 'spki' }));

const kms = mockClient(KMSClient);
afterAll(() => kms.restore());
let signer: Signer;

beforeEach(() => {
  kms.reset();
  kms.on(GetPublicKeyCommand).resolves({ PublicKey: spki(publicKey) });
  kms.on(SignCommand).callsFake(async ({ Message }) => ({ Signature: sign('sha256', Message, privateKey) }));
  signer = makeSigner(new KMSClient({ region: 'eu-central-1' }), 'statement-key');
});

it('a signature is r‖s over the text, made by ECDSA with SHA-256', async () => {
  const rs = await signer.sign('header.payload');
  expect(rs).toHaveLength(64);
  const raw = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  expect(verify('sha256', Buffer.from('header.payload'), raw, rs)).toBe(true);
  expect(kms.commandCalls(SignCommand).map((call) => call.args[0].input)).toEqual([
    {
      KeyId: 'statement-key',
      Message: Buffer.from('header.payload'),
      MessageType: 'RAW',
      SigningAlgorithm: 'ECDSA_SHA_256',
    },
  ]);
});

it('bytes are signed as they are, ASCII or not', async () => {
  const bytes = Uint8Array.of(0x31, 0xff, 0x00, 0xc3);
  const rs = await makeByteSigner(new KMSClient({ region: 'eu-central-1' }), 'seal-key').sign(bytes);
  expect(verify('sha256', bytes, { key: publicKey, dsaEncoding: 'ieee-p1363' }, rs)).toBe(true);
  expect(kms.commandCalls(SignCommand)[0]?.args[0].input).toMatchObject({ KeyId: 'seal-key', MessageType: 'RAW' });
});

it('whatever r and s KMS answers with, short ones included, arrive as they are', async () => {
  // 1 to 32 significant bytes each: DER drops leading zeros and adds one before a high bit.
  const scalar = fc
    .tuple(fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 31 }))
    .map(([first, rest]) => [...new Uint8Array(31 - rest.length), first, ...rest]);
  await fc.assert(
    fc.asyncProperty(scalar, scalar, async (r, s) => {
      const rs = Uint8Array.from([...r, ...s]);
      kms.on(SignCommand).resolves({ Signature: rsToDer(rs) });
      expect(await signer.sign('x')).toEqual(rs);
    }),
  );
});

it('the public key is a JWK named by its thumbprint (RFC 7638 §3.1, computed here by hand)', async () => {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const canonical = `{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`;
  const digest = await crypto.subtle.digest('SHA-256', Buffer.from(canonical));
  const kid = Buffer.from(digest).toString('base64url');
  expect(await signer.publicJwk()).toEqual({ kty: 'EC', crv: 'P-256', x, y, kid, alg: 'ES256', use: 'sig' });
  expect(createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' }).equals(publicKey)).toBe(true);
});

it('the public key is asked for once, also by callers in flight together', async () => {
  await Promise.all([signer.publicJwk(), signer.publicJwk()]);
  await signer.publicJwk();
  expect(kms.commandCalls(GetPublicKeyCommand).map((call) => call.args[0].input)).toEqual([{ KeyId: 'statement-key' }]);
});

it('a failure to get it is not remembered', async () => {
  kms
    .on(GetPublicKeyCommand)
    .rejectsOnce(new Error('x'))
    .resolves({ PublicKey: spki(publicKey) });
  await expect(signer.publicJwk()).rejects.toBeInstanceOf(SignerError);
  expect(await signer.publicJwk()).toHaveProperty('alg', 'ES256');
});

it('I12 an error is a fault that quotes nothing and keeps its cause', async () => {
  const cause = Object.assign(tellingError(), { name: 'KMSInvalidStateException' });
  kms.onAnyCommand().rejects(cause);
  for (const asked of [signer.publicJwk(), signer.sign('header.payload')]) {
    const fault = await asked.catch((thrown: unknown) => thrown);
    expect(fault).toBeInstanceOf(SignerError);
    expect(fault).toMatchObject({ code: 'SIGNER_UNAVAILABLE', message: 'the signing key did not answer', cause });
    expect(canariesIn(fault instanceof Error ? `${fault.message}${fault.stack}` : '')).toEqual([]);
  }
});

it.each([
  ['no key', undefined],
  ['something else', Uint8Array.of(1, 2, 3)],
  ['a key on another curve', spki(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)],
  ['a key that cannot sign ES256', spki(generateKeyPairSync('ed25519').publicKey)],
])('%s instead of a P-256 key is a fault, and nothing is published', async (_, PublicKey) => {
  kms.on(GetPublicKeyCommand).resolves(PublicKey === undefined ? {} : { PublicKey });
  await expect(signer.publicJwk()).rejects.toMatchObject({
    code: 'SIGNER_UNAVAILABLE',
    message: 'the signing key is not a P-256 key',
  });
});

it('an answer that is no signature is a fault', async () => {
  kms.on(SignCommand).resolves({});
  await expect(signer.sign('x')).rejects.toMatchObject({
    code: 'SIGNER_UNAVAILABLE',
    cause: { code: 'DER_SIGNATURE' },
  });
});

it('text that is not ASCII is refused before anything is signed', async () => {
  await expect(signer.sign('Citroën')).rejects.toMatchObject({ code: 'SIGNER_UNAVAILABLE' });
  expect(kms.commandCalls(SignCommand)).toHaveLength(0);
});

it('a key was made when KMS says so, and not at all when it says nothing', async () => {
  const client = new KMSClient({ region: 'eu-central-1' });
  kms.on(DescribeKeyCommand).resolves({ KeyMetadata: { KeyId: 'k', CreationDate: new Date(1_767_225_600_123) } });
  expect(await keyMadeAt(client, 'k')).toBe(1_767_225_600_123);
  expect(kms.commandCalls(DescribeKeyCommand).map((call) => call.args[0].input)).toEqual([{ KeyId: 'k' }]);
  for (const answer of [{}, { KeyMetadata: { KeyId: 'k' } }]) {
    kms.on(DescribeKeyCommand).resolves(answer);
    await expect(keyMadeAt(client, 'k')).rejects.toBeInstanceOf(SignerError);
  }
  kms.on(DescribeKeyCommand).rejects(new Error('away'));
  await expect(keyMadeAt(client, 'k')).rejects.toMatchObject({ code: 'SIGNER_UNAVAILABLE' });
});
