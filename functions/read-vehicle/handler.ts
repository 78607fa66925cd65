// Reads cars, judges, signs and chains: the only function that puts statements, and the only one that may use the statement key.
// Stores what the platform pushed, for every contract on the car. Up to 50 messages a call, their vehicle calls in flight together: waiting for cars is most of the bill.

import { randomBytes } from 'node:crypto';
import middy from '@middy/core';
import { readMessage, runMessages } from '../../lib/attestation/messages.ts';
import { type BatchAnswer, batchAnswer, parseBody, type QueueEvent } from '../../lib/aws/batch.ts';
import { dynamoClient, kmsClient, sqsClient } from '../../lib/aws/clients.ts';
import { makeDataKeys } from '../../lib/aws/data-keys.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeQueue } from '../../lib/aws/queue.ts';
import { makeSigner } from '../../lib/aws/signer.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { makePlatforms } from '../../lib/connection/platforms.ts';
import { makeTenantKeys } from '../../lib/connection/tenant-keys.ts';
import { makeVault } from '../../lib/connection/vault.ts';
import { makeFindApplication } from '../../lib/tenant/application.ts';
import { LONGEST_CALL_MS } from '../../lib/vehicle/constants.ts';
import { makeTransport } from '../../lib/vehicle/transport.ts';
import { environment } from './env.ts';

/** Left after the slowest car for storing, signing and planning. */
const AFTERWARDS_MS = 15_000;

const env = environment.parse(process.env);
const instruments = makeInstruments('read-vehicle');
const monotonic = () => performance.now();
const clock = () => Date.now();
const dynamo = dynamoClient(instruments.countAws);
const kms = kmsClient(instruments.countAws);
const sqs = sqsClient(instruments.countAws);
const business = makeTable(dynamo, env.BUSINESS_TABLE);
const vaultTable = makeTable(dynamo, env.VAULT_TABLE);
const tenantKeys = makeTenantKeys(vaultTable, makeDataKeys(kms, env.VAULT_KEY_ID), monotonic);
const transport = makeTransport({ onCall: instruments.countVehicle });

const turning = {
  business,
  attestations: makeTable(dynamo, env.ATTESTATIONS_TABLE),
  vault: makeVault(vaultTable, tenantKeys, randomBytes),
  platformOf: makePlatforms({
    transport,
    apiOrigin: env.VEHICLE_API_ORIGIN,
    vehicleOrigin: env.VEHICLE_V3_ORIGIN,
    deadlineMs: AFTERWARDS_MS,
    clock,
  }),
  signer: makeSigner(kms, env.STATEMENT_KEY_ID),
  issuer: env.ISSUER,
  sendRead: makeQueue(sqs, env.READ_QUEUE_URL),
  sendTend: makeQueue(sqs, env.TEND_QUEUE_URL),
  application: makeFindApplication(business, monotonic),
  clock,
  random: randomBytes,
  warn: (code: string) => instruments.log('error', 'operator', { code }),
};

interface LambdaContext {
  readonly getRemainingTimeInMillis: () => number;
}

/** Messages that could be read, and for each record what was wrong with it if it could not. */
async function readAll(event: QueueEvent, context: LambdaContext): Promise<BatchAnswer> {
  const parsed = event.Records.map((record) => readMessage.safeParse(parseBody(record)));
  const messages = parsed.flatMap(({ data }) => (data === undefined ? [] : [data]));
  for (const { kind } of messages) if (kind === 'push') instruments.count('push.used');
  const callDeadlineMs = () => Math.min(LONGEST_CALL_MS, context.getRemainingTimeInMillis() - AFTERWARDS_MS);
  const done = (await runMessages({ ...turning, callDeadlineMs }, messages)).values();
  const faults = parsed.map((one) => (one.success ? done.next().value : one.error));
  for (const fault of faults) if (fault !== undefined) instruments.reportFault(fault);
  return batchAnswer(event, faults);
}

export const handler = middy(readAll).use(instruments.perInvocation);
