// Tends token pairs, from its own short queue (30 s a call, hidden for 60 s), so that a refresh whose worker died is repeated inside the
// vendor's grace window. Binds fresh authorizations to their car. Never signs, never reads an odometer.

import { randomBytes, randomUUID } from 'node:crypto';
import middy from '@middy/core';
import * as z from 'zod/mini';
import { type BatchAnswer, batchAnswer, parseBody, type QueueEvent } from '../../lib/aws/batch.ts';
import { dynamoClient, kmsClient, secretsClient, sqsClient } from '../../lib/aws/clients.ts';
import { makeDataKeys } from '../../lib/aws/data-keys.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { type Message, makeQueue } from '../../lib/aws/queue.ts';
import { makeSecrets } from '../../lib/aws/secrets.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { bindVehicle } from '../../lib/connection/bind.ts';
import type { Connection } from '../../lib/connection/connection.ts';
import { makeRefresh } from '../../lib/connection/platform-login.ts';
import { refreshPair } from '../../lib/connection/refresh.ts';
import { makeTenantKeys } from '../../lib/connection/tenant-keys.ts';
import { makeVault } from '../../lib/connection/vault.ts';
import { takeAll } from '../../lib/reading/budget.ts';
import { makeFindApplication } from '../../lib/tenant/application.ts';
import { makeTransport } from '../../lib/vehicle/transport.ts';
import { makeV2Platform } from '../../lib/vehicle/v2-platform.ts';
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
const sendRead = makeQueue(sqsClient(instruments.countAws), env.READ_QUEUE_URL);
const application = makeFindApplication(business, monotonic);
const transport = makeTransport({ onCall: instruments.countVehicle });
const platform = makeV2Platform({
  transport,
  apiOrigin: env.VEHICLE_API_ORIGIN,
  deadlineMs: BIND_DEADLINE_MS,
  clock: () => Date.now(),
});
const readSecret = makeSecrets(secretsClient(instruments.countAws), monotonic);
const refresh = makeRefresh({ transport, readSecret, authOrigin: env.VEHICLE_AUTH_ORIGIN });

const ids = { tenantId: z.string(), contractId: z.string(), connectionId: z.string() };

const message = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bind'), ...ids }),
  z.strictObject({
    kind: z.literal('turn'),
    ...ids,
    applicationId: z.string(),
    turn: z.int(),
    rejectedVersion: z.optional(z.int()),
  }),
]);

type Turn = Extract<z.infer<typeof message>, { kind: 'turn' }>;

class TryAgain extends Error {
  readonly code = 'TRY_AGAIN';
}

/** What a message leads to: turns to pass on to reading. */
type Onward = readonly Message[];

const refreshing = () => ({ business, vault, refresh, application, holder: randomUUID() });

/** The turn goes on once its token is fresh, or once it is clear that there is none: reading finds that out for itself. */
async function refreshThenRead(turn: Turn): Promise<Onward> {
  const { rejectedVersion, kind, ...own } = turn;
  const refreshed = await refreshPair(refreshing(), turn, rejectedVersion, Date.now());
  if (refreshed.kind === 'later') throw new TryAgain('the pair is being refreshed, or the platform did not answer');
  const again = rejectedVersion === undefined ? {} : { refreshed: true };
  return [{ body: { kind, ...own, ...again } }];
}

async function bind(id: { tenantId: string; contractId: string; connectionId: string }): Promise<Onward> {
  const allow = async (applicationId: string, requests: number) =>
    takeAll(business, await application(applicationId), requests, Date.now());
  const freshen = (connection: Connection) => refreshPair(refreshing(), connection, undefined, Date.now());
  const bound = await bindVehicle({ business, vault, platform, allow, refresh: freshen }, id, Date.now());
  if (bound.kind === 'later') throw new TryAgain('the platform did not answer');
  return [];
}

async function tend(record: QueueEvent['Records'][number]): Promise<Onward> {
  const parsed = message.parse(parseBody(record));
  return parsed.kind === 'bind' ? bind(parsed) : refreshThenRead(parsed);
}

/** Sends all onward messages together. When that fails, their records come again, and find their tokens fresh. */
async function tendAll(event: QueueEvent): Promise<BatchAnswer> {
  const tended = await Promise.allSettled(event.Records.map(tend));
  const onward = tended.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  const unsent = await sendRead(onward).catch((fault: unknown) => fault);
  const faults = tended.map((one) => {
    if (one.status === 'rejected') return one.reason ?? 'unknown';
    return one.value.length > 0 ? unsent : undefined;
  });
  for (const fault of new Set(faults)) if (fault !== undefined) instruments.reportFault(fault);
  return batchAnswer(event, faults);
}

export const handler = middy(tendAll).use(instruments.perInvocation);
