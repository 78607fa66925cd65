// The monthly run: the planner on its schedule and the two workers behind their queues. Each block is complete: what the function
// is told, what it may do. Only read-vehicle signs and adds statements; nobody here deletes or alters one.
import { Duration } from 'aws-cdk-lib';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { environment as planReadsEnvironment } from '../../functions/plan-reads/env.ts';
import { environment as readVehicleEnvironment } from '../../functions/read-vehicle/env.ts';
import { environment as tendConnectionEnvironment } from '../../functions/tend-connection/env.ts';
import { contractPartition, keys, vehiclePartition, vinPartition } from '../../lib/aws/keys.ts';
import { applicationOwner } from '../../lib/connection/application-token.ts';
import { BY_TENANT, DUE } from '../data-stack.ts';
import { onIndex, onItems, onKey, onQueues, onTable } from './access.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { RunbookAlarms } from './runbook-alarm.ts';
import type { Surroundings } from './surroundings.ts';
import { allowVehicleApplications } from './vehicle-applications.ts';
import { wake } from './wake.ts';
import { WorkerQueue } from './worker-queue.ts';

/** Long enough for one car's slowest answer (300 s) and what follows it. */
const READ_TIMEOUT = Duration.seconds(330);
/** Short, so that a crashed refresh is repeated inside the vehicle platform's 10-minute grace window. */
const TEND_TIMEOUT = Duration.seconds(30);
/** Megabytes. Workers mostly wait for cars, and waiting is billed by memory. */
const WAITING_MEMORY = 256;
/** Waiting work passes through its queue again by design; turns, attempts and the life of a token pair bound it, so Lambda must not cut it off. */
const BOUNDED_BY_TURNS = RecursiveLoop.ALLOW;

/** The functions of the monthly run. */
export interface ReadingFunctions {
  readonly planReads: LambdaFunction;
  readonly tendConnection: LambdaFunction;
  readonly readVehicle: LambdaFunction;
}

/** The queues between the functions of the monthly run. */
export interface ReadingQueues {
  readonly tend: WorkerQueue;
  readonly read: WorkerQueue;
}

const planReads = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { business } = given.data;
  const planner = new LambdaFunction(scope, 'PlanReads', {
    ...given,
    name: 'plan-reads',
    description: 'Finds the contracts that are due and sends them to be read',
    schema: planReadsEnvironment,
    environment: {
      BUSINESS_TABLE: business.tableName,
      TEND_QUEUE_URL: given.tend.queue.queueUrl,
      READ_QUEUE_URL: given.read.queue.queueUrl,
    },
    timeout: Duration.minutes(4),
    permissions: [
      onIndex(business, DUE),
      onTable(business, 'UpdateItem'),
      onQueues(given.tend.queue, given.read.queue),
    ],
  });
  wake(planner, Duration.minutes(5));
  return planner;
};

const tendConnection = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { business, vault, vaultKey } = given.data;
  const worker = new LambdaFunction(scope, 'TendConnection', {
    ...given,
    name: 'tend-connection',
    description: 'Binds a new connection to its vehicle and keeps its tokens fresh',
    schema: tendConnectionEnvironment,
    environment: {
      BUSINESS_TABLE: business.tableName,
      VAULT_TABLE: vault.tableName,
      VAULT_KEY_ID: vaultKey.keyId,
      TEND_QUEUE_URL: given.tend.queue.queueUrl,
      READ_QUEUE_URL: given.read.queue.queueUrl,
      REPORT_QUEUE_URL: given.report.queue.queueUrl,
      VEHICLE_AUTH_ORIGIN: given.config.vehicle.auth,
      VEHICLE_API_ORIGIN: given.config.vehicle.api,
      VEHICLE_IAM_ORIGIN: given.config.vehicle.v3.iam,
      VEHICLE_V3_ORIGIN: given.config.vehicle.v3.vehicle,
      VEHICLE_V2_MANAGEMENT_ORIGIN: given.config.vehicle.management,
      VEHICLE_MANAGEMENT_ORIGIN: given.config.vehicle.v3.management,
    },
    timeout: TEND_TIMEOUT,
    memory: WAITING_MEMORY,
    recursiveLoop: BOUNDED_BY_TURNS,
    permissions: [
      onTable(business, 'GetItem', 'PutItem', 'UpdateItem', 'Query'),
      // A tenant's contracts, looked through for those whose data is kept no longer.
      onIndex(business, BY_TENANT),
      // A connection that ends no longer uses its vehicle.
      onItems(business, vehiclePartition('*', '*'), 'DeleteItem'),
      // What is erased of a contract that is over.
      onItems(business, contractPartition('*', '*'), 'DeleteItem'),
      onItems(business, vinPartition('*', '*'), 'DeleteItem'),
      onItems(business, keys.reference('*', '*').pk, 'DeleteItem'),
      onItems(business, keys.myDataLink('*').pk, 'DeleteItem'),
      onTable(vault, 'GetItem', 'UpdateItem', 'DeleteItem'),
      // The places of the applications' own tokens and their data keys; those of tenants are made by connect.
      onItems(vault, keys.tokens(applicationOwner('*').tenantId, '*').pk, 'PutItem'),
      onItems(vault, keys.dataKey(applicationOwner('*').tenantId).pk, 'PutItem'),
      onKey(vaultKey, 'Decrypt', 'GenerateDataKey'),
      given.tend.consume(),
      // What waits for the vehicle platform is sent again with a delay, so that it does not end among the dead letters.
      // Reports on a contract that is erased are deleted by who may touch their files.
      onQueues(given.tend.queue, given.read.queue, given.report.queue),
    ],
  });
  allowVehicleApplications(worker, given.config.stage);
  given.tend.feed(worker.lambda, {
    batchSize: 10,
    window: Duration.seconds(0),
    concurrency: given.config.concurrency.tend,
  });
  return worker;
};

