// Which permission a call to AWS needs: the IAM action and the ARN it is about. Source: Service Authorization Reference, "Actions,
// resources, and condition keys" of each service. An operation that is not listed has none here, and whoever asks must refuse it.
import { AwsFault, type JsonObject } from './aws-json.ts';
import type { Deployment } from './deployment.ts';
import { keyNamedBy } from './kms.ts';

/** One call as it arrived; `url` is its path, `body` its JSON, empty where there is none. */
export type AwsCall = {
  readonly service: string;
  readonly operation: string;
  readonly url: string;
  readonly body: string;
};

export type AskedPermission = {
  readonly action: string;
  readonly resource: string;
  /** The partition keys of the items that the call names; absent when it names none. */
  readonly leadingKeys?: readonly string[];
  /** The top-level attributes that an update names; absent for other calls. */
  readonly attributes?: readonly string[];
};

export type AskedPermissionOf = (call: AwsCall) => AskedPermission | undefined;

type World = Pick<Deployment, 'place' | 'tables' | 'keys' | 'secrets'>;

const same = (service: string, prefix: string, ...operations: readonly string[]): readonly [string, string][] =>
  operations.map((operation) => [`${service}.${operation}`, `${prefix}:${operation}`]);

/** `<Service>.<Operation>` → IAM action. */
const ACTIONS: ReadonlyMap<string, string> = new Map([
  ...same('DynamoDB', 'dynamodb', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'BatchGetItem'),
  ...same('SQS', 'sqs', 'SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'),
  ['SQS.SendMessageBatch', 'sqs:SendMessage'],
  ['SQS.DeleteMessageBatch', 'sqs:DeleteMessage'],
  ['SQS.ChangeMessageVisibilityBatch', 'sqs:ChangeMessageVisibility'],
  ['SQS.GetQueueAttributes', 'sqs:GetQueueAttributes'],
  ...same('KMS', 'kms', 'DescribeKey', 'GetPublicKey', 'Sign', 'Verify', 'Encrypt', 'Decrypt', 'GenerateDataKey'),
  ...same('SecretsManager', 'secretsmanager', 'GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'CreateSecret'),
  ...same('S3', 's3', 'GetObject', 'PutObject', 'DeleteObject'),
  ['S3.HeadObject', 's3:GetObject'],
  ...['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'].map(
    (operation) => [`S3.${operation}`, 's3:PutObject'] as const,
  ),
]);

const parse = (body: string): JsonObject => {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
};

const lastPart = (path: unknown): string => String(path).slice(String(path).lastIndexOf('/') + 1);

/** A batch names its tables as members; the product asks one table at a time. */
const tableNameOf = ({ TableName, RequestItems }: JsonObject): unknown => {
  const named = typeof RequestItems === 'object' && RequestItems !== null ? Object.keys(RequestItems) : [];
  return named.length === 1 ? named[0] : TableName;
};

const tableArn = ({ place }: World, input: JsonObject): string => {
  const { IndexName } = input;
  const table = `arn:aws:dynamodb:${place.region}:${place.account}:table/${tableNameOf(input)}`;
  return IndexName === undefined ? table : `${table}/index/${IndexName}`;
};

/** A query's partition: what its key condition compares the table's hash key with. */
const queriedKeyOf = (hashKey: string, input: JsonObject): readonly string[] | undefined => {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
  for (const [, name = '', value = ''] of String(input['KeyConditionExpression']).matchAll(/(#?\w+)\s*=\s*(:\w+)/g)) {
    const compared: unknown = typeof names === 'object' && names !== null ? Reflect.get(names, name) : undefined;
    const given: unknown = typeof values === 'object' && values !== null ? Reflect.get(values, value) : undefined;
    if ((compared ?? name) === hashKey && typeof given === 'object' && given !== null)
      return Object.values(given).map(String);
  }
  return undefined;
};

const leadingKeysOf = ({ tables }: World, input: JsonObject): readonly string[] | undefined => {
  const { KeySchema } = tables.find(({ name }) => name === input['TableName'])?.definition ?? {};
  const [hash] = Array.isArray(KeySchema) ? KeySchema : [];
  const name: unknown = hash?.['AttributeName'];
  if (input['IndexName'] === undefined && typeof name === 'string' && input['KeyConditionExpression'] !== undefined)
    return queriedKeyOf(name, input);
  const item: unknown = input['Item'] ?? input['Key'];
  if (typeof name !== 'string' || typeof item !== 'object' || item === null) return undefined;
  const attribute: unknown = Reflect.get(item, name);
  return typeof attribute === 'object' && attribute !== null ? Object.values(attribute).map(String) : undefined;
};

/** Names that the expressions of an update spell out, or stand for; its key's too. */
const attributesOf = (input: JsonObject): readonly string[] => {
  const members = (value: unknown): Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null ? { ...value } : {};
  return [
    ...Object.keys(members(input['Key'])),
    ...Object.values(members(input['ExpressionAttributeNames'])).map(String),
  ];
};

const keyArn = ({ place, keys }: World, input: JsonObject): string => {
  const given = keyNamedBy(input);
  const found = keys.find(({ id, arn, aliases }) =>
    [id, arn, ...aliases].includes(given.replace(/^.*:(?=alias\/)/, '')),
  );
  return found?.arn ?? `arn:aws:kms:${place.region}:${place.account}:key/${given}`;
};

const secretArn = ({ place, secrets }: World, input: JsonObject): string => {
  const given = String(input['SecretId'] ?? input['Name']);
  const found = secrets.find(({ name, arn }) => name === given || arn === given);
  if (found !== undefined || given.startsWith('arn:')) return found?.arn ?? given;
  // What is behind the name of a secret that came later: six characters that nobody could grant beforehand.
  return `arn:aws:secretsmanager:${place.region}:${place.account}:secret:${given}-Local1`;
};

/** Parameters that ask for nothing but the object itself, or a part of it that is being written. */
const PLAIN = /^(?:x-id|uploads|uploadId|partNumber|X-Amz-[A-Za-z-]+|response-content-disposition)$/;

/** `/<bucket>/<key>`; undefined for a bucket alone and for anything but the object itself. */
const objectArn = (url: string): string | undefined => {
  const { pathname, searchParams } = new URL(url, 'http://local');
  const isPlain = [...searchParams.keys()].every((name) => PLAIN.test(name));
  return isPlain && /^\/[^/]+\/./.test(pathname) ? `arn:aws:s3:::${decodeURIComponent(pathname.slice(1))}` : undefined;
};

const resourceOf = (world: World, { service, url }: AwsCall, input: JsonObject): string | undefined => {
  const { region, account } = world.place;
  if (service === 'DynamoDB') return tableArn(world, input);
  if (service === 'SQS') return `arn:aws:sqs:${region}:${account}:${lastPart(input['QueueUrl'])}`;
  if (service === 'KMS') return keyArn(world, input);
  if (service === 'SecretsManager') return secretArn(world, input);
  return objectArn(url);
};

/** Maps calls to permissions in one deployment. Undefined: the runner does not know what the call needs. */
export const makeAskedPermission =
  (world: World): AskedPermissionOf =>
  (call) => {
    const action = ACTIONS.get(`${call.service}.${call.operation}`);
    if (action === undefined) return undefined;
    try {
      const input = parse(call.body);
      const resource = resourceOf(world, call, input);
      const leadingKeys = call.service === 'DynamoDB' ? leadingKeysOf(world, input) : undefined;
      const attributes = action === 'dynamodb:UpdateItem' ? attributesOf(input) : undefined;
      return resource === undefined
        ? undefined
        : { action, resource, ...(leadingKeys && { leadingKeys }), ...(attributes && { attributes }) };
    } catch (error) {
      if (error instanceof AwsFault) return undefined;
      throw error;
    }
  };
