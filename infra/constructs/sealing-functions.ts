// What puts statements into the log, on its schedule, and what checks the log against them. The first alone writes the log, uses the
// checkpoint key, tells statements where they stand, and the outside that they were issued; it reads nothing of business or vault. The
// second reads, and writes nothing but its own bookmark.
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { environment as checkLogEnvironment } from '../../functions/check-log/env.ts';
import { environment as sealLogEnvironment } from '../../functions/seal-log/env.ts';
import { eventsPartition, keys } from '../../lib/aws/keys.ts';
import { PENDING } from '../data-stack.ts';
import { onIndex, onItems, onKey, onTable } from './access.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { Surroundings } from './surroundings.ts';
import { wake } from './wake.ts';
import { idsOf } from './web-functions.ts';

/** The functions that keep the log. */
export interface SealingFunctions {
  readonly sealLog: LambdaFunction;
  readonly checkLog: LambdaFunction;
}

const sealLog = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { business, attestations, log, checkpointKey } = given.data;
  const sealer = new LambdaFunction(scope, 'SealLog', {
    ...given,
    name: 'seal-log',
    description: 'Puts statements into the log and signs its checkpoints',
    schema: sealLogEnvironment,
    environment: {
      BUSINESS_TABLE: business.tableName,
      ATTESTATIONS_TABLE: attestations.tableName,
      LOG_TABLE: log.tableName,
      CHECKPOINT_KEY_ID: checkpointKey.keyId,
      ISSUER: given.origin,
      TIMESTAMP_URL: given.config.timestampUrl ?? 'none',
    },
    timeout: Duration.minutes(4),
    reservedConcurrency: given.config.concurrency.seal,
    permissions: [
      onIndex(attestations, PENDING),
      onTable(attestations, 'GetItem', 'BatchGetItem', 'UpdateItem'),
      onTable(log, 'GetItem', 'PutItem'),
      onItems(business, eventsPartition('*'), 'PutItem'),
      onKey(checkpointKey, 'Sign', 'GetPublicKey'),
    ],
  });
  wake(sealer, Duration.minutes(1));
  return sealer;
};

const checkLog = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { business, attestations, log, statementKeys, checkpointKey } = given.data;
  const checker = new LambdaFunction(scope, 'CheckLog', {
    ...given,
    name: 'check-log',
    description: 'Checks log and store against each other',
    schema: checkLogEnvironment,
    environment: {
      BUSINESS_TABLE: business.tableName,
      ATTESTATIONS_TABLE: attestations.tableName,
      LOG_TABLE: log.tableName,
      STATEMENT_KEY_IDS: idsOf(statementKeys),
      CHECKPOINT_KEY_ID: checkpointKey.keyId,
      ISSUER: given.origin,
    },
    timeout: Duration.minutes(10),
    permissions: [
      onTable(attestations, 'GetItem', 'BatchGetItem', 'Query', 'Scan'),
      onTable(log, 'GetItem'),
      onItems(business, keys.logCheck().pk, 'GetItem', 'PutItem'),
      ...statementKeys.map((key) => onKey(key, 'GetPublicKey')),
      onKey(checkpointKey, 'GetPublicKey'),
    ],
  });
  // Hourly for what is done once a day: a run that found no time for all of it, or died, is followed by one that goes on.
  wake(checker, Duration.hours(1));
  return checker;
};

/** Creates the functions that keep the log and connects them to their schedules. */
export const sealingFunctions = (scope: Construct, given: Surroundings): SealingFunctions => ({
  sealLog: sealLog(scope, given),
  checkLog: checkLog(scope, given),
});
