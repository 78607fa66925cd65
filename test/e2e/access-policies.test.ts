// Reading policies from templates: what cannot be evaluated faithfully stops the start, and says what and where.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Deployment, readDeployment } from '../../infra/local/deployment.ts';
import { bootLocalStack } from '../../infra/local/local-stack.ts';
import { objectOf, readAssembly, type TemplateObject, type TemplateValue } from '../../infra/local/template.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

const folder = writeFixtureAssembly();
afterAll(() => rmSync(folder, { recursive: true }));
const place = { region: 'x', account: '0', publicOrigin: 'http://gateway', awsOrigin: 'http://aws' };
const original = readFileSync(join(folder, 'service.template.json'), 'utf8');

/** The fixture with further or other resources in its service stack. */
const rewrite = (resources: TemplateObject): void => {
  const template = objectOf(JSON.parse(original));
  const all = { ...objectOf(template['Resources']), ...resources };
  writeFileSync(join(folder, 'service.template.json'), JSON.stringify({ ...template, Resources: all }));
};

const deploymentWith = (resources: TemplateObject): Deployment => {
  rewrite(resources);
  return readDeployment(readAssembly(folder), place);
};

const worker = (member: TemplateObject): TemplateObject => ({
  Roleworker: {
    Type: 'AWS::IAM::Role',
    Properties: { Tags: [{ Key: 'odoseal-function', Value: 'worker' }], ...member },
  },
});

const granted = (...statements: readonly TemplateValue[]): TemplateObject => ({
  MayWorker: {
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyDocument: { Statement: statements }, Roles: [{ Ref: 'Roleworker' }] },
  },
});

const queueSays = (...statements: readonly TemplateValue[]): TemplateObject => ({
  QueueSays: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: { PolicyDocument: { Statement: statements }, Queues: [{ Ref: 'Work' }] },
  },
});

const keySays = (...statements: readonly TemplateValue[]): TemplateObject => ({
  Signer: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: statements } } },
});

const allow = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' };
const deny = { Effect: 'Deny', Action: 'sqs:*', Resource: '*', Principal: '*' };
const root = { AWS: { 'Fn::Sub': `arn:aws:iam::\${AWS::AccountId}:root` } };
const rootAllow = { Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal: root };
const onKeys = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'A#*' } };

describe('policies are read', () => {
  it('of a role: attached and inline, one value or several, references resolved', () => {
    const item = { Effect: 'Deny', Action: ['dynamodb:DeleteItem'], Resource: ['*'], Condition: onKeys };
    const { policies } = deploymentWith({
      ...worker({ Policies: [{ PolicyName: 'own', PolicyDocument: { Statement: item } }] }),
      ...granted({ ...allow, Sid: 'Named', Resource: { 'Fn::GetAtt': ['Work', 'Arn'] } }),
    });
    expect(policies.roles.get('worker')).toEqual({
      functionTag: 'worker',
      statements: [
        { effect: 'Allow', actions: ['dynamodb:GetItem'], resources: ['arn:aws:sqs:x:0:work'], conditions: [] },
        {
          effect: 'Deny',
          actions: ['dynamodb:DeleteItem'],
          resources: ['*'],
          conditions: [{ operator: 'ForAllValues:StringLike', key: 'dynamodb:LeadingKeys', values: ['A#*'] }],
        },
      ],
    });
    expect(policies.roles.get('echo')).toEqual({ functionTag: 'echo', statements: [] });
  });

  it('of queues and keys: each Deny for everybody', () => {
    const { policies, keys } = deploymentWith({
      ...queueSays(deny),
      ...keySays(rootAllow, { ...deny, Action: 'kms:Sign', Principal: { AWS: '*' } }),
    });
    const denied = (action: string) => [{ effect: 'Deny', actions: [action], resources: ['*'], conditions: [] }];
    expect(policies.resources.get('arn:aws:sqs:x:0:work')).toEqual(denied('sqs:*'));
    expect(keys.map(({ arn }) => policies.resources.get(arn))).toEqual([[], [], denied('kms:Sign')]);
  });
});

