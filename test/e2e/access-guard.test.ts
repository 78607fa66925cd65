// What functions get of AWS on the local stack: what their roles grant. Asked by the real SDK clients under the functions' own names.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { DecryptCommand, EncryptCommand, GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootLocalStack } from '../../infra/local/local-stack.ts';
import type { LocalStack } from '../../infra/local/stack-interface.ts';
import { objectOf, type TemplateObject } from '../../infra/local/template.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

const folder = writeFixtureAssembly();
const BASE = 'eu-central-1:000000000000';
const TABLE = `arn:aws:dynamodb:${BASE}:table/fixture-data-Items`;
const SECRET = `arn:aws:secretsmanager:${BASE}:secret:credentials-*`;
const unless = (name: string) => ({ StringNotEquals: { 'aws:PrincipalTag/odoseal-function': name } });
const deny = (Action: string, Condition: TemplateObject) => ({
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action,
  Resource: '*',
  Condition,
});

const rewrite = (file: string, change: (resources: TemplateObject) => TemplateObject): void => {
  const template = objectOf(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  const Resources = { ...objectOf(template['Resources']), ...change(objectOf(template['Resources'])) };
  writeFileSync(join(folder, file), JSON.stringify({ ...template, Resources }));
};

const allow = (Resource: string, ...Action: readonly string[]) => ({ Effect: 'Allow', Action, Resource });
const policy = (name: string, ...Statement: readonly TemplateObject[]): TemplateObject => ({
  [`May${name}`]: {
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyDocument: { Statement }, Roles: [{ Ref: `Role${name}` }] },
  },
});
/** A key's usual first statement: without it nobody's role opens it. */
const LEFT_TO_ROLES = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::000000000000:root' },
  Action: 'kms:*',
  Resource: '*',
};

const onKeys = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'A#*' } };

rewrite('service.template.json', () => ({
  ...policy(
    'door',
    allow(TABLE, 'dynamodb:GetItem', 'dynamodb:PutItem'),
    { ...allow(TABLE, 'dynamodb:DeleteItem'), Condition: onKeys },
    allow(`${TABLE}/index/due`, 'dynamodb:Query'),
    allow(`arn:aws:sqs:${BASE}:dead`, 'sqs:SendMessage'),
    allow('*', 'kms:Decrypt', 'kms:GetPublicKey'),
    allow(SECRET, 'secretsmanager:GetSecretValue'),
    allow('arn:aws:s3:::files/mine/*', 's3:GetObject'),
  ),
  ...policy('echo', allow('*', '*')),
}));
rewrite('data.template.json', ({ Wrapping, Items }) => ({
  FilesPolicy: {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: 'files',
      PolicyDocument: {
        Statement: [{ ...deny('s3:GetObject', unless('planner')), Resource: 'arn:aws:s3:::files/mine/closed/*' }],
      },
    },
  },
  Wrapping: {
    ...objectOf(Wrapping),
    Properties: { KeyPolicy: { Statement: [LEFT_TO_ROLES, deny('kms:Decrypt', unless('planner'))] } },
  },
  Items: {
    ...objectOf(Items),
    Properties: {
      ...objectOf(objectOf(Items)['Properties']),
      ResourcePolicy: {
        PolicyDocument: {
          Statement: [
            deny('dynamodb:PutItem', unless('planner')),
            deny('dynamodb:Query', unless('door')),
            deny('dynamodb:*', { Bool: { 'aws:SecureTransport': 'false' } }),
          ],
        },
      },
    },
  },
}));

let stack: LocalStack;
beforeAll(async () => {
  stack = await bootLocalStack({ outDir: folder, startAt: Date.parse('2026-03-01T12:00:00.000Z') });
});
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true });
});

const as = (caller: string) => ({
  endpoint: stack.awsOrigin,
  region: 'eu-central-1',
  credentials: { accessKeyId: `${caller}.1`, secretAccessKey: 'x' },
  maxAttempts: 1,
});
const keyId = (spec: string): string => stack.deployment.keys.find((key) => key.spec === spec)?.id ?? '';

