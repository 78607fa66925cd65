// What puts statements into the log, on its schedule. It alone writes the log, uses the checkpoint key, tells statements where they
// stand, and the outside that they were issued; it reads nothing of business or vault.
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { environment as sealLogEnvironment } from '../../functions/seal-log/env.ts';
import { eventsPartition } from '../../lib/aws/keys.ts';
import { PENDING } from '../data-stack.ts';
import { onIndex, onItems, onKey, onTable } from './access.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { Surroundings } from './surroundings.ts';

/** The functions that keep the log. */
export interface SealingFunctions {
  readonly sealLog: LambdaFunction;
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
  // No retry of a failed or delayed run: the next one is a minute away and goes on where this one stopped.
  const target = new LambdaTarget(sealer.lambda, { retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  new Rule(scope, 'SealLogSchedule', { schedule: Schedule.rate(Duration.minutes(1)), targets: [target] });
  sealer.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  return sealer;
};

/** Creates the functions that keep the log and connects them to their schedules. */
export const sealingFunctions = (scope: Construct, given: Surroundings): SealingFunctions => ({
  sealLog: sealLog(scope, given),
});
