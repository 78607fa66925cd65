// The only place that constructs AWS SDK clients. Every command is counted, because what a steady month costs is a promise we test.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Called once for each command, e.g. `DynamoDB.PutItem`, `KMS.Sign`; SDK retries of one command count once. */
export type CountCall = (call: string) => void;

/** What every SDK client's middleware stack offers; enough to hang a counter on any of them. */
interface Countable {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<never>,
        context: { readonly commandName?: string },
      ) => (args: never) => Promise<never>,
      options: { readonly step: 'initialize'; readonly name: string },
    ): void;
  };
}

/**
 * One request is given up after 5 s (a Lambda's patience is longer than its caller's), and tried three times.
 * Unless told to throw, the SDK only warns when a request's time is over, and goes on waiting.
 */
const patience = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

function counted<C>(client: C, service: string, count: CountCall): C {
  (client as Countable).middlewareStack.add(
    (next, context) => (args) => {
      count(`${service}.${(context.commandName ?? 'Unknown').replace(/Command$/, '')}`);
      return next(args);
    },
    { step: 'initialize', name: 'countCalls' },
  );
  return client;
}

/** How items are written. The second: an object with a key named `constructor` is taken for an instance of some class. */
export const marshalling = {
  marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true },
} as const;

export const dynamoClient = (count: CountCall): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(counted(new DynamoDBClient(patience), 'DynamoDB', count), marshalling);

export const sqsClient = (count: CountCall): SQSClient => counted(new SQSClient(patience), 'SQS', count);

export const kmsClient = (count: CountCall): KMSClient => counted(new KMSClient(patience), 'KMS', count);

export const secretsClient = (count: CountCall): SecretsManagerClient =>
  counted(new SecretsManagerClient(patience), 'SecretsManager', count);

/** A part of a file is five megabytes, which take longer than anything else that is asked for. */
export const s3Client = (count: CountCall): S3Client =>
  counted(
    new S3Client({ ...patience, requestHandler: { ...patience.requestHandler, requestTimeout: 30_000 } }),
    'S3',
    count,
  );
