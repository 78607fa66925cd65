// Tables, queues, keys and secrets as the templates declare them, in the words of the services that will hold them.
import { randomBytes } from 'node:crypto';
import { type Finder, text } from './found-resource.ts';
import type { KeySpec } from './kms.ts';
import type { QueueSpec } from './queues.ts';
import type { InitialSecret } from './secrets-manager.ts';
import { objectOf, type TemplateObject } from './template.ts';

/** `definition` is what DynamoDB's CreateTable takes. */
export type TableSpec = { readonly name: string; readonly definition: TemplateObject; readonly ttlAttribute?: string };

const pick = (properties: TemplateObject, names: readonly string[]): TemplateObject =>
  Object.fromEntries(names.flatMap((name) => (properties[name] === undefined ? [] : [[name, properties[name]]])));

export const tablesOf = (find: Finder): readonly TableSpec[] =>
  find('AWS::DynamoDB::Table').map(({ ref, properties }) => {
    const definition = {
      TableName: ref,
      ...pick(properties, [
        'KeySchema',
        'AttributeDefinitions',
        'GlobalSecondaryIndexes',
        'LocalSecondaryIndexes',
        'BillingMode',
        'ProvisionedThroughput',
      ]),
    };
    const ttl = objectOf(properties['TimeToLiveSpecification'])['AttributeName'];
    return { name: ref, definition, ...(ttl === undefined ? {} : { ttlAttribute: text(ttl) }) };
  });

const QUEUE_ATTRIBUTES = [
  'VisibilityTimeout',
  'DelaySeconds',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'FifoQueue',
];

export const queuesOf = (find: Finder): readonly QueueSpec[] =>
  find('AWS::SQS::Queue').map(({ ref, arn, properties }) => {
    const plain = Object.entries(pick(properties, QUEUE_ATTRIBUTES)).map(([name, value]) => [name, text(value)]);
    const redrive = properties['RedrivePolicy'];
    const attributes = {
      ...Object.fromEntries(plain),
      ...(redrive === undefined ? {} : { RedrivePolicy: JSON.stringify(redrive) }),
    };
    return { name: ref.slice(ref.lastIndexOf('/') + 1), url: ref, arn, attributes };
  });

export const keysOf = (find: Finder): readonly KeySpec[] =>
  find('AWS::KMS::Key').map(({ ref, arn, properties }) => ({
    id: ref,
    arn,
    spec: text(properties['KeySpec'] ?? 'SYMMETRIC_DEFAULT'),
    usage: text(properties['KeyUsage'] ?? 'ENCRYPT_DECRYPT'),
    aliases: find('AWS::KMS::Alias')
      .filter((alias) => [ref, arn].includes(text(alias.properties['TargetKeyId'])))
      .map((alias) => text(alias.properties['AliasName'])),
  }));

/** A secret starts as CloudFormation would make it: the given string, or a template with one random member. */
const secretValue = (properties: TemplateObject): string => {
  if (properties['SecretString'] !== undefined) return text(properties['SecretString']);
  const { SecretStringTemplate, GenerateStringKey } = objectOf(properties['GenerateSecretString']);
  const random = randomBytes(24).toString('base64url');
  if (SecretStringTemplate === undefined) return random;
  return JSON.stringify({ ...JSON.parse(text(SecretStringTemplate)), [text(GenerateStringKey)]: random });
};

export const secretsOf = (find: Finder): readonly InitialSecret[] =>
  find('AWS::SecretsManager::Secret').map(({ ref, properties }) => {
    const name = text(
      properties['Name'] ??
        ref
          .split(':')
          .at(-1)
          ?.replace(/-[^-]{6}$/, ''),
    );
    return { name, arn: ref, value: secretValue(properties) };
  });
