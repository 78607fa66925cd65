// Where a tenant wants to be told: a URL, which types, and secrets, sealed. Secrets are shown once; we keep what only the sender opens.
import * as z from 'zod/mini';
import { endpointsPartition, keys } from '../aws/keys.ts';
import type { Open, Seal } from '../aws/sealing.ts';
import { type Change, exists, type Item, isNew, type Table } from '../aws/table.ts';
import { eventOf } from '../event/event.ts';
import { appendMarks } from '../event/mark.ts';
import { newId, type RandomBytes } from '../tenant/id.ts';
import { newWebhookSecret } from './signature.ts';

const storedEndpoint = z.object({
  tenantId: z.string(),
  endpointId: z.string(),
  url: z.string(),
  /** The types it is told of; absent: all, also those that there are not yet. */
  types: z.optional(z.array(z.string())),
  /** Newest first; the one before signs as well until `until`. */
  secrets: z.array(z.object({ sealed: z.string(), until: z.optional(z.string()) })),
  state: z.enum(['enabled', 'disabled']),
  /** `tenant`: asked for; `gone`: it answered 410; `failing`: nothing has arrived for days. */
  reason: z.optional(z.enum(['tenant', 'gone', 'failing'])),
  createdAt: z.string(),
  disabledAt: z.optional(z.string()),
  /** Since when every attempt has failed. */
  failingSince: z.optional(z.string()),
});

export type Endpoint = Readonly<z.infer<typeof storedEndpoint>>;

export type EndpointId = Pick<Endpoint, 'tenantId' | 'endpointId'>;

/** How long the secret before signs beside a new one. */
export const OVERLAP_MS = 24 * 3_600_000;

/** An endpoint at which nothing arrives for so long is disabled. */
const FAILING_MS = 5 * 86_400_000;

export interface Sealing {
  readonly business: Table;
  readonly seal: Seal;
  readonly random: RandomBytes;
}

const keyOf = ({ tenantId, endpointId }: EndpointId) => keys.webhookEndpoint(tenantId, endpointId);

const contextOf = ({ tenantId, endpointId }: EndpointId) => ({ purpose: 'webhook', tenantId, endpointId });

const parseEndpoint = (item: Item): Endpoint => storedEndpoint.parse(item);

/** @param now epoch milliseconds @returns the secret too: it is shown this once */
export async function createEndpoint(
  { business, seal, random }: Sealing,
  { tenantId, url, types }: Pick<Endpoint, 'tenantId' | 'url' | 'types'>,
  now: number,
): Promise<{ readonly endpoint: Endpoint; readonly secret: string }> {
  const id = { tenantId, endpointId: newId('whe', now, random) };
  const secret = newWebhookSecret(random);
  const endpoint: Endpoint = {
    ...id,
    url,
    ...(types === undefined ? {} : { types }),
    secrets: [{ sealed: await seal(secret, contextOf(id)) }],
    state: 'enabled',
    createdAt: new Date(now).toISOString(),
  };
  await business.put({ ...keyOf(id), ...endpoint }, isNew);
  return { endpoint, secret };
}

/** Consistent. */
export async function getEndpoint(business: Table, id: EndpointId): Promise<Endpoint | undefined> {
  const item = await business.get(keyOf(id));
  return item === undefined ? undefined : parseEndpoint(item);
}

/** All of a tenant, oldest first. One Query. */
export async function listEndpoints(business: Table, tenantId: string): Promise<readonly Endpoint[]> {
  const where = { expression: '#pk = :pk', values: { pk: endpointsPartition(tenantId) } };
  return (await business.query({ where })).items.map(parseEndpoint);
}

/** A new secret; the one before signs beside it for a day. Undefined when there is no such endpoint, or it was rotated meanwhile. */
export async function rotateSecret(
  { business, seal, random }: Sealing,
  id: EndpointId,
  now: number,
): Promise<{ readonly endpoint: Endpoint; readonly secret: string } | undefined> {
  const endpoint = await getEndpoint(business, id);
  const [current] = endpoint?.secrets ?? [];
  if (current === undefined) return undefined;
  const secret = newWebhookSecret(random);
  const before = { ...current, until: new Date(now + OVERLAP_MS).toISOString() };
  const secrets = [{ sealed: await seal(secret, contextOf(id)) }, before];
  const condition = { expression: '#secrets[0].#sealed = :current', values: { current: current.sealed } };
  const rotated = await change(business, id, { set: { secrets }, condition });
  return rotated === undefined ? undefined : { endpoint: rotated, secret };
}

/** What an attempt is signed with, newest first. @param now epoch milliseconds */
export function secretsOf(open: Open, endpoint: Endpoint, now: number): Promise<readonly string[]> {
  const valid = endpoint.secrets.filter(({ until }) => until === undefined || Date.parse(until) > now);
  return Promise.all(valid.map(({ sealed }) => open(sealed, contextOf(endpoint))));
}

/** Disables an endpoint, and tells the tenant's others. Undefined when it is not enabled (any more). */
export function disableEndpoint(
  business: Table,
  id: EndpointId,
  reason: NonNullable<Endpoint['reason']>,
  now: number,
): Promise<Endpoint | undefined> {
  const { tenantId, endpointId } = id;
  const disabledAt = new Date(now).toISOString();
  const happened = { key: keyOf(id), change: disabledAt, at: disabledAt, tenantId, data: { endpointId, reason } };
  const { set, ...marks } = appendMarks(keyOf(id), [eventOf({ ...happened, type: 'webhook.disabled' })]);
  const condition = { expression: '#state = :enabled', values: { enabled: 'enabled' } };
  return change(business, id, { ...marks, set: { ...set, state: 'disabled', reason, disabledAt }, condition });
}

/** What failed while it was disabled has failed; a redelivery brings it back. */
export const enableEndpoint = (business: Table, id: EndpointId): Promise<Endpoint | undefined> =>
  change(business, id, {
    set: { state: 'enabled' },
    remove: ['reason', 'disabledAt', 'failingSince'],
    condition: exists,
  });

/** Notes an attempt that failed; disables what is gone, or has failed for days. */
export async function noteFailure(business: Table, endpoint: Endpoint, gone: boolean, now: number): Promise<void> {
  if (gone) {
    await disableEndpoint(business, endpoint, 'gone', now);
  } else if (endpoint.failingSince === undefined) {
    const condition = {
      expression: '#state = :enabled AND attribute_not_exists(#failingSince)',
      values: { enabled: 'enabled' },
    };
    await change(business, endpoint, { set: { failingSince: new Date(now).toISOString() }, condition });
  } else if (now - Date.parse(endpoint.failingSince) >= FAILING_MS) {
    await disableEndpoint(business, endpoint, 'failing', now);
  }
}

/** Notes that something arrived. */
export async function noteSuccess(business: Table, endpoint: Endpoint): Promise<void> {
  if (endpoint.failingSince !== undefined)
    await change(business, endpoint, { remove: ['failingSince'], condition: exists });
}

async function change(business: Table, id: EndpointId, how: Change): Promise<Endpoint | undefined> {
  const item = await business.update(keyOf(id), how);
  return item === undefined ? undefined : parseEndpoint(item);
}
