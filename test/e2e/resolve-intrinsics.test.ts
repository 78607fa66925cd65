// CloudFormation's intrinsic functions, as the local runner resolves them over two stacks.
import { describe, expect, it } from 'vitest';
import { makeResolver } from '../../infra/local/resolve-intrinsics.ts';
import type { StackTemplate, TemplateObject, TemplateResource, TemplateValue } from '../../infra/local/template.ts';

const resource = (
  stack: string,
  logicalId: string,
  type: string,
  properties: TemplateObject = {},
): readonly [string, TemplateResource] => [logicalId, { stack, logicalId, type, properties }];

/** A placeholder of `Fn::Sub`. */
const put = (name: string): string => `\${${name}}`;

const empty = { outputs: {}, parameters: {}, mappings: {}, conditions: {} };

const data: StackTemplate = {
  ...empty,
  stack: 'data',
  resources: new Map([
    resource('data', 'Items', 'AWS::DynamoDB::Table'),
    resource('data', 'Named', 'AWS::DynamoDB::Table', { TableName: { 'Fn::Sub': `${put('AWS::StackName')}-named` } }),
  ]),
  outputs: {
    Plain: { Value: { Ref: 'Items' } },
    Exported: {
      Value: { 'Fn::GetAtt': ['Items', 'Arn'] },
      Export: { Name: { 'Fn::Sub': `${put('AWS::StackName')}:arn` } },
    },
  },
};

const service: StackTemplate = {
  ...empty,
  stack: 'service',
  resources: new Map([
    resource('service', 'Work', 'AWS::SQS::Queue', { QueueName: 'work' }),
    resource('service', 'Api', 'AWS::ApiGatewayV2::Api'),
  ]),
  parameters: { Size: { Type: 'String', Default: 'large' } },
  mappings: { Sizes: { large: { memory: 1024 } } },
  conditions: {
    IsLarge: { 'Fn::Equals': [{ Ref: 'Size' }, 'large'] },
    IsSmall: { 'Fn::Not': [{ Condition: 'IsLarge' }] },
  },
};

const { resolve } = makeResolver(
  { stacks: [data, service], assetFolder: (key) => key },
  {
    region: 'eu-central-1',
    account: '000000000000',
    publicOrigin: 'http://127.0.0.1:1',
    awsOrigin: 'http://127.0.0.1:2',
  },
);

const arn = 'arn:aws:dynamodb:eu-central-1:000000000000:table/data-Items';

const cases: readonly (readonly [string, TemplateValue, unknown])[] = [
  ['plain values', { a: [1, 'b', true, null] }, { a: [1, 'b', true, null] }],
  ['Ref to a queue', { Ref: 'Work' }, 'http://127.0.0.1:2/000000000000/work'],
  ['Ref to a parameter', { Ref: 'Size' }, 'large'],
  ['Ref to a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-central-1'],
  ['AWS::NoValue', { a: { Ref: 'AWS::NoValue' }, b: [{ Ref: 'AWS::NoValue' }, 1] }, { b: [1] }],
  ['GetAtt', { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, 'http://127.0.0.1:1'],
  ['GetAtt as a string', { 'Fn::GetAtt': 'Work.Arn' }, 'arn:aws:sqs:eu-central-1:000000000000:work'],
  ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Size' }, 'c']] }, 'a-large-c'],
  [
    'Sub',
    { 'Fn::Sub': ['Work.QueueName', 'Size', '!Literal', 'AWS::AccountId'].map(put).join('/') },
    `work/large/${put('Literal')}/000000000000`,
  ],
  ['Sub with names', { 'Fn::Sub': [put('x') + put('Size'), { x: { Ref: 'AWS::Region' } }] }, 'eu-central-1large'],
  ['Select and Split', { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
  ['Base64', { 'Fn::Base64': 'abc' }, 'YWJj'],
  ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Size' }, 'memory'] }, 1024],
  ['ImportValue', { 'Fn::ImportValue': 'data:arn' }, arn],
  ['GetStackOutput', { 'Fn::GetStackOutput': { StackName: 'data', OutputName: 'Plain' } }, 'data-Items'],
  ['If', { 'Fn::If': ['IsLarge', 'yes', 'no'] }, 'yes'],
  ['If on a negated condition', { 'Fn::If': ['IsSmall', 'yes', 'no'] }, 'no'],
  ['And', { 'Fn::And': [{ Condition: 'IsLarge' }, { Condition: 'IsSmall' }] }, false],
  ['Or', { 'Fn::Or': [{ Condition: 'IsLarge' }, { Condition: 'IsSmall' }] }, true],
];

describe('the resolver', () => {
  it.each(cases)('resolves %s', (_what, value, expected) => {
    expect(resolve(value, 'service')).toEqual(expected);
  });

  it('resolves a name that is itself a function', () => {
    expect(resolve({ Ref: 'Named' }, 'data')).toBe('data-named');
  });

  it.each<readonly [string, TemplateValue]>([
    ['a resource that is not there', { Ref: 'Nothing' }],
    ['a resource of another stack', { Ref: 'Items' }],
    ['an attribute that the resource does not have', { 'Fn::GetAtt': ['Work', 'Colour'] }],
    ['an export that nobody makes', { 'Fn::ImportValue': 'data:nothing' }],
    ['a stack that is not there', { 'Fn::GetStackOutput': { StackName: 'other', OutputName: 'Plain' } }],
    ['an entry that the map does not have', { 'Fn::FindInMap': ['Sizes', 'huge', 'memory'] }],
    ['a function it does not know', { 'Fn::Transform': { Name: 'x' } }],
  ])('refuses %s', (_what, value) => {
    expect(() => resolve(value, 'service')).toThrow(/cannot be resolved|has no stack/);
  });
});