const readVehicle = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { business, attestations, vault, vaultKey, statementKeys, statementKey } = given.data;
  const worker = new LambdaFunction(scope, 'ReadVehicle', {
    ...given,
    name: 'read-vehicle',
    description: 'Reads vehicles, judges the distance, signs the statement',
    schema: readVehicleEnvironment,
    environment: {
      BUSINESS_TABLE: business.tableName,
      ATTESTATIONS_TABLE: attestations.tableName,
      VAULT_TABLE: vault.tableName,
      VAULT_KEY_ID: vaultKey.keyId,
      STATEMENT_KEY_ID: statementKey.keyId,
      ISSUER: given.origin,
      TEND_QUEUE_URL: given.tend.queue.queueUrl,
      READ_QUEUE_URL: given.read.queue.queueUrl,
      VEHICLE_API_ORIGIN: given.config.vehicle.api,
      VEHICLE_V3_ORIGIN: given.config.vehicle.v3.vehicle,
    },
    timeout: READ_TIMEOUT,
    memory: WAITING_MEMORY,
    recursiveLoop: BOUNDED_BY_TURNS,
    permissions: [
      onTable(business, 'GetItem', 'PutItem', 'UpdateItem', 'Query'),
      onTable(attestations, 'PutItem', 'Query'),
      onTable(vault, 'GetItem'),
      onKey(vaultKey, 'Decrypt'),
      // While a successor is deployed, workers that were there before still sign with the key that they know.
      ...statementKeys.map((key) => onKey(key, 'Sign', 'GetPublicKey')),
      given.read.consume(),
      onQueues(given.tend.queue, given.read.queue),
    ],
  });
  given.read.feed(worker.lambda, {
    batchSize: 50,
    window: Duration.seconds(2),
    concurrency: given.config.concurrency.read,
  });
  return worker;
};

/** Creates the queues; the functions that send to them and work them come later. */
export const readingQueues = (scope: Construct, alarms: RunbookAlarms): ReadingQueues => ({
  tend: new WorkerQueue(scope, 'TendQueue', {
    name: 'tend',
    visibility: Duration.seconds(2 * TEND_TIMEOUT.toSeconds()),
    maxReceives: 5,
    lateAfter: Duration.minutes(30),
    alarms,
  }),
  read: new WorkerQueue(scope, 'ReadQueue', {
    name: 'read',
    // Five times that is over before a turn's lease is: a message that keeps failing is set aside, and not overtaken first.
    visibility: Duration.seconds(2 * READ_TIMEOUT.toSeconds()),
    maxReceives: 5,
    lateAfter: Duration.hours(2),
    alarms,
  }),
});

/** Creates the functions of the monthly run and connects them to schedule and queues. */
export const readingFunctions = (scope: Construct, given: Surroundings): ReadingFunctions => ({
  planReads: planReads(scope, given),
  tendConnection: tendConnection(scope, given),
  readVehicle: readVehicle(scope, given),
});
