// Which permission each call to AWS needs, as the Service Authorization Reference lists it.
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type AwsCall, makeAskedPermission } from '../../infra/local/asked-permission.ts';
import { readDeployment } from '../../infra/local/deployment.ts';
import { readAssembly } from '../../infra/local/template.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

const place = { region: 'x', account: '0', publicOrigin: 'http://gateway', awsOrigin: 'http://aws' };
const folder = writeFixtureAssembly();
const deployment = readDeployment(readAssembly(folder), place);
rmSync(folder, { recursive: true });

const BASE = 'x:0';
const TableName = 'fixture-data-Items';
const TABLE = `arn:aws:dynamodb:${BASE}:table/${TableName}`;
const item = (pk: string) => ({ pk: { S: pk }, sk: { S: 's' } });
const keyOf = (wanted: string) => deployment.keys.find(({ spec }) => spec === wanted);

describe('the permission that a call needs', () => {
  const ask = (service: string, operation: string, body: unknown, url = '/'): unknown => {
    const call: AwsCall = { service, operation, url, body: typeof body === 'string' ? body : JSON.stringify(body) };
    return makeAskedPermission(deployment)(call);
  };
  const SIGNING = keyOf('ECC_NIST_P256');
  const WRAPPING = keyOf('SYMMETRIC_DEFAULT')?.arn;

  it('on an item is about its table and its leading key', () => {
    const written = { TableName, Item: { ...item('p'), more: { N: '1' } } };
    expect(ask('DynamoDB', 'PutItem', written)).toEqual({
      action: 'dynamodb:PutItem',
      resource: TABLE,
      leadingKeys: ['p'],
    });
    const addressed = { TableName, Key: item('q') };
    for (const operation of ['GetItem', 'DeleteItem']) {
      expect(ask('DynamoDB', operation, addressed)).toEqual({
        action: `dynamodb:${operation}`,
        resource: TABLE,
        leadingKeys: ['q'],
      });
    }
  });

  it('to update an item is also about every attribute that it names, its key’s included', () => {
    const update = {
      TableName,
      Key: item('q'),
      UpdateExpression: 'SET #a = :a REMOVE #b',
      ConditionExpression: 'attribute_exists(#c)',
      ExpressionAttributeNames: { '#a': 'first', '#b': 'second', '#c': 'third' },
    };
    expect(ask('DynamoDB', 'UpdateItem', update)).toEqual({
      action: 'dynamodb:UpdateItem',
      resource: TABLE,
      leadingKeys: ['q'],
      attributes: [...Object.keys(item('q')), 'first', 'second', 'third'],
    });
  });

  it('of a query is about its table and the partition that it is held to, and about an index alone without one', () => {
    const query = (KeyConditionExpression: string, more: object = {}) => {
      const ExpressionAttributeNames = { '#pk': 'pk', '#sk': 'sk' };
      const ExpressionAttributeValues = { ':s': { S: 'other' }, ':p': { S: 'mine' } };
      const input = { TableName, KeyConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues, ...more };
      return ask('DynamoDB', 'Query', input);
    };
    const held = { action: 'dynamodb:Query', resource: TABLE, leadingKeys: ['mine'] };
    expect(query('#pk = :p AND #sk < :s')).toEqual(held);
    expect(query('#sk = :s AND #pk = :p')).toEqual(held);
    expect(query('pk = :p')).toEqual(held);
    expect(query('#sk = :s')).toEqual({ action: 'dynamodb:Query', resource: TABLE });
    expect(query('#pk = :p', { IndexName: 'due' })).toEqual({
      action: 'dynamodb:Query',
      resource: `${TABLE}/index/due`,
    });
  });

  it.each<[string, string, unknown, readonly [string, string | undefined]]>([
    ['DynamoDB', 'Query', { TableName, IndexName: 'due' }, ['dynamodb:Query', `${TABLE}/index/due`]],
    ['DynamoDB', 'Scan', { TableName }, ['dynamodb:Scan', TABLE]],
    ['DynamoDB', 'BatchGetItem', { RequestItems: { [TableName]: {} } }, ['dynamodb:BatchGetItem', TABLE]],
    ['SQS', 'SendMessageBatch', { QueueUrl: 'http://any/0/work' }, ['sqs:SendMessage', `arn:aws:sqs:${BASE}:work`]],
    ['SQS', 'DeleteMessageBatch', { QueueUrl: 'http://any/0/work' }, ['sqs:DeleteMessage', `arn:aws:sqs:${BASE}:work`]],
    ['KMS', 'Encrypt', { KeyId: 'alias/wrapping' }, ['kms:Encrypt', WRAPPING]],
    ['KMS', 'Encrypt', { KeyId: `arn:aws:kms:${BASE}:alias/wrapping` }, ['kms:Encrypt', WRAPPING]],
    ['KMS', 'Sign', { KeyId: 'nobody' }, ['kms:Sign', `arn:aws:kms:${BASE}:key/nobody`]],
    [
      'SecretsManager',
      'GetSecretValue',
      { SecretId: 'later' },
      ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${BASE}:secret:later-Local1`],
    ],
  ])('%s.%s %j', (service, operation, body, [action, resource]) => {
    expect(ask(service, operation, body)).toEqual({ action, resource });
  });

  it('to sign is about the key, by id and by ARN', () => {
    const expected = { action: 'kms:Sign', resource: SIGNING?.arn };
    expect([SIGNING?.arn, SIGNING?.id].map((KeyId) => ask('KMS', 'Sign', { KeyId }))).toEqual([expected, expected]);
  });

  it('on a file is about the object, and unknown for anything else of it', () => {
    expect(ask('S3', 'GetObject', '', '/files/a%20b?x-id=GetObject')).toEqual({
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::files/a b',
    });
    expect([ask('S3', 'GetObject', '', '/files'), ask('S3', 'GetObject', '', '/files/a?tagging')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['CreateMultipartUpload', '?uploads=&x-id=CreateMultipartUpload'],
    ['UploadPart', '?partNumber=1&uploadId=u&x-id=UploadPart'],
    ['CompleteMultipartUpload', '?uploadId=u'],
  ])('%s of a file that is written in parts is to put it', (operation, query) => {
    expect(ask('S3', operation, '', `/files/a${query}`)).toEqual({
      action: 's3:PutObject',
      resource: 'arn:aws:s3:::files/a',
    });
  });

  it('at an address that somebody signed is what its signer asks', () => {
    const query = '?X-Amz-Credential=reports.1&X-Amz-Signature=s&response-content-disposition=attachment';
    expect(ask('S3', 'GetObject', '', `/files/a${query}`)).toEqual({
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::files/a',
    });
  });

  it.each([
    ['DynamoDB', 'TransactWriteItems', {}],
    ['DynamoDB', 'toString', {}],
    ['constructor', 'name', {}],
    ['Unknown', 'Unknown', {}],
    ['KMS', 'Decrypt', {}],
    ['KMS', 'Decrypt', 'not JSON'],
  ])('%s.%s %j is not known', (service, operation, body) => {
    expect(ask(service, operation, body)).toBeUndefined();
  });
});
