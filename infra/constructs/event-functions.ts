// The function that tells the outside what happened: what it is told, what it may do, what wakes it.
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { environment as sendWebhooksEnvironment } from '../../functions/send-webhooks/env.ts';
import { contractPartition, eventsPartition } from '../../lib/aws/keys.ts';
import { UNTOLD } from '../data-stack.ts';
import { onIndex, onItems } from './access.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { Surroundings } from './surroundings.ts';

/** The functions that tell the outside. */
export interface EventFunctions {
  readonly sendWebhooks: LambdaFunction;
}

const sendWebhooks = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { business } = given.data;
  const sweeper = new LambdaFunction(scope, 'SendWebhooks', {
    ...given,
    name: 'send-webhooks',
    description: 'Tells tenants what happened to their contracts',
    schema: sendWebhooksEnvironment,
    environment: { BUSINESS_TABLE: business.tableName },
    timeout: Duration.seconds(50),
    permissions: [
      onIndex(business, UNTOLD),
      // Marks lie on contracts, connections and readings.
      onItems(business, contractPartition('*', '*'), 'UpdateItem'),
      onItems(business, eventsPartition('*'), 'PutItem'),
    ],
  });
  // No retry of a failed or delayed run: the next one is a minute away and finds the same marks.
  const patience = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };
  const target = new LambdaTarget(sweeper.lambda, patience);
  new Rule(scope, 'SendWebhooksSchedule', { schedule: Schedule.rate(Duration.minutes(1)), targets: [target] });
  sweeper.lambda.configureAsyncInvoke(patience);
  return sweeper;
};

/** Creates the functions that tell the outside. */
export const eventFunctions = (scope: Construct, given: Surroundings): EventFunctions => ({
  sendWebhooks: sendWebhooks(scope, given),
});