describe('the start is refused', () => {
  it.each<[string, TemplateObject, string]>([
    [
      'an unknown condition key',
      granted({ ...allow, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
      'the condition Bool aws:MultiFactorAuthPresent in a policy of Roleworker',
    ],
    [
      'an unknown operator',
      granted({ ...allow, Condition: { NumericLessThan: { 'dynamodb:LeadingKeys': '1' } } }),
      'the condition NumericLessThan dynamodb:LeadingKeys in a policy of Roleworker',
    ],
    [
      'a policy variable',
      granted({ ...allow, Condition: { Bool: { 'aws:SecureTransport': `\${aws:userid}` } } }),
      'the condition Bool aws:SecureTransport',
    ],
    [
      'leading keys of a query',
      granted({ ...allow, Action: ['dynamodb:GetItem', 'dynamodb:Scan'], Condition: onKeys }),
      'dynamodb:LeadingKeys for dynamodb:Scan in a policy of Roleworker',
    ],
    [
      'NotAction',
      granted({ Effect: 'Allow', NotAction: 'sqs:*', Resource: '*' }),
      'the element NotAction in a policy of Roleworker',
    ],
    ['NotResource', granted({ Effect: 'Allow', Action: 'sqs:*', NotResource: '*' }), 'the element NotResource'],
    ['another effect', granted({ ...allow, Effect: 'Maybe' }), 'the effect Maybe'],
    [
      'a managed policy',
      worker({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
      'ManagedPolicyArns in a policy of Roleworker',
    ],
    ['a permissions boundary', worker({ PermissionsBoundary: 'arn' }), 'PermissionsBoundary in a policy of Roleworker'],
    [
      'a key that is not left to the roles',
      keySays({ ...deny, Action: 'kms:Sign' }),
      "a key that is not left to the account's roles in a policy of Signer",
    ],
    [
      'a policy of a kind that is not read',
      { Mine: { Type: 'AWS::IAM::ManagedPolicy', Properties: {} } },
      'a AWS::IAM::ManagedPolicy in a policy of Mine',
    ],
    [
      'a queue that lets somebody in',
      queueSays({ ...deny, Effect: 'Allow' }),
      'something else than a Deny for everybody in a policy of QueueSays',
    ],
    [
      'a queue that denies somebody',
      queueSays({ ...deny, Principal: root }),
      'something else than a Deny for everybody',
    ],
    [
      'a queue with an unknown condition',
      queueSays({ ...deny, Condition: { Bool: { 'aws:ViaAWSService': 'true' } } }),
      'the condition Bool aws:ViaAWSService in a policy of QueueSays',
    ],
    [
      'a key that leaves less than everything to roles',
      keySays({ ...rootAllow, Action: 'kms:Sign' }),
      'something else than a Deny for everybody in a policy of Signer',
    ],
    [
      'a key that lets a service in',
      keySays({ ...rootAllow, Principal: { Service: 'lambda.amazonaws.com' } }),
      'something else than a Deny for everybody',
    ],
  ])('for %s', (_what, resources, message) => {
    expect(() => deploymentWith(resources)).toThrow(message);
  });

  it('for a role that the template does not have', () => {
    const { Echo } = objectOf(objectOf(JSON.parse(original))['Resources']);
    const properties = { ...objectOf(objectOf(Echo)['Properties']), Role: 'arn:aws:iam::0:role/elsewhere' };
    expect(() => deploymentWith({ Echo: { Type: 'AWS::Lambda::Function', Properties: properties } })).toThrow(
      'the function Echo has a role that the template does not have',
    );
  });

  it.each(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'])(
    'for a function that may not %s of the queue that feeds it, as AWS refuses the mapping',
    async (missing) => {
      const polling = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
      const rest = polling.filter((action) => action !== missing);
      rewrite(granted({ Effect: 'Allow', Action: rest, Resource: '*' }));
      await expect(bootLocalStack({ outDir: folder })).rejects.toThrow(`not authorized to perform: ${missing}`);
    },
  );
});
