// The operator's own commands, invoked by IAM only: `{ "action": …, … }`. Answers with what was made; an API key is shown here once.

import { randomBytes } from 'node:crypto';
import middy from '@middy/core';
import * as z from 'zod/mini';
import { followRuns } from '../../lib/attestation/follow-runs.ts';
import { dynamoClient, kmsClient, sqsClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeQueue } from '../../lib/aws/queue.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { upgradeTenant } from '../../lib/connection/upgrade-tenant.ts';
import { withdrawConsent } from '../../lib/connection/withdraw.ts';
import { announceKeys, compromiseKey, retireKey } from '../../lib/ledger/keep-keys.ts';
import { keptKeys } from '../../lib/ledger/kept-keys.ts';
import { createApiKey, revokeApiKey } from '../../lib/tenant/api-key.ts';
import {
  ApplicationError,
  createApplication,
  getApplication,
  mayBeTwins,
  nameTwin,
  type VehicleApplication,
  vehicleApplication,
} from '../../lib/tenant/application.ts';
import { isReturnUrl, RETURN_URL } from '../../lib/tenant/return-url.ts';
import { SCOPES } from '../../lib/tenant/scopes.ts';
import {
  changeTenant,
  createTenant,
  getTenant,
  MOST_DEADLINE_DAYS,
  READING_POLICIES,
} from '../../lib/tenant/tenant.ts';
import { openWebhookWindow } from '../../lib/tenant/webhook-window.ts';
import { environment } from './env.ts';

const env = environment.parse(process.env);
const instruments = makeInstruments('admin');
const dynamo = dynamoClient(instruments.countAws);
const business = makeTable(dynamo, env.BUSINESS_TABLE);
const kept = keptKeys(kmsClient(instruments.countAws), env);
const keeping = {
  attestations: makeTable(dynamo, env.ATTESTATIONS_TABLE),
  log: makeTable(dynamo, env.LOG_TABLE),
  issuer: env.ISSUER,
  signing: [env.STATEMENT_KEY_ID, env.STATUS_LIST_KEY_ID, env.PDF_SEAL_KEY_ID],
};
const sendTend = makeQueue(sqsClient(instruments.countAws), env.TEND_QUEUE_URL);

const tenantId = z.string().check(z.regex(/^[a-z0-9-]{1,40}$/));
const tenantName = z.string().check(z.minLength(1), z.maxLength(100));
const id = z.string().check(z.maxLength(64));

const schedule = z.strictObject({
  policy: z.enum(READING_POLICIES),
  deadlineDays: z.int().check(z.minimum(1), z.maximum(MOST_DEADLINE_DAYS)),
});

const command = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('createApplication'), application: z.strictObject(vehicleApplication.shape) }),
  z.strictObject({
    action: z.literal('createTenant'),
    tenantId,
    name: tenantName,
    applicationId: id,
  }),
  z
    .strictObject({
      action: z.literal('updateTenant'),
      tenantId,
      name: z.optional(tenantName),
      returnUrls: z.optional(z.array(z.string().check(z.refine(isReturnUrl, RETURN_URL))).check(z.maxLength(20))),
      retentionMonths: z.optional(z.nullable(z.int().check(z.minimum(1), z.maximum(120)))),
      schedule: z.optional(schedule),
    })
    .check(
      z.refine(
        ({ action: _, tenantId: __, ...change }) => Object.values(change).some((value) => value !== undefined),
        'Nothing to change',
      ),
    ),
  z.strictObject({
    action: z.literal('createApiKey'),
    tenantId,
    name: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
    scopes: z.array(z.enum(SCOPES)).check(z.minLength(1)),
    validUntil: z.optional(z.iso.datetime()),
  }),
  z.strictObject({ action: z.literal('revokeApiKey'), keyId: id }),
  z.strictObject({ action: z.literal('withdrawConsent'), tenantId, contractId: id, connectionId: id }),
  z.strictObject({ action: z.literal('upgrade'), tenantId, to: id, after: z.optional(id) }),
  z.strictObject({ action: z.literal('openWebhookWindow'), applicationId: id }),
  z.strictObject({ action: z.literal('announceKeys') }),
  z.strictObject({ action: z.literal('retireKey'), kid: id }),
  z.strictObject({
    action: z.literal('compromiseKey'),
    kid: id,
    since: z.iso.datetime(),
    logSize: z.optional(z.int().check(z.minimum(0))),
  }),
]);

