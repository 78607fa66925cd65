// Permission statements, written out by hand: one action list, one resource, no wildcard.
// CDK's own grant methods (`grantReadWriteData` and the like) hand out more than any function here needs.
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/** Writes are of single items: nothing in Odoseal needs a batch of them, a transaction or PartiQL. */
type ItemAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem';
type TableAction = ItemAction | 'BatchGetItem' | 'Query' | 'Scan';
type KeyAction = 'Encrypt' | 'Decrypt' | 'GenerateDataKey' | 'Sign' | 'GetPublicKey' | 'DescribeKey';

/** Allows `actions` on the items of `table`, not on its indexes. */
export const onTable = (table: ITable, ...actions: readonly TableAction[]): PolicyStatement =>
  new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources: [table.tableArn] });

/**
 * Allows `actions` on those items of `table` whose partition key fits `pattern` (`*` is any text). A call that names no item is not
 * allowed: `ForAllValues` alone would hold for it.
 */
export const onItems = (table: ITable, pattern: string, ...actions: readonly TableAction[]): PolicyStatement => {
  const conditions = {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [pattern] },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  };
  const resources = [table.tableArn];
  return new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources, conditions });
};

/** Allows to query one index of `table`. */
export const onIndex = (table: ITable, index: string): PolicyStatement =>
  new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${table.tableArn}/index/${index}`] });

/** Allows `actions` with `key`. */
export const onKey = (key: IKey, ...actions: readonly KeyAction[]): PolicyStatement =>
  new PolicyStatement({ actions: actions.map((action) => `kms:${action}`), resources: [key.keyArn] });

/** Allows to read `secret`. */
export const onSecret = (secret: ISecret): PolicyStatement =>
  new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] });

/** Allows to put messages into `queues`. */
export const onQueues = (...queues: readonly IQueue[]): PolicyStatement =>
  new PolicyStatement({ actions: ['sqs:SendMessage'], resources: queues.map(({ queueArn }) => queueArn) });
