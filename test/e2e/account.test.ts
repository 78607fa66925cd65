// The stand-in of an AWS account refuses what AWS would, and what it does not know: else a deployment to it would show nothing.
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Account, openAccount } from './account/account.ts';

let account: Account;
beforeAll(async () => {
  account = await openAccount(async (name, event) => ({ payload: `["${name}",${event}]`, fault: false }));
});
afterAll(() => account.close());

const origin = (): string => account.environment['AWS_ENDPOINT_URL'] ?? '';

const ask = async (service: string, path: string, init: RequestInit, keyId = 'AKIAOPERATOR') => {
  const authorization = `AWS4-HMAC-SHA256 Credential=${keyId}/20260101/eu-central-1/${service}/aws4_request`;
  const answer = await fetch(origin() + path, { ...init, headers: { ...init.headers, authorization } });
  return { status: answer.status, body: await answer.text() };
};
const act = (Action: string, form: Readonly<Record<string, string>> = {}, service = 'cloudformation') =>
  ask(service, '/', { method: 'POST', body: new URLSearchParams({ Action, ...form }) });

const named = (logicalId: string, type: string, property: string, value: string) => ({
  [logicalId]: { Type: type, Properties: { [property]: value } },
});

const deploy = async (StackName: string, template: object, more: Readonly<Record<string, string>> = {}) => {
  const TemplateBody = JSON.stringify(template);
  const form = { StackName, ChangeSetName: 'change', ChangeSetType: 'CREATE', TemplateBody, ...more };
  const created = await act('CreateChangeSet', form);
  return created.status === 200 ? act('ExecuteChangeSet', { StackName, ChangeSetName: 'change' }) : created;
};

const MAY_NAME = { 'Capabilities.member.1': 'CAPABILITY_NAMED_IAM' };
const ROLE = { Resources: named('Role', 'AWS::IAM::Role', 'RoleName', 'uploader') };
const ARN = 'arn:aws:iam::111122223333:role/uploader';

it('a stack waits for what it imports, and for its code', async () => {
  const user = { Resources: named('Topic', 'AWS::SNS::Topic', 'TopicName', 'x'), Outputs: {} };
  const importing = { ...user, Outputs: { Name: { Value: { 'Fn::ImportValue': 'made' } } } };
  const early = await deploy('user', importing);
  expect([early.status, early.body]).toEqual([400, expect.stringContaining('No export named made found.')]);
  await deploy('owner', { ...user, Outputs: { Made: { Value: { Ref: 'Topic' }, Export: { Name: 'made' } } } });
  expect((await deploy('user', importing)).status).toBe(200);
  const Code = { S3Bucket: 'nowhere', S3Key: 'code.zip' };
  const coded = {
    Resources: { Worker: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'worker', Code } } },
  };
  expect((await deploy('coded', coded)).body).toContain('The code code.zip is not there');
  expect(account.stacks().map(({ name }) => name)).toEqual(['owner', 'user']);
  expect(account.stacks()[1]?.outputs).toMatchObject([{ OutputKey: 'Name', OutputValue: 'owner-Topic' }]);
});

it('roles are made with the capability alone, and assumed when they are made', async () => {
  expect((await deploy('roles', ROLE)).body).toContain('CAPABILITY_NAMED_IAM');
  expect((await act('AssumeRole', { RoleArn: ARN }, 'sts')).status).toBe(403);
  expect((await deploy('worked', ROLE, { ...MAY_NAME, RoleARN: ARN })).body).toContain(`Role ${ARN} is invalid`);
  expect((await deploy('roles', ROLE, MAY_NAME)).status).toBe(200);
  const { body } = await act('AssumeRole', { RoleArn: ARN }, 'sts');
  const [, keyId = ''] = /<AccessKeyId>(\w+)</.exec(body) ?? [];
  expect((await ask('sts', '/', { method: 'POST', body: 'Action=GetCallerIdentity' }, keyId)).body).toContain(
    '/uploader<',
  );
  expect((await ask('sts', '/', { method: 'POST', body: 'Action=GetCallerIdentity' }, 'ASIA9')).status).toBe(403);
});

it('a bucket is written to when it is made, with what the checksum says', async () => {
  const put = (body: string, sum = createHash('sha256').update(body).digest('base64')) =>
    ask('s3', '/assets/a.zip?x-id=PutObject', { method: 'PUT', body, headers: { 'x-amz-checksum-sha256': sum } });
  expect((await put('zip')).body).toContain('<Code>NoSuchBucket</Code>');
  await deploy('bucket', { Resources: named('Bucket', 'AWS::S3::Bucket', 'BucketName', 'assets') });
  expect((await put('zip', 'AAAA')).body).toContain('<Code>BadDigest</Code>');
  expect((await put('zip')).status).toBe(200);
  expect([...account.objects]).toEqual([['assets/a.zip', Buffer.from('zip')]]);
});

it('a template is taken up to its limits, and from where it lies', async () => {
  const large = { ...ROLE, Description: 'x'.repeat(51_200) };
  expect((await deploy('large', large, MAY_NAME)).body).toContain('more than 51200 bytes');
  const absent = { StackName: 'absent', ChangeSetType: 'CREATE', TemplateURL: `${origin()}/assets/absent.json` };
  expect((await act('CreateChangeSet', absent)).body).toContain('the template was not found');
  expect((await deploy('roles', ROLE, MAY_NAME)).body).toContain('the type CREATE do not go together');
});

it('what it does not know is refused, and remembered', async () => {
  expect((await act('ListStacks')).status).toBe(501);
  expect((await ask('dynamodb', '/', { method: 'POST', body: '{}' })).status).toBe(501);
  expect((await ask('s3', '/assets/a.zip', { method: 'DELETE' })).status).toBe(501);
  const { hostname, port } = new URL(origin());
  const socket = connect(Number(port), hostname).end('CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n');
  for await (const answer of socket) expect(String(answer)).toContain('502');
  expect(account.refused).toEqual([
    'the stand-in of an account does not do CloudFormation ListStacks',
    'the stand-in of an account does not do dynamodb /',
    'the stand-in of an account does not do S3 DELETE /assets/a.zip',
    'a connection to example.org:443',
  ]);
});
