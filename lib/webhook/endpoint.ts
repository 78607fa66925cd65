// Where a tenant wants to be told: a URL, which types, and secrets, sealed. Secrets are shown once; we keep what only the sender opens.
// What becomes of an endpoint afterwards stands in endpoint-state.ts.
import * as z from 'zod/mini';
import { endpointsPartition, keys } from '../aws/keys.ts';
import type { Open, Seal } from '../aws/sealing.ts';
import { type Change, type Item, isNew, type Table } from '../aws/table.ts';
import type { RandomBytes } from '../tenant/id.ts';
import { newWebhookSecret } from './signature.ts';

const storedSecret = z.object({ sealed: z.string(), until: z.optional(z.string()) });

const storedEndpoint = z.object({
  tenantId: z.string(),
  endpointId: z.string(),
  url: z.string(),
  /** The types it is told of; absent: all, also those that there are not yet. */
  types: z.optional(z.array(z.string())),
  /** Newest first; those before it sign as well until their `until`. */
  secrets: z.tuple([storedSecret], storedSecret),
  state: z.enum(['enabled', 'disabled']),
  /** `tenant`: asked for; `gone`: it answered 410; `failing`: nothing has arrived for days. */
  reason: z.optional(z.enum(['tenant', 'gone', 'failing'])),
  createdAt: z.string(),
  disabledAt: z.optional(z.string()),
  /** Since when every attempt has failed. */
  failingSince: z.optional(z.string()),
  /** The newest attempt that failed since then. */
  failedAt: z.optional(z.string()),
  /** The highest number of a delivery that was attempted. Deliveries expire; numbers go on. */
  lastSeq: z.optional(z.int()),
  /** Changes of state and types so far. */
  revision: z.optional(z.int()),
});

export type Endpoint = Readonly<z.infer<typeof storedEndpoint>>;

/** An endpoint with the one clear copy of its newest secret. */
export interface WithSecret {
  readonly endpoint: Endpoint;
  readonly secret: string;
}

export type EndpointId = Pick<Endpoint, 'tenantId' | 'endpointId'>;

/** How many a tenant may have. */
export const MOST_ENDPOINTS = 16;

/** How long the secret before signs beside a new one. */
export const OVERLAP_MS = 24 * 3_600_000;

/** Signatures of one attempt. Whoever rotates more often in a day does without the oldest. */
const MOST_SECRETS = 5;

export interface Sealing {
  readonly business: Table;
  readonly seal: Seal;
  readonly random: RandomBytes;
}

export const keyOf = ({ tenantId, endpointId }: EndpointId) => keys.webhookEndpoint(tenantId, endpointId);

const contextOf = ({ tenantId, endpointId }: EndpointId) => ({ purpose: 'webhook', tenantId, endpointId });

const parseEndpoint = (item: Item): Endpoint => storedEndpoint.parse(item);

/**
 * Makes an endpoint under an id that was reserved for it, unless its tenant has as many as there may be: undefined then. A crash after
 * the put leaves an endpoint whose secret nobody holds: a repetition finds it, and gives it another one beside.
 * @param now epoch milliseconds
 * @returns the secret too: it is shown this once
 */
export async function createEndpoint(
  { business, seal, random }: Sealing,
  { tenantId, endpointId, url, types }: Pick<Endpoint, 'tenantId' | 'endpointId' | 'url' | 'types'>,
  now: number,
): Promise<WithSecret | undefined> {
  const id = { tenantId, endpointId };
  if ((await countOthers(business, id)) >= MOST_ENDPOINTS) return undefined;
  const secret = newWebhookSecret(random);
  const sealed = await seal(secret, contextOf(id));
  const told = types === undefined ? {} : { types };
  const createdAt = new Date(now).toISOString();
  const endpoint: Endpoint = { ...id, url, ...told, secrets: [{ sealed }], state: 'enabled', createdAt };
  const made = (await business.put({ ...keyOf(id), ...endpoint }, isNew))
    ? endpoint
    : await addSecret(business, endpoint, sealed, now);
  // Of those that are made at one moment some are one too many: whoever sees that after its own put takes its own back.
  // A crash before it is taken back leaves it: it counts, and can be deleted.
  if ((await countOthers(business, id)) < MOST_ENDPOINTS) return made && { endpoint: made, secret };
  await business.remove(keyOf(id));
  return undefined;
}

const countOthers = async (business: Table, { tenantId, endpointId }: EndpointId): Promise<number> =>
  (await listEndpoints(business, tenantId)).filter((one) => one.endpointId !== endpointId).length;

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

/**
 * A new secret; those that signed before sign beside it, the newest of them for a day more. A crash after it is there leaves a secret
 * that nobody holds, and takes none away: a repetition makes another. Undefined when there is no such endpoint.
 */
export async function rotateSecret(
  { business, seal, random }: Sealing,
  id: EndpointId,
  now: number,
): Promise<WithSecret | undefined> {
  if ((await getEndpoint(business, id)) === undefined) return undefined;
  const secret = newWebhookSecret(random);
  const rotated = await addSecret(business, id, await seal(secret, contextOf(id)), now);
  return rotated && { endpoint: rotated, secret };
}

/** Puts a secret before those of an endpoint. Undefined when the endpoint is gone. */
async function addSecret(business: Table, id: EndpointId, sealed: string, now: number): Promise<Endpoint | undefined> {
  const endpoint = await getEndpoint(business, id);
  // The SDK repeats a write whose answer got lost.
  if (endpoint === undefined || endpoint.secrets.some((one) => one.sealed === sealed)) return endpoint;
  const until = new Date(now + OVERLAP_MS).toISOString();
  const before = endpoint.secrets
    .filter(signsAt(now))
    .map((one) => ({ sealed: one.sealed, until: one.until ?? until }));
  const secrets = [{ sealed }, ...before].slice(0, MOST_SECRETS);
  const condition = { expression: '#secrets[0].#sealed = :current', values: { current: endpoint.secrets[0].sealed } };
  const changed = await updateEndpoint(business, id, { set: { secrets }, condition });
  // Whoever was faster stays, behind this one.
  return changed ?? addSecret(business, id, sealed, now);
}

const signsAt =
  (now: number) =>
  ({ until }: Endpoint['secrets'][number]): boolean =>
    until === undefined || Date.parse(until) > now;

/** What an attempt is signed with, newest first. @param now epoch milliseconds */
export function secretsOf(open: Open, endpoint: Endpoint, now: number): Promise<readonly string[]> {
  const valid = endpoint.secrets.filter(signsAt(now));
  return Promise.all(valid.map(({ sealed }) => open(sealed, contextOf(endpoint))));
}

/** The endpoint after a change, undefined when its condition did not hold. */
export async function updateEndpoint(business: Table, id: EndpointId, how: Change): Promise<Endpoint | undefined> {
  const item = await business.update(keyOf(id), how);
  return item === undefined ? undefined : parseEndpoint(item);
}
