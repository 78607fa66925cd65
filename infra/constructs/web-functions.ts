// The functions behind the HTTP API, and admin, which IAM alone reaches. Each block is complete: what the function is told, what it
// may do. None of them may sign but public, which signs status lists; only connect may seal tokens, only webhook-endpoints the secrets of
// webhooks, and of what answers tenants only compatibility reads credentials of vehicle applications. What answers for reports is in
// report-functions.ts.
import { Duration } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { environment as adminEnvironment } from '../../functions/admin/env.ts';
import { environment as apiEnvironment } from '../../functions/api/env.ts';
import { environment as authorizeEnvironment } from '../../functions/authorize/env.ts';
import { environment as compatibilityEnvironment } from '../../functions/compatibility/env.ts';
import { environment as connectEnvironment } from '../../functions/connect/env.ts';
import { environment as publicEnvironment } from '../../functions/public/env.ts';
import { environment as vehicleEventsEnvironment } from '../../functions/vehicle-events/env.ts';
import { environment as webhookEndpointsEnvironment } from '../../functions/webhook-endpoints/env.ts';
import {
  contractPartition,
  deliveriesPartition,
  endpointsPartition,
  eventsPartition,
  KEY_EVENTS,
  keys,
  sharesPartition,
} from '../../lib/aws/keys.ts';
import { BY_TENANT } from '../data-stack.ts';
import { onIndex, onItems, onKey, onQueues, onSecret, onTable } from './access.ts';
import { LambdaFunction } from './lambda-function.ts';
import { allowFiles } from './report-files.ts';
import type { Surroundings } from './surroundings.ts';
import { allowVehicleApplications } from './vehicle-applications.ts';

/** Just below the 30 s after which the HTTP API gives up. */
const HTTP_TIMEOUT = Duration.seconds(29);

/** The functions that answer requests. */
export interface WebFunctions {
  readonly authorize: LambdaFunction;
  readonly api: LambdaFunction;
  readonly webhookEndpoints: LambdaFunction;
  readonly compatibility: LambdaFunction;
  readonly connect: LambdaFunction;
  readonly vehicleEvents: LambdaFunction;
  readonly public: LambdaFunction;
  readonly admin: LambdaFunction;
}

const authorize = (scope: Construct, given: Surroundings): LambdaFunction =>
  new LambdaFunction(scope, 'Authorize', {
    ...given,
    name: 'authorize',
    description: 'Decides whether an API key may call',
    schema: authorizeEnvironment,
    environment: { BUSINESS_TABLE: given.data.business.tableName },
    permissions: [onTable(given.data.business, 'GetItem')],
  });

const api = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { business, attestations, cursorKey, reconnectKey } = given.data;
  return new LambdaFunction(scope, 'Api', {
    ...given,
    name: 'api',
    description: "The tenants' HTTP API",
    schema: apiEnvironment,
    environment: {
      BUSINESS_TABLE: business.tableName,
      ATTESTATIONS_TABLE: attestations.tableName,
      CURSOR_KEY_ID: cursorKey.secretArn,
      RECONNECT_KEY_ID: reconnectKey.secretArn,
      PUBLIC_ORIGIN: given.origin,
    },
    timeout: HTTP_TIMEOUT,
    permissions: [
      onTable(business, 'GetItem', 'PutItem', 'UpdateItem', 'Query'),
      onIndex(business, BY_TENANT),
      onTable(attestations, 'GetItem', 'BatchGetItem', 'Query'),
      onSecret(cursorKey),
      onSecret(reconnectKey),
    ],
  });
};

const compatibility = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { business } = given.data;
  const asking = new LambdaFunction(scope, 'Compatibility', {
    ...given,
    name: 'compatibility',
    description: "The tenants' HTTP API: whether a car can be connected",
    schema: compatibilityEnvironment,
    environment: { BUSINESS_TABLE: business.tableName, VEHICLE_API_ORIGIN: given.config.vehicle.api },
    timeout: HTTP_TIMEOUT,
    permissions: [
      onItems(business, keys.tenant('*').pk, 'GetItem'),
      onItems(business, keys.requestLimit('*', '*').pk, 'UpdateItem'),
      // The application, and the calls to the platform that it shares with readings.
      onItems(business, keys.application('*').pk, 'GetItem', 'UpdateItem'),
    ],
  });
  allowVehicleApplications(asking, given.config.stage);
  return asking;
};

