// Tends token pairs, from its own short queue (30 s a call, hidden for 60 s), so that a refresh whose worker died is repeated inside the
// vendor's grace window. Binds fresh authorizations to their car. Never signs, never reads an odometer.

import { randomBytes, randomUUID } from 'node:crypto';
import middy from '@middy/core';
import { type BatchAnswer, batchAnswer, parseBody, type QueueEvent, receivesOf } from '../../lib/aws/batch.ts';
import { dynamoClient, kmsClient, secretsClient, sqsClient } from '../../lib/aws/clients.ts';
import { makeDataKeys } from '../../lib/aws/data-keys.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { type Message, makeQueue, type Send } from '../../lib/aws/queue.ts';
import { makeSecrets } from '../../lib/aws/secrets.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { makeFreshen } from '../../lib/connection/application-token.ts';
import { makeFindManagement } from '../../lib/connection/management.ts';
import { makeRefresh, makeWebhookOf } from '../../lib/connection/platform-login.ts';
import { findPlatform, makePlatforms } from '../../lib/connection/platforms.ts';
import { makeTenantKeys } from '../../lib/connection/tenant-keys.ts';
import { type Tending, tend, tendMessage } from '../../lib/connection/tend.ts';
import { makeVault } from '../../lib/connection/vault.ts';
import { emptyBudget, takeAll } from '../../lib/reading/budget.ts';
import { makeFindApplication } from '../../lib/tenant/application.ts';
import { makeTransport } from '../../lib/vehicle/transport.ts';
import { environment } from './env.ts';

/** The vehicle list and one batch fit twice into a call of 30 s. */
const BIND_DEADLINE_MS = 12_000;

const env = environment.parse(process.env);
const instruments = makeInstruments('tend-connection');
const monotonic = () => performance.now();
const dynamo = dynamoClient(instruments.countAws);
const business = makeTable(dynamo, env.BUSINESS_TABLE);
const vaultTable = makeTable(dynamo, env.VAULT_TABLE);
const dataKeys = makeDataKeys(kmsClient(instruments.countAws), env.VAULT_KEY_ID);
const vault = makeVault(vaultTable, makeTenantKeys(vaultTable, dataKeys, monotonic), randomBytes);
const sqs = sqsClient(instruments.countAws);
const sendRead = makeQueue(sqs, env.READ_QUEUE_URL);
const sendTend = makeQueue(sqs, env.TEND_QUEUE_URL);
const sendReport = makeQueue(sqs, env.REPORT_QUEUE_URL);
const application = makeFindApplication(business, monotonic);
const transport = makeTransport({ onCall: instruments.countVehicle });
const platforms = makePlatforms({
  transport,
  apiOrigin: env.VEHICLE_API_ORIGIN,
  vehicleOrigin: env.VEHICLE_V3_ORIGIN,
  managementOrigin: env.VEHICLE_MANAGEMENT_ORIGIN,
  deadlineMs: BIND_DEADLINE_MS,
  clock: () => Date.now(),
});
const readSecret = makeSecrets(secretsClient(instruments.countAws), monotonic);
const refresh = makeRefresh({
  transport,
  readSecret,
  authOrigin: env.VEHICLE_AUTH_ORIGIN,
  iamOrigin: env.VEHICLE_IAM_ORIGIN,
  clock: () => Date.now(),
});

class TryAgain extends Error {
  readonly code = 'TRY_AGAIN';
}

const tending: Tending = {
  business,
  vault,
  application,
  platformOf: findPlatform(application, platforms),
  webhookOf: makeWebhookOf(readSecret, application),
  managementOf: makeFindManagement(
    { transport, managementOrigin: env.VEHICLE_V2_MANAGEMENT_ORIGIN, deadlineMs: BIND_DEADLINE_MS },
    readSecret,
    application,
  ),
  clock: () => Date.now(),
  allow: async (applicationId, requests) => takeAll(business, await application(applicationId), requests, Date.now()),
  pause: async (applicationId, refused) => emptyBudget(business, await application(applicationId), refused, Date.now()),
  warn: (code) => instruments.log('error', 'operator', { code }),
  forgetReports: ({ tenantId, contractId }) => sendReport([{ body: { kind: 'forget', tenantId, contractId } }]),
  // Each question has a holder of its own: attempts are told apart by it.
  refresh: makeFreshen(
    () => ({ business, vault, refresh, application, holder: randomUUID() }),
    () => Date.now(),
  ),
};

/** Sends what a message leads to. When that fails the message comes again, and finds done what is done. */
interface Onward {
  readonly read: readonly Message[];
  readonly tend: readonly Message[];
}

async function tendRecord(record: QueueEvent['Records'][number]): Promise<Onward> {
  const message = tendMessage.parse(parseBody(record));
  const tended = await tend(tending, message, receivesOf(record), Date.now());
  switch (tended.kind) {
    case 'done':
      return { read: tended.read, tend: [] };
    case 'wait':
      instruments.log('info', 'waits', { kind: message.kind, attempt: 'attempt' in message ? message.attempt : 0 });
      return { read: [], tend: [tended.again] };
    case 'go_on':
      return { read: [], tend: [tended.next] };
    case 'given_up':
      instruments.log('error', 'operator', { code: 'refresh_given_up' });
      return { read: [], tend: [] };
    case 'give_back':
      throw new TryAgain('the pair is being refreshed, or the platform did not answer');
  }
}

/** Sends all onward messages together, one queue beside the other. What could not be sent comes again with its record. */
async function tendAll(event: QueueEvent): Promise<BatchAnswer> {
  const tended = await Promise.allSettled(event.Records.map(tendRecord));
  const onward = tended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const send = (to: Send, messages: readonly Message[]) => to(messages).catch((fault: unknown) => fault);
  const [unread, untended] = await Promise.all([
    send(
      sendRead,
      onward.flatMap(({ read }) => read),
    ),
    send(
      sendTend,
      onward.flatMap((one) => one.tend),
    ),
  ]);
  const faults = tended.map((one) => {
    if (one.status === 'rejected') return one.reason ?? 'unknown';
    return (one.value.read.length > 0 ? unread : undefined) ?? (one.value.tend.length > 0 ? untended : undefined);
  });
  for (const fault of new Set(faults)) if (fault !== undefined) instruments.reportFault(fault);
  return batchAnswer(event, faults);
}

export const handler = middy(tendAll).use(instruments.perInvocation);
