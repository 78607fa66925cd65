// The stand-ins for AWS services, as the real SDK clients see them.
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { rmSync } from 'node:fs';
import { request as send } from 'node:http';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootLocalStack } from '../../infra/local/local-stack.ts';
import { signDigest, verifyDigest } from '../../infra/local/raw-digest.ts';
import type { LocalStack } from '../../infra/local/stack-interface.ts';
import { makeFiles } from '../../lib/aws/files.ts';
import { lentCredentials, presignedUrl } from '../../lib/aws/presign.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

const folder = writeFixtureAssembly();
let stack: LocalStack;
const LENT = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'tester.1', AWS_SECRET_ACCESS_KEY: 'x' };
const settings = () => ({
  endpoint: stack.awsOrigin,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'tester.1', secretAccessKey: 'x' },
  maxAttempts: 1,
});

beforeAll(async () => {
  stack = await bootLocalStack({ outDir: folder, startAt: Date.parse('2026-03-01T12:00:00.000Z') });
});
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true });
});

const keyId = (spec: string): string => {
  const found = stack.deployment.keys.find((key) => key.spec === spec);
  if (found === undefined) throw new Error(`no key of spec ${spec}`);
  return found.id;
};

describe('KMS', () => {
  let kms: KMSClient;
  beforeAll(() => {
    kms = new KMSClient(settings());
  });
  const publicKey = async () => {
    const { PublicKey = new Uint8Array() } = await kms.send(new GetPublicKeyCommand({ KeyId: keyId('ECC_NIST_P256') }));
    return createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
  };

  it('publishes a P-256 key and what it is for', async () => {
    const answer = await kms.send(new GetPublicKeyCommand({ KeyId: keyId('ECC_NIST_P256') }));
    expect(answer).toMatchObject({
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
      SigningAlgorithms: ['ECDSA_SHA_256'],
    });
    expect((await publicKey()).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  });

  it.each(['RAW', 'DIGEST'] as const)('signs a %s message so that others can check it', async (MessageType) => {
    const text = Buffer.from('a message');
    const Message = MessageType === 'RAW' ? text : createHash('sha256').update(text).digest();
    const key = { KeyId: keyId('ECC_NIST_P256'), SigningAlgorithm: 'ECDSA_SHA_256' as const, MessageType };
    const { Signature = new Uint8Array() } = await kms.send(new SignCommand({ ...key, Message }));
    expect(verify('sha256', text, await publicKey(), Signature)).toBe(true);
    expect((await kms.send(new VerifyCommand({ ...key, Message, Signature }))).SignatureValid).toBe(true);
    const other = Buffer.from(Message).fill(1, 0, 1);
    await expect(kms.send(new VerifyCommand({ ...key, Message: other, Signature }))).rejects.toMatchObject({
      name: 'KMSInvalidSignatureException',
    });
  });

  it('signs over a raw digest what node verifies, for any digest', () => {
    const { privateKey, publicKey: pub } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    void fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (message) => {
        const digest = createHash('sha256').update(message).digest();
        const signature = signDigest(digest, privateKey);
        expect(verify('sha256', message, pub, signature)).toBe(true);
        expect(verifyDigest(digest, privateKey, signature)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a raw message over 4,096 bytes and a digest that is none', async () => {
    const sign = (Message: Buffer, MessageType: 'RAW' | 'DIGEST') =>
      kms.send(
        new SignCommand({ KeyId: keyId('ECC_NIST_P256'), Message, MessageType, SigningAlgorithm: 'ECDSA_SHA_256' }),
      );
    await expect(sign(Buffer.alloc(4097), 'RAW')).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(sign(Buffer.alloc(31), 'DIGEST')).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(sign(Buffer.alloc(4096), 'RAW')).resolves.toMatchObject({ SigningAlgorithm: 'ECDSA_SHA_256' });
  });

  it('opens a data key only under the encryption context it was made with', async () => {
    const made = await kms.send(
      new GenerateDataKeyCommand({
        KeyId: keyId('SYMMETRIC_DEFAULT'),
        KeySpec: 'AES_256',
        EncryptionContext: { tenant: 'a', purpose: 'tokens' },
      }),
    );
    const open = (EncryptionContext: Record<string, string>) =>
      kms.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob, EncryptionContext }));
    expect(made.Plaintext).toHaveLength(32);
    expect((await open({ purpose: 'tokens', tenant: 'a' })).Plaintext).toEqual(made.Plaintext);
    await expect(open({ purpose: 'tokens', tenant: 'b' })).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
    await expect(open({})).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  });

  it('encrypts and decrypts by id, ARN and alias, and refuses altered bytes', async () => {
    const Plaintext = randomBytes(64);
    for (const KeyId of [
      'alias/wrapping',
      keyId('SYMMETRIC_DEFAULT'),
      `arn:aws:kms:eu-central-1:000000000000:key/${keyId('SYMMETRIC_DEFAULT')}`,
    ]) {
      const { CiphertextBlob = new Uint8Array() } = await kms.send(new EncryptCommand({ KeyId, Plaintext }));
      expect(Buffer.from((await kms.send(new DecryptCommand({ CiphertextBlob, KeyId }))).Plaintext ?? [])).toEqual(
        Plaintext,
      );
      const altered = Buffer.from(CiphertextBlob);
      altered[altered.length - 1] = (altered[altered.length - 1] ?? 0) ^ 1;
      await expect(kms.send(new DecryptCommand({ CiphertextBlob: altered }))).rejects.toMatchObject({
        name: 'InvalidCiphertextException',
      });
    }
  });

  it('refuses the wrong kind of key and unknown keys, and says 501 to what it does not do', async () => {
    await expect(kms.send(new GetPublicKeyCommand({ KeyId: keyId('SYMMETRIC_DEFAULT') }))).rejects.toMatchObject({
      name: 'InvalidKeyUsageException',
    });
    await expect(kms.send(new GetPublicKeyCommand({ KeyId: 'nobody' }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    await expect(kms.send(new CreateKeyCommand({}))).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
  });
});

describe('Secrets Manager', () => {
  let secrets: SecretsManagerClient;
  beforeAll(() => {
    secrets = new SecretsManagerClient(settings());
  });
  const get = (SecretId: string, more = {}) => secrets.send(new GetSecretValueCommand({ SecretId, ...more }));

  it('starts with the secrets of the template, generated members included', async () => {
    const { SecretString = '', ARN = '' } = await get('credentials');
    expect(JSON.parse(SecretString)).toEqual({ user: 'me', word: expect.stringMatching(/^[\w-]{32}$/) });
    expect((await get(ARN)).SecretString).toBe(SecretString);
  });

  it('creates a secret once, and keeps the version before the current one', async () => {
    const created = await secrets.send(new CreateSecretCommand({ Name: 'new', SecretString: 'first' }));
    await expect(secrets.send(new CreateSecretCommand({ Name: 'new', SecretString: 'x' }))).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
    const put = await secrets.send(new PutSecretValueCommand({ SecretId: 'new', SecretString: 'second' }));
    expect((await get('new')).SecretString).toBe('second');
    expect((await get('new', { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('first');
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: 'new' }));
    expect(described.VersionIdsToStages).toEqual({
      [put.VersionId ?? '']: ['AWSCURRENT'],
      [created.VersionId ?? '']: ['AWSPREVIOUS'],
    });
  });

  it('knows no secret of another name, and says 501 to what it does not do', async () => {
    await expect(get('nobody')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(secrets.send(new RotateSecretCommand({ SecretId: 'credentials' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
  });

  it('takes a value from the operator', async () => {
    stack.putSecret('credentials', '{"user":"you"}');
    stack.putSecret('brand-new', 'value');
    expect([(await get('credentials')).SecretString, (await get('brand-new')).SecretString]).toEqual([
      '{"user":"you"}',
      'value',
    ]);
  });
});

describe('one endpoint', () => {
  /** Plain node HTTP: fetch does not let a caller choose Host and Origin. */
  const ask = (headers: Readonly<Record<string, string>>) =>
    new Promise<readonly [number | undefined, string]>((resolve, reject) => {
      const authorization = 'AWS4-HMAC-SHA256 Credential=tester.1/20260301/eu-central-1/secretsmanager/aws4_request';
      const all = { authorization, 'x-amz-target': 'secretsmanager.ListSecrets', ...headers };
      const request = send(stack.awsOrigin, { method: 'POST', headers: all }, async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve([response.statusCode, text]);
      });
      request.once('error', reject).end('{}');
    });

  it('answers programs by its loopback names, and no web page by whatever name', async () => {
    const { port } = new URL(stack.awsOrigin);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) expect((await ask({ host }))[0]).toBe(501);
    const calls = stack.ledger.counts();
    for (const headers of [
      { host: `evil.example:${port}` },
      { host: 'localhost' },
      { host: `localhost:${port}`, origin: 'https://evil.example' },
    ]) {
      expect(await ask(headers)).toEqual([403, '']);
    }
    expect(stack.ledger.counts()).toEqual(calls);
  });

  it('serves tables, queues and buckets, and records who called what', async () => {
    stack.ledger.reset();
    const tables = new DynamoDBClient(settings());
    const Item = { pk: { S: 'a' }, sk: { S: 'b' } };
    await tables.send(new PutItemCommand({ TableName: 'fixture-data-Items', Item }));
    expect(
      (await tables.send(new GetItemCommand({ TableName: 'fixture-data-Items', Key: Item, ConsistentRead: true })))
        .Item,
    ).toEqual(Item);
    const QueueUrl = `${stack.awsOrigin}/000000000000/dead`;
    await new SQSClient(settings()).send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
    const files = new S3Client(settings());
    await files.send(new PutObjectCommand({ Bucket: 'files', Key: 'a/b', Body: 'content' }));
    const { Body } = await files.send(new GetObjectCommand({ Bucket: 'files', Key: 'a/b' }));
    expect(await Body?.transformToString()).toBe('content');
    const parts = async function* () {
      for (const letter of ['a', 'b']) yield letter.repeat(5 * 1024 * 1024);
      yield 'end';
    };
    const written = await makeFiles(files, 'files').write('a/long', 'text/plain', parts());
    const address = presignedUrl(
      { ...lentCredentials({ ...LENT, AWS_ENDPOINT_URL: stack.awsOrigin }), bucket: 'files' },
      { name: 'a/long', saveAs: 'long.txt', seconds: 60, now: stack.clock.now() },
    );
    const text = await (await fetch(address)).text();
    expect([text.length, text.at(0), text.slice(-4)]).toEqual([written.bytes, 'a', 'bend']);
    expect(stack.ledger.counts('tester')).toEqual({
      'DynamoDB.PutItem': 1,
      'DynamoDB.GetItem': 1,
      'SQS.SendMessage': 1,
      'S3.PutObject': 1,
      'S3.GetObject': 2,
      'S3.CreateMultipartUpload': 1,
      'S3.UploadPart': 3,
      'S3.CompleteMultipartUpload': 1,
    });
    expect((await stack.queueStates()).find(({ name }) => name === 'dead')?.bodies).toEqual(['hello']);
  });

  it('refuses a put whose condition does not hold, as DynamoDB does', async () => {
    const put = new PutItemCommand({
      TableName: 'fixture-data-Items',
      Item: { pk: { S: 'once' }, sk: { S: 'b' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    const tables = new DynamoDBClient(settings());
    await tables.send(put);
    await expect(tables.send(put)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });
});