/** `allowed`, or what the SDK throws: name and HTTP status. */
const outcome = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'allowed',
    (error: { readonly name: string; readonly $metadata: { readonly httpStatusCode: number } }) =>
      `${error.name} ${error.$metadata.httpStatusCode}`,
  );

const TableName = 'fixture-data-Items';
const item = (pk: string) => ({ pk: { S: pk }, sk: { S: 's' } });
const tables = (caller: string) => new DynamoDBClient(as(caller));
const keys = (caller: string) => new KMSClient(as(caller));
const secrets = (caller: string) => new SecretsManagerClient(as(caller));
const files = (caller: string) => new S3Client(as(caller));
const queueUrl = (name: string) => `${stack.awsOrigin}/000000000000/${name}`;
const get = (caller: string, pk: string) => tables(caller).send(new GetItemCommand({ TableName, Key: item(pk) }));
const put = (caller: string, pk: string) => tables(caller).send(new PutItemCommand({ TableName, Item: item(pk) }));
const drop = (caller: string, pk: string) => tables(caller).send(new DeleteItemCommand({ TableName, Key: item(pk) }));
const query = (caller: string, name: string, index: { readonly IndexName?: string } = {}) =>
  tables(caller).send(
    new QueryCommand({
      TableName,
      ...index,
      KeyConditionExpression: '#k = :k',
      ExpressionAttributeNames: { '#k': name },
      ExpressionAttributeValues: { ':k': { S: 'x' } },
    }),
  );
const transactGet = (caller: string) =>
  tables(caller).send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: item('A#1') } }] }));
const send = (caller: string, name: string) =>
  new SQSClient(as(caller)).send(new SendMessageCommand({ QueueUrl: queueUrl(name), MessageBody: 'x' }));
const sendBatch = (caller: string, name: string) => {
  const Entries = [{ Id: 'a', MessageBody: 'x' }];
  return new SQSClient(as(caller)).send(new SendMessageBatchCommand({ QueueUrl: queueUrl(name), Entries }));
};
const readKey = (caller: string) => keys(caller).send(new GetPublicKeyCommand({ KeyId: keyId('ECC_NIST_P256') }));
const sign = (caller: string) => {
  const what = { Message: Buffer.from('x'), SigningAlgorithm: 'ECDSA_SHA_256' } as const;
  return keys(caller).send(new SignCommand({ KeyId: keyId('ECC_NIST_P256'), ...what }));
};
/** Opens what the account's owner sealed, without naming the key. */
const open = async (caller: string) => {
  const sealing = new EncryptCommand({ KeyId: keyId('SYMMETRIC_DEFAULT'), Plaintext: Buffer.from('x') });
  const { CiphertextBlob } = await keys('owner').send(sealing);
  return keys(caller).send(new DecryptCommand({ CiphertextBlob }));
};
const readSecret = (caller: string) => secrets(caller).send(new GetSecretValueCommand({ SecretId: 'credentials' }));
const writeSecret = (caller: string) =>
  secrets(caller).send(new PutSecretValueCommand({ SecretId: 'credentials', SecretString: 'x' }));
const readFile = (caller: string, Key: string) => files(caller).send(new GetObjectCommand({ Bucket: 'files', Key }));
const writeFile = (caller: string, Key: string) =>
  files(caller).send(new PutObjectCommand({ Bucket: 'files', Key, Body: 'x' }));
const askFile = (caller: string, Key: string) => files(caller).send(new HeadObjectCommand({ Bucket: 'files', Key }));

const DENIED = 'AccessDeniedException 400';