type Command = z.infer<typeof command>;
type Commanded<A extends Command['action']> = Omit<Extract<Command, { action: A }>, 'action'>;

/** What the operator is told when nothing was made. */
const notCreated = (reason: 'exists' | 'unknown_application' | 'unknown_tenant' | 'unsuitable_twin') =>
  ({ created: false, reason }) as const;
const created = (made: boolean) => (made ? ({ created: true } as const) : notCreated('exists'));

async function findApplication(applicationId: string): Promise<VehicleApplication | undefined> {
  try {
    return await getApplication(business, applicationId);
  } catch (fault) {
    if (fault instanceof ApplicationError) return undefined;
    throw fault;
  }
}

/** Each twin names the other; a crash before the second does leaves one whose creation is repeated: it exists, and is named then. */
async function makeApplication(application: VehicleApplication) {
  const twin = application.twin === undefined ? undefined : await findApplication(application.twin);
  const suits = application.twin === undefined || (twin !== undefined && mayBeTwins(application, twin));
  if (!suits) return notCreated('unsuitable_twin');
  const made = await createApplication(business, application);
  const stored = made ? application : await getApplication(business, application.applicationId);
  if (stored.twin === application.twin && !(await nameTwin(business, stored))) return notCreated('unsuitable_twin');
  return created(made);
}

/**
 * A tenant without its application could create no contract. A crash before it is made leaves runs that nobody has; repeated for a tenant
 * that is there already, the command has its runs counted from now on.
 */
async function makeTenant(tenant: Commanded<'createTenant'>, now: number) {
  if ((await findApplication(tenant.applicationId)) === undefined) return notCreated('unknown_application');
  await followRuns(business, tenant.tenantId, now);
  return created(await createTenant(business, tenant, now));
}

/**
 * Links back that were made before are offered as long as their address is on the list. A retention counts a day after it was set, also for
 * contracts that are over already; a schedule for contracts that are made from now on.
 */
async function updateTenant({ tenantId: which, ...change }: Commanded<'updateTenant'>, now: number) {
  if (await changeTenant(business, which, change, now)) return { updated: true } as const;
  return { updated: false, reason: 'unknown_tenant' } as const;
}

/** A key of a tenant that is not there, by a slip of the pen, would be a key of whoever gets that name later. */
async function makeKey(key: Commanded<'createApiKey'>, now: number) {
  if ((await getTenant(business, key.tenantId)) === undefined) return notCreated('unknown_tenant');
  const made = await createApiKey(business, key, now, randomBytes);
  return { keyId: made.key.keyId, apiKey: made.apiKey };
}

/** For as long the challenge of the platform is answered, which proves the webhook of an application. */
async function openWindow(applicationId: string, now: number) {
  if ((await findApplication(applicationId)) === undefined)
    return { opened: false, reason: 'unknown_application' } as const;
  return { opened: true, until: await openWebhookWindow(business, applicationId, now) } as const;
}

async function admin(input: unknown): Promise<unknown> {
  const parsed = command.parse(input);
  const now = Date.now();
  switch (parsed.action) {
    case 'createApplication':
      return makeApplication(parsed.application);
    case 'createTenant': {
      const { action: _, ...tenant } = parsed;
      return makeTenant(tenant, now);
    }
    case 'updateTenant': {
      const { action: _, ...change } = parsed;
      return updateTenant(change, now);
    }
    case 'createApiKey':
      return makeKey(parsed, now);
    case 'revokeApiKey':
      return { revoked: await revokeApiKey(business, parsed.keyId, now) };
    case 'upgrade':
      return upgradeTenant({ business, sendTend }, parsed);
    case 'withdrawConsent':
      return { withdrawn: (await withdrawConsent(business, parsed, now)) !== undefined };
    case 'openWebhookWindow':
      return openWindow(parsed.applicationId, now);
    case 'announceKeys':
      return { announced: await announceKeys(keeping, kept, now) };
    case 'retireKey':
      return retireKey(keeping, parsed.kid, now);
    case 'compromiseKey':
      return compromiseKey(keeping, parsed, now);
  }
}

export const handler = middy(admin).use(instruments.perInvocation);
