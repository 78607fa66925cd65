// The clients are the product's own; behind them stands a server that answers as told.
import { createServer, type Server } from 'node:http';
import { GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { dynamoClient, kmsClient, secretsClient, sqsClient } from '../../../lib/aws/clients.ts';

let server: Server;
let requests: string[] = [];
let bodies: unknown[] = [];
let statuses: number[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(String(request.headers['x-amz-target']));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(statuses.shift() ?? 200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  requests = [];
  bodies = [];
  statuses = [];
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});

afterEach(() => vi.unstubAllEnvs());

it('every command of every service is counted under its name', async () => {
  const calls: string[] = [];
  const count = (call: string) => calls.push(call);
  const dynamo = dynamoClient(count);
  await dynamo.send(new GetCommand({ TableName: 't', Key: { pk: 'a', sk: 'b' } }));
  await dynamo.send(new PutCommand({ TableName: 't', Item: { pk: 'a', sk: 'b' } }));
  await sqsClient(count).send(
    new SendMessageBatchCommand({ QueueUrl: `${process.env['AWS_ENDPOINT_URL']}/1/q`, Entries: [] }),
  );
  await kmsClient(count).send(new GetPublicKeyCommand({ KeyId: 'k' }));
  await secretsClient(count).send(new GetSecretValueCommand({ SecretId: 's' }));
  expect(calls).toEqual([
    'DynamoDB.GetItem',
    'DynamoDB.PutItem',
    'SQS.SendMessageBatch',
    'KMS.GetPublicKey',
    'SecretsManager.GetSecretValue',
  ]);
  expect(requests).toHaveLength(5);
});

it('a command that is tried three times is counted once', async () => {
  statuses = [500, 503];
  const calls: string[] = [];
  await kmsClient((call) => calls.push(call)).send(new GetPublicKeyCommand({ KeyId: 'k' }));
  expect(requests).toHaveLength(3);
  expect(calls).toEqual(['KMS.GetPublicKey']);
});

it('a command is given up after three tries', async () => {
  statuses = [500, 500, 500, 500];
  await expect(kmsClient(() => {}).send(new GetPublicKeyCommand({ KeyId: 'k' }))).rejects.toThrow();
  expect(requests).toHaveLength(3);
});

it('a client counts for its own function only', async () => {
  const one: string[] = [];
  const two: string[] = [];
  await kmsClient((call) => one.push(call)).send(new GetPublicKeyCommand({ KeyId: 'k' }));
  await kmsClient((call) => two.push(call)).send(new GetPublicKeyCommand({ KeyId: 'k' }));
  expect([one.length, two.length]).toEqual([1, 1]);
});

// A request that merely warns when its time is over would hold a function until the function's own timeout.
it('a request that takes too long is ended, not only complained about', async () => {
  const kms = kmsClient(() => {});
  await kms.send(new GetPublicKeyCommand({ KeyId: 'k' }));
  const patience = { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
  expect(settingsOf(kms.config.requestHandler)).toMatchObject(patience);
});

const settingsOf = (handler: object): unknown =>
  'httpHandlerConfigs' in handler && typeof handler.httpHandlerConfigs === 'function' && handler.httpHandlerConfigs();

it('attributes without a value are not sent, however deep they are', async () => {
  const attempts = { seq: 1, firstAt: undefined };
  await dynamoClient(() => {}).send(new PutCommand({ TableName: 't', Item: { pk: 'a', gone: undefined, attempts } }));
  expect(bodies).toEqual([{ TableName: 't', Item: { pk: { S: 'a' }, attempts: { M: { seq: { N: '1' } } } } }]);
});