describe('a function', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['gets an item of a table it is granted', () => get('door', 'A#1'), 'allowed'],
    ['gets no item of a table it is not granted', () => get('worker', 'A#1'), DENIED],
    ['puts no item that the table’s own policy denies', () => put('door', 'A#1'), DENIED],
    ['puts an item that the policy lets it put by its tag', () => put('planner', 'A#1'), 'allowed'],
    ['is denied by the table even with every permission', () => put('echo', 'A#1'), DENIED],
    ['deletes an item with a leading key it is granted', () => drop('door', 'A#1'), 'allowed'],
    ['deletes no item with another leading key', () => drop('door', 'B#1'), DENIED],
    ['queries an index it is granted', () => query('door', 'shard', { IndexName: 'due' }), 'allowed'],
    ['queries no index that the table’s own policy denies', () => query('echo', 'shard', { IndexName: 'due' }), DENIED],
    ['does not query the table by a grant for its index', () => query('door', 'pk'), DENIED],
    ['sends to a queue it is granted', () => send('door', 'dead'), 'allowed'],
    ['sends batches by the same grant', () => sendBatch('door', 'dead'), 'allowed'],
    ['sends nothing to another queue', () => send('door', 'work'), DENIED],
    ['reads a public key it is granted', () => readKey('door'), 'allowed'],
    ['does not sign with a key it only reads', () => sign('door'), DENIED],
    ['opens nothing that the key’s own policy denies', () => open('door'), DENIED],
    ['reads a secret it is granted', () => readSecret('door'), 'allowed'],
    ['changes no secret it only reads', () => writeSecret('door'), DENIED],
    ['reads no file beside the folder it is granted', () => readFile('door', 'yours/a'), 'AccessDenied 403'],
    ['writes no file it only reads', () => writeFile('door', 'mine/a'), 'AccessDenied 403'],
    ['reads no file that the bucket’s own policy denies', () => readFile('door', 'mine/closed/a'), 'AccessDenied 403'],
    ['asks for a file it is granted', () => askFile('door', 'mine/a'), 'NotFound 404'],
    [
      'gets nothing whose permission the runner does not know',
      () => transactGet('echo'),
      'NotImplementedException 501',
    ],
  ])('%s', async (_what, call, expected) => {
    expect(await outcome(call())).toBe(expected);
  });

  it('is told as AWS tells it, and so is its log', async () => {
    const before = stack.logs.length;
    const told = await get('worker', 'A#1').catch((error: Error) => error.message);
    const line = `User: arn:aws:sts::000000000000:assumed-role/worker/worker is not authorized to perform: dynamodb:GetItem on resource: ${TABLE} because no identity-based policy allows the dynamodb:GetItem action`;
    expect(told).toBe(line);
    expect(stack.logs.slice(before)).toEqual([{ functionName: 'worker', text: line }]);
  });

  it('changes nothing by a refused call', async () => {
    await outcome(put('door', 'never'));
    const { Item } = await get('owner', 'never');
    expect(Item).toBeUndefined();
  });
});

describe('somebody who is no function', () => {
  it('acts as the account’s owner', async () => {
    expect(await outcome(put('owner', 'B#1'))).toBe('allowed');
  });

  it('may nothing without credentials', async () => {
    const headers = { 'x-amz-target': 'DynamoDB_20120810.GetItem', 'content-type': 'application/x-amz-json-1.0' };
    const body = JSON.stringify({ TableName, Key: item('B#1') });
    const answer = await fetch(stack.awsOrigin, { method: 'POST', headers, body });
    expect([answer.status, objectOf(JSON.parse(await answer.text()))['__type']]).toEqual([
      400,
      'MissingAuthenticationTokenException',
    ]);
  });
});

describe('grants', () => {
  it('are counted as used when they let a call through, and by the mapping that polls with them', async () => {
    await get('door', 'A#1');
    await outcome(put('door', 'A#1'));
    const used = stack.access.used();
    expect(used.has(`door dynamodb:GetItem ${TABLE}`)).toBe(true);
    expect(used.has(`door dynamodb:PutItem ${TABLE}`)).toBe(false);
    expect(used.has(`worker sqs:ReceiveMessage arn:aws:sqs:${BASE}:work`)).toBe(true);
    expect(stack.access.granted()).toContain(`door dynamodb:PutItem ${TABLE}`);
    expect(stack.access.granted().filter((grant) => !used.has(grant))).not.toContain(`door dynamodb:GetItem ${TABLE}`);
  });
});