const webhookEndpoints = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { business, cursorKey, webhookKey } = given.data;
  return new LambdaFunction(scope, 'WebhookEndpoints', {
    ...given,
    name: 'webhook-endpoints',
    description: "The tenants' HTTP API: where they are told of events",
    schema: webhookEndpointsEnvironment,
    environment: {
      BUSINESS_TABLE: business.tableName,
      CURSOR_KEY_ID: cursorKey.secretArn,
      WEBHOOK_KEY_ID: webhookKey.keyId,
      WEBHOOK_LOOPBACK: given.config.webhookLoopback ? 'allowed' : 'refused',
    },
    timeout: HTTP_TIMEOUT,
    permissions: [
      onItems(business, keys.requestLimit('*', '*').pk, 'UpdateItem'),
      onItems(business, keys.idempotency('*', '*').pk, 'GetItem', 'PutItem', 'UpdateItem'),
      onItems(business, endpointsPartition('*'), 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
      onItems(business, deliveriesPartition('*', '*'), 'GetItem', 'PutItem', 'UpdateItem', 'Query'),
      // What a deleted endpoint had still to tell of itself.
      onItems(business, eventsPartition('*'), 'PutItem'),
      onSecret(cursorKey),
      onKey(webhookKey, 'Encrypt'),
    ],
  });
};

const connect = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { business, vault, vaultKey, reconnectKey } = given.data;
  const driverPages = new LambdaFunction(scope, 'Connect', {
    ...given,
    name: 'connect',
    description: "The driver's pages: link, agreement, callback, own data",
    schema: connectEnvironment,
    environment: {
      BUSINESS_TABLE: business.tableName,
      VAULT_TABLE: vault.tableName,
      VAULT_KEY_ID: vaultKey.keyId,
      RECONNECT_KEY_ID: reconnectKey.secretArn,
      TEND_QUEUE_URL: given.tend.queue.queueUrl,
      PUBLIC_ORIGIN: given.origin,
      VEHICLE_CONNECT_ORIGIN: given.config.vehicle.connect,
      VEHICLE_AUTH_ORIGIN: given.config.vehicle.auth,
    },
    timeout: HTTP_TIMEOUT,
    reservedConcurrency: given.config.concurrency.connect,
    permissions: [
      onTable(business, 'GetItem', 'PutItem', 'UpdateItem', 'Query'),
      onTable(vault, 'GetItem', 'PutItem'),
      onKey(vaultKey, 'Decrypt', 'GenerateDataKey'),
      onSecret(reconnectKey),
      onQueues(given.tend.queue),
    ],
  });
  allowVehicleApplications(driverPages, given.config.stage);
  return driverPages;
};

/** Shorter than the 15 s after which the vehicle platform counts a delivery as failed. */
const PUSH_TIMEOUT = Duration.seconds(14);

const vehicleEvents = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { business } = given.data;
  const door = new LambdaFunction(scope, 'VehicleEvents', {
    ...given,
    name: 'vehicle-events',
    description: 'Takes what the vehicle platform pushes',
    schema: vehicleEventsEnvironment,
    environment: { BUSINESS_TABLE: business.tableName, READ_QUEUE_URL: given.read.queue.queueUrl },
    timeout: PUSH_TIMEOUT,
    reservedConcurrency: given.config.concurrency.vehicleEvents,
    permissions: [onTable(business, 'GetItem', 'PutItem', 'UpdateItem'), onQueues(given.read.queue)],
  });
  allowVehicleApplications(door, given.config.stage);
  return door;
};

