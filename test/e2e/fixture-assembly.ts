// A small cloud assembly written by hand, with functions of a few lines: what the runner does with a template is tested on it,
// apart from what the product's own functions do. Two stacks, so that references cross a stack border.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Calls AWS as a bundle would, without the SDK: the credentials name the caller, the header names the operation. */
const CALL = `
const call = async (target, service, input) => {
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      'x-amz-date': '20260101T000000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/x/' + service + '/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  return { status: response.status, body: await response.json() };
};
const put = (pk, sk, more = {}) => call('DynamoDB_20120810.PutItem', 'dynamodb', { TableName: process.env.TABLE, Item: { pk: { S: pk }, sk: { S: sk }, ...more } });
const send = (MessageBody, DelaySeconds = 0) => call('AmazonSQS.SendMessage', 'sqs', { QueueUrl: process.env.QUEUE_URL, MessageBody, DelaySeconds });
const remove = (pk, sk) => call('DynamoDB_20120810.DeleteItem', 'dynamodb', { TableName: process.env.TABLE, Key: { pk: { S: pk }, sk: { S: sk } } });
const query = (IndexName) => call('DynamoDB_20120810.Scan', 'dynamodb', { TableName: process.env.TABLE, IndexName });
`;

/** Answers HTTP requests: with the event it got, or as the query asks. */
const ECHO = `
export const handler = async (event) => {
  const { kind } = event.queryStringParameters ?? {};
  if (kind === 'throws') throw new Error('on purpose');
  if (kind === 'plain') return { greeting: 'hello' };
  if (kind === 'cookies') return { statusCode: 201, headers: { 'X-Colour': 'red' }, cookies: ['a=1; Path=/', 'b=2'], body: 'made' };
  if (kind === 'binary') return { statusCode: 200, headers: { 'content-type': 'application/pdf' }, body: 'AP8=', isBase64Encoded: true };
  if (kind === 'headers') return { statusCode: 200, headers: { myheader: 'test,other', 'x-colour': 'red', 'content-length': '1', connection: 'close', date: 'never' }, body: 'Test body' };
  if (kind === 'zero') return { statusCode: 0, body: '' };
  if (kind === 'float') return { statusCode: 200.5, body: '' };
  if (kind === 'nonsense') return { statusCode: 'many' };
  if (kind === 'environment') return { statusCode: 200, body: JSON.stringify(process.env) };
  if (kind === 'date') return { statusCode: 200, body: new Date().toISOString() + ' ' + Date.now() };
  if (kind === 'outside') {
    const answer = await fetch(process.env.OUTSIDE + '/secret-path?q=1', { method: 'POST', headers: { 'x-mark': 'mark' }, body: 'content' });
    return { statusCode: 200, body: JSON.stringify({ status: answer.status, answer: answer.headers.get('x-answer'), text: await answer.text() }) };
  }
  if (kind === 'late') return new Promise(() => undefined);
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) };
};
`;

/** Lets in whoever says so, and tells how often it was asked. */
const DOOR = `
let asked = 0;
export const handler = async (event) => {
  asked += 1;
  const [who] = event.identitySource;
  if (who === 'fault') throw new Error('on purpose');
  return { isAuthorized: who !== 'stranger', context: { who, asked } };
};
`;

/** Takes messages: writes one item each, and fails, or sends on, where the message says so. */
const WORKER = `${CALL}
export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { messageId, body, attributes } of Records) {
    const { id, fails = 0, next, pair } = JSON.parse(body);
    if (pair) await Promise.all([put('done', id + '-1'), put('done', id + '-2')]);
    await put('done', id, { at: { S: new Date().toISOString() }, receives: { S: attributes.ApproximateReceiveCount } });
    if (next !== undefined) await send(JSON.stringify(next.message), next.delaySeconds);
    if (Number(attributes.ApproximateReceiveCount) <= fails) batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
};
`;

/** Fires by schedule: turns what is due into messages. */
const PLANNER = `${CALL}
export const handler = async (event) => {
  await put('fired', new Date().toISOString(), { time: { S: event.time } });
  const { body } = await query('due');
  for (const item of body.Items) {
    if (item.dueAt.S > new Date().toISOString()) continue;
    await send(JSON.stringify({ id: item.sk.S }));
    await remove(item.pk.S, item.sk.S);
  }
};
`;

const ref = (id: string) => ({ Ref: id });
const att = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] });

const role = (name: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: { Tags: [{ Key: 'odoseal-function', Value: name }] },
});

const policy = (name: string, ...statements: readonly unknown[]) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyDocument: { Statement: statements }, Roles: [ref(`Role${name}`)] },
});

const allow = (resource: unknown, ...actions: readonly string[]) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resource,
});

const lambda = (name: string, variables: Readonly<Record<string, unknown>>, timeout: number) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: ref('Assets'), S3Key: `${name}.zip` },
    Handler: 'index.handler',
    Role: att(`Role${name}`, 'Arn'),
    Timeout: timeout,
    Environment: { Variables: variables },
  },
});

const invokeConfig = (id: string, qualifier: string, retries: number) => ({
  Type: 'AWS::Lambda::EventInvokeConfig',
  Properties: { FunctionName: ref(id), Qualifier: qualifier, MaximumRetryAttempts: retries },
});

const invocationOf = (id: string) => ({
  'Fn::Join': [
    '',
    ['arn:aws:apigateway:', ref('AWS::Region'), ':lambda:path/2015-03-31/functions/', att(id, 'Arn'), '/invocations'],
  ],
});

