// The function that tells the outside what happened: what it is told, what it may do, what wakes it.
import { Duration } from 'aws-cdk-lib';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { environment as sendWebhooksEnvironment } from '../../functions/send-webhooks/env.ts';
import {
  contractPartition,
  deliveriesPartition,
  endpointsPartition,
  eventsPartition,
  reportsPartition,
  runsPartition,
} from '../../lib/aws/keys.ts';
import { UNTOLD } from '../data-stack.ts';
import { onIndex, onItems, onKey, onQueues } from './access.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { RunbookAlarms } from './runbook-alarm.ts';
import type { Surroundings } from './surroundings.ts';
import { wake } from './wake.ts';
import { WorkerQueue } from './worker-queue.ts';

/** The functions that tell the outside. */
export interface EventFunctions {
  readonly sendWebhooks: LambdaFunction;
}

/** A sweep, or ten attempts side by side, of which the slowest takes 15 seconds and some calls. */
const TIMEOUT = Duration.seconds(50);

/** Deliveries on their way to an endpoint; what waits longer than a quarter of an hour waits in the table. */
export const webhookQueue = (scope: Construct, alarms: RunbookAlarms): WorkerQueue =>
  new WorkerQueue(scope, 'WebhookQueue', {
    name: 'webhook',
    visibility: Duration.seconds(6 * TIMEOUT.toSeconds()),
    maxReceives: 5,
    lateAfter: Duration.minutes(30),
    alarms,
  });

const sendWebhooks = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { business, webhookKey } = given.data;
  const sweeper = new LambdaFunction(scope, 'SendWebhooks', {
    ...given,
    name: 'send-webhooks',
    description: 'Tells tenants what happened to their contracts',
    schema: sendWebhooksEnvironment,
    environment: {
      BUSINESS_TABLE: business.tableName,
      WEBHOOK_QUEUE_URL: given.webhook.queue.queueUrl,
      WEBHOOK_KEY_ID: webhookKey.keyId,
      WEBHOOK_LOOPBACK: given.config.webhookLoopback ? 'allowed' : 'refused',
    },
    timeout: TIMEOUT,
    // A delivery that has to be tried again is sent again; its attempts are ten.
    recursiveLoop: RecursiveLoop.ALLOW,
    permissions: [
      onIndex(business, UNTOLD),
      // Marks lie on contracts, connections and readings, on runs and on reports.
      onItems(business, contractPartition('*', '*'), 'UpdateItem'),
      onItems(business, runsPartition('*'), 'UpdateItem'),
      onItems(business, reportsPartition('*'), 'UpdateItem'),
      onItems(business, eventsPartition('*'), 'PutItem', 'UpdateItem'),
      onItems(business, endpointsPartition('*'), 'GetItem', 'UpdateItem', 'Query'),
      onItems(business, deliveriesPartition('*', '*'), 'GetItem', 'PutItem', 'UpdateItem', 'Query'),
      onKey(webhookKey, 'Decrypt'),
      given.webhook.consume(),
      onQueues(given.webhook.queue),
    ],
  });
  wake(sweeper, Duration.minutes(1));
  given.webhook.feed(sweeper.lambda, {
    batchSize: 10,
    window: Duration.seconds(0),
    concurrency: given.config.concurrency.webhook,
  });
  return sweeper;
};

/** Creates the functions that tell the outside. */
export const eventFunctions = (scope: Construct, given: Surroundings): EventFunctions => ({
  sendWebhooks: sendWebhooks(scope, given),
});
