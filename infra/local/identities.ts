// What CloudFormation would have answered: the name, ARN and attributes a resource has once it exists, here made from its place
// in the template. The same template always gives the same identities; key material and secrets behind them are fresh.
// A type that is not listed gets a name and an ARN of its own, which is enough for whatever only points at it.
import { createHash } from 'node:crypto';
import { keyIdFrom } from './kms.ts';
import type { TemplateResource } from './template.ts';

/** Where the stack pretends to be deployed, and the two local origins. */
export type Place = {
  readonly region: string;
  readonly account: string;
  /** Origin of the gateway, no trailing slash. */
  readonly publicOrigin: string;
  /** Origin of the AWS endpoint that functions talk to. */
  readonly awsOrigin: string;
};

/** The value of `Ref` and of `Fn::GetAtt` for one resource. */
export type Identity = { readonly ref: string; readonly attributes: Readonly<Record<string, string>> };

const hashOf = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

/** The resource's own name if the template gives one, else one that CloudFormation could have made. */
const physicalName = (resource: TemplateResource, given: string | undefined): string =>
  given ?? `${resource.stack}-${resource.logicalId}`;

type Maker = (resource: TemplateResource, given: string | undefined, place: Place) => Identity;

const arn = (place: Place, service: string, rest: string): string =>
  `arn:aws:${service}:${place.region}:${place.account}:${rest}`;

const named =
  (service: string, prefix: string): Maker =>
  (resource, given, place) => {
    const ref = physicalName(resource, given);
    return { ref, attributes: { Arn: arn(place, service, `${prefix}${ref}`) } };
  };

const queue: Maker = (resource, given, place) => {
  const name = physicalName(resource, given);
  const ref = `${place.awsOrigin}/${place.account}/${name}`;
  return { ref, attributes: { Arn: arn(place, 'sqs', name), QueueName: name, QueueUrl: ref } };
};

const key: Maker = (resource, _given, place) => {
  const ref = keyIdFrom(`${resource.stack}/${resource.logicalId}`);
  return { ref, attributes: { KeyId: ref, Arn: arn(place, 'kms', `key/${ref}`) } };
};

const secret: Maker = (resource, given, place) => {
  const ref = arn(place, 'secretsmanager', `secret:${physicalName(resource, given)}-${hashOf(resource.logicalId, 6)}`);
  return { ref, attributes: { Id: ref } };
};

const bucket: Maker = (resource, given) => {
  const ref = physicalName(resource, given).toLowerCase();
  return { ref, attributes: { Arn: `arn:aws:s3:::${ref}` } };
};

const api: Maker = (resource, _given, place) => {
  const ref = hashOf(`${resource.stack}/${resource.logicalId}`, 10);
  return { ref, attributes: { ApiId: ref, ApiEndpoint: place.publicOrigin } };
};

const MAKERS: Readonly<Record<string, Maker>> = {
  'AWS::DynamoDB::Table': named('dynamodb', 'table/'),
  'AWS::SQS::Queue': queue,
  'AWS::KMS::Key': key,
  'AWS::SecretsManager::Secret': secret,
  'AWS::S3::Bucket': bucket,
  'AWS::Lambda::Function': named('lambda', 'function:'),
  'AWS::ApiGatewayV2::Api': api,
  'AWS::Events::Rule': named('events', 'rule/'),
};

/** Which property holds a resource's own name. */
export const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::Events::Rule': 'Name',
};

/** @param given the resource's own name, resolved, when its template sets one */
export const identityOf: Maker = (resource, given, place) => {
  const make = MAKERS[resource.type] ?? named(resource.type.split('::')[1]?.toLowerCase() ?? 'aws', '');
  return make(resource, given, place);
};