const route = (routeKey: string, guarded = false) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    RouteKey: routeKey,
    Target: { 'Fn::Join': ['', ['integrations/', ref('Integration')]] },
    ...(guarded ? { AuthorizerId: ref('Authorizer') } : {}),
  },
});

const DATA = {
  Resources: {
    Items: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: ['pk', 'sk', 'shard', 'dueAt'].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        })),
        GlobalSecondaryIndexes: [
          {
            IndexName: 'due',
            KeySchema: [
              { AttributeName: 'shard', KeyType: 'HASH' },
              { AttributeName: 'dueAt', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
        BillingMode: 'PAY_PER_REQUEST',
      },
    },
    Signing: { Type: 'AWS::KMS::Key', Properties: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } },
    Wrapping: { Type: 'AWS::KMS::Key', Properties: {} },
    Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/wrapping', TargetKeyId: ref('Wrapping') } },
    Credentials: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: {
        Name: 'credentials',
        GenerateSecretString: { SecretStringTemplate: '{"user":"me"}', GenerateStringKey: 'word' },
      },
    },
    Files: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'files' } },
  },
  Outputs: {
    ItemsName: { Value: ref('Items'), Export: { Name: 'fixture:items' } },
    ItemsArn: { Value: att('Items', 'Arn'), Export: { Name: 'fixture:items-arn' } },
  },
};

const table = { 'Fn::ImportValue': 'fixture:items' };
const tableArn = { 'Fn::ImportValue': 'fixture:items-arn' };
const dueArn = { 'Fn::Join': ['', [tableArn, '/index/due']] };
const worker = { TABLE: table, QUEUE_URL: ref('Work') };

const SERVICE = {
  Parameters: { Assets: { Type: 'String', Default: 'assets' } },
  Resources: {
    Roleecho: role('echo'),
    Roledoor: role('door'),
    Roleworker: role('worker'),
    Roleplanner: role('planner'),
    MayWorker: policy(
      'worker',
      allow(tableArn, 'dynamodb:PutItem'),
      allow(att('Work', 'Arn'), 'sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'),
    ),
    MayPlanner: policy(
      'planner',
      allow(tableArn, 'dynamodb:PutItem', 'dynamodb:DeleteItem'),
      allow(dueArn, 'dynamodb:Scan'),
      allow(att('Work', 'Arn'), 'sqs:SendMessage'),
    ),
    Echo: lambda('echo', { OUTSIDE: 'https://example.org', ORIGIN: att('Api', 'ApiEndpoint'), TABLE: table }, 2),
    Door: lambda('door', {}, 5),
    Worker: lambda('worker', worker, 20),
    Planner: lambda('planner', worker, 20),
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
    Work: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'work',
        VisibilityTimeout: 60,
        RedrivePolicy: { deadLetterTargetArn: att('Dead', 'Arn'), maxReceiveCount: 3 },
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: att('Work', 'Arn'),
        FunctionName: ref('Worker'),
        BatchSize: 20,
        MaximumBatchingWindowInSeconds: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ScheduleExpression: 'rate(5 minutes)',
        State: 'ENABLED',
        Targets: [
          {
            Id: 'one',
            Arn: att('Planner', 'Arn'),
            // How long EventBridge tries to reach Lambda, not how often Lambda repeats what failed.
            RetryPolicy: { MaximumRetryAttempts: 1 },
          },
        ],
      },
    },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: { IntegrationUri: att('Echo', 'Arn'), TimeoutInMillis: 1_500 },
    },
    Authorizer: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: {
        AuthorizerUri: invocationOf('Door'),
        IdentitySource: ['$request.header.Authorization'],
        AuthorizerResultTtlInSeconds: 60,
      },
    },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { AccessLogSettings: { Format: '{"route":"$context.routeKey","status":"$context.status"}' } },
    },
    RouteOpen: route('GET /open/{name}'),
    RouteFixed: route('GET /open/fixed'),
    RoutePost: route('POST /open/{name}'),
    RouteGuarded: route('ANY /guarded/{proxy+}', true),
  },
};

const stackArtifact = (name: string) => ({
  type: 'aws:cloudformation:stack',
  properties: { templateFile: `${name}.template.json`, stackName: `fixture-${name}` },
});

const withInvokeConfig = (plannerRetries: number) => ({
  ...SERVICE,
  Resources: {
    ...SERVICE.Resources,
    // Another function's, and another version's: neither is about what the schedule calls.
    WorkerInvokeConfig: invokeConfig('Worker', '$LATEST', 1),
    OldInvokeConfig: invokeConfig('Planner', '7', 2 - plannerRetries),
    PlannerInvokeConfig: invokeConfig('Planner', '$LATEST', plannerRetries),
  },
});

/**
 * Writes the assembly into a fresh folder and returns the folder.
 * @param plannerRetries how often Lambda repeats the scheduled function's calls; absent: the template does not say
 */
export const writeFixtureAssembly = (plannerRetries?: number): string => {
  const folder = mkdtempSync(join(tmpdir(), 'odoseal-fixture-'));
  const json = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value));
  json('manifest.json', { artifacts: { data: stackArtifact('data'), service: stackArtifact('service') } });
  json('data.template.json', DATA);
  json('service.template.json', plannerRetries === undefined ? SERVICE : withInvokeConfig(plannerRetries));
  for (const [name, source] of Object.entries({ echo: ECHO, door: DOOR, worker: WORKER, planner: PLANNER })) {
    mkdirSync(join(folder, `asset.${name}`));
    writeFileSync(join(folder, `asset.${name}`, 'index.mjs'), source);
  }
  return folder;
};