const published = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { attestations, log, statementKeys, statusListKeys, statusListKey, pdfSealKeys, checkpointKey } = given.data;
  const { business, reports } = given.data;
  const publishing = new LambdaFunction(scope, 'Public', {
    ...given,
    name: 'public',
    description:
      'Publishes the keys that statements verify with, the page that does, what became of them, how the API is used, and the log; shows shared reports',
    schema: publicEnvironment,
    environment: {
      STATEMENT_KEY_IDS: idsOf(statementKeys),
      STATUS_LIST_KEY_IDS: idsOf(statusListKeys),
      PDF_SEAL_KEY_IDS: idsOf(pdfSealKeys),
      STATUS_LIST_KEY_ID: statusListKey.keyId,
      CHECKPOINT_KEY_ID: checkpointKey.keyId,
      ATTESTATIONS_TABLE: attestations.tableName,
      LOG_TABLE: log.tableName,
      ISSUER: given.origin,
      BUSINESS_TABLE: business.tableName,
      REPORT_BUCKET: reports.bucketName,
    },
    reservedConcurrency: given.config.concurrency.public,
    permissions: [
      onTable(log, 'GetItem'),
      onItems(attestations, keys.statusList('*').pk, 'GetItem'),
      onItems(attestations, contractPartition('*', '*'), 'Query'),
      onItems(attestations, KEY_EVENTS, 'Query'),
      ...[...statementKeys, ...pdfSealKeys].map((key) => onKey(key, 'GetPublicKey')),
      ...statusListKeys.map((key) => onKey(key, 'Sign', 'GetPublicKey')),
      onKey(checkpointKey, 'GetPublicKey'),
      // Of what tenants have, what they gave out links to, and no more.
      onItems(business, keys.shareLink('*').pk, 'GetItem'),
      onItems(business, sharesPartition('*', '*'), 'GetItem', 'UpdateItem'),
    ],
  });
  allowFiles(publishing, reports, 'GetObject');
  return publishing;
};

const admin = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { attestations, log, statementKeys, statementKey, statusListKeys, statusListKey } = given.data;
  const { pdfSealKeys, pdfSealKey } = given.data;
  return new LambdaFunction(scope, 'Admin', {
    ...given,
    name: 'admin',
    description:
      'Creates tenants, API keys and vehicle applications, tells of signing keys; reachable through IAM alone',
    schema: adminEnvironment,
    environment: {
      BUSINESS_TABLE: given.data.business.tableName,
      TEND_QUEUE_URL: given.tend.queue.queueUrl,
      ATTESTATIONS_TABLE: attestations.tableName,
      LOG_TABLE: log.tableName,
      ISSUER: given.origin,
      STATEMENT_KEY_IDS: idsOf(statementKeys),
      STATUS_LIST_KEY_IDS: idsOf(statusListKeys),
      PDF_SEAL_KEY_IDS: idsOf(pdfSealKeys),
      STATEMENT_KEY_ID: statementKey.keyId,
      STATUS_LIST_KEY_ID: statusListKey.keyId,
      PDF_SEAL_KEY_ID: pdfSealKey.keyId,
    },
    // A consent that was withdrawn is ended at the vehicle platform by way of the queue.
    permissions: [
      onTable(given.data.business, 'GetItem', 'PutItem', 'UpdateItem'),
      // A tenant's contracts, to move their connections to another version of the platform.
      onIndex(given.data.business, BY_TENANT),
      onQueues(given.tend.queue),
      // What happens to signing keys, and how far the log was signed before.
      onItems(attestations, KEY_EVENTS, 'PutItem', 'Query'),
      onItems(log, keys.logState().pk, 'GetItem'),
      onItems(log, keys.checkpoint('*').pk, 'GetItem'),
      ...[...statementKeys, ...statusListKeys, ...pdfSealKeys].map((key) => onKey(key, 'GetPublicKey', 'DescribeKey')),
    ],
  });
};

/** Ids with commas between, the oldest key first. */
export const idsOf = (signingKeys: readonly Key[]): string => signingKeys.map(({ keyId }) => keyId).join(',');

/** Creates the functions that answer requests. */
export const webFunctions = (scope: Construct, given: Surroundings): WebFunctions => ({
  authorize: authorize(scope, given),
  api: api(scope, given),
  webhookEndpoints: webhookEndpoints(scope, given),
  compatibility: compatibility(scope, given),
  connect: connect(scope, given),
  vehicleEvents: vehicleEvents(scope, given),
  public: published(scope, given),
  admin: admin(scope, given),
});
