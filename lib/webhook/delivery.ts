// A delivery: one event for one endpoint, at its number. What was tried, with what answer, and when it is tried next stand on the item;
// it stays in the index `untold` until it has arrived or failed, so no lost message can lose it.
import * as z from 'zod/mini';
import { deliveriesPartition, keys, UNTOLD_SHARDS, undeliveredShard } from '../aws/keys.ts';
import { type Change, type Item, isNew, type Key, type Table } from '../aws/table.ts';
import { shardOf } from '../contract/due.ts';
import { type Event, parseEvents } from '../event/event.ts';
import type { EndpointId } from './endpoint.ts';

const attempt = z.object({
  /** Instant. */
  at: z.string(),
  /** HTTP status of the answer, if one came. */
  status: z.optional(z.int()),
  /** Why none came. */
  error: z.optional(z.string()),
});

const storedDelivery = z.object({
  tenantId: z.string(),
  endpointId: z.string(),
  /** Number within the endpoint, from 1, without a hole. */
  seq: z.int(),
  event: z.unknown(),
  state: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.array(attempt),
  /** Attempts that failed since it was last (re)started. */
  failures: z.int(),
  /** A message that names another one was overtaken. */
  turn: z.int(),
  /** When the sweep sends it again, if nothing has become of it by then. */
  untoldAt: z.optional(z.string()),
});

export type Delivery = Readonly<Omit<z.infer<typeof storedDelivery>, 'event'> & { readonly event: Event }>;
export type Attempt = Delivery['attempts'][number];
export type DeliveryId = EndpointId & Pick<Delivery, 'seq'>;

/** How long a message may take: longer than the longest delay of the queue and an attempt after it. */
const LEASE_MS = 30 * 60_000;

/** Kept as long as events are. */
const KEPT_MS = 30 * 86_400_000;

/** Epoch seconds. */
const expiryOf = (now: number): number => Math.ceil((now + KEPT_MS) / 1000);

/** Attempts that are remembered of the time before a redelivery. */
const KEPT_ATTEMPTS = 20;

const keyOf = ({ tenantId, endpointId, seq }: DeliveryId): Key => keys.webhookDelivery(tenantId, endpointId, seq);

const pending = (id: DeliveryId, at: number) => ({
  untoldShard: undeliveredShard(shardOf(`${id.endpointId}#${id.seq}`, UNTOLD_SHARDS)),
  untoldAt: new Date(at).toISOString(),
});

function parseDelivery(item: Item): Delivery {
  const { event, ...delivery } = storedDelivery.parse(item);
  const [parsed] = parseEvents([event]);
  if (parsed === undefined) throw new TypeError('a delivery without an event');
  return { ...delivery, event: parsed };
}

/** `dlv_` + the endpoint's own hex + number: finds its item without an index, and only under the right tenant and endpoint. */
export const deliveryName = ({ endpointId, seq }: Pick<DeliveryId, 'endpointId' | 'seq'>): string =>
  `dlv_${endpointId.slice('whe_'.length)}_${seq}`;

/** The delivery that a name stands for; of a name that is none, or another endpoint's, one that there never is. */
export function deliveryNamed(endpoint: EndpointId, name: string): DeliveryId {
  const { tenantId, endpointId } = endpoint;
  const seq = Number(/_([1-9]\d{0,9})$/.exec(name)?.[1] ?? 0);
  return { tenantId, endpointId, seq: name === deliveryName({ endpointId, seq }) ? seq : 0 };
}

/** Offered to be sent by a message that is on its way, or by the next sweep. */
export type Sender = 'message' | 'sweep';

/** When the sweep looks after it. */
const lookedAfter = (sender: Sender, now: number): number => (sender === 'sweep' ? now : now + LEASE_MS);

/** Puts a delivery at its number; false when the number is taken: whoever lost looks at the newest again. */
export const putDelivery = (
  business: Table,
  id: DeliveryId,
  event: Event,
  sender: Sender,
  now: number,
): Promise<boolean> =>
  business.put(
    {
      ...keyOf(id),
      tenantId: id.tenantId,
      endpointId: id.endpointId,
      seq: id.seq,
      event,
      state: 'pending',
      attempts: [],
      failures: 0,
      turn: 0,
      expiresAt: expiryOf(now),
      ...pending(id, lookedAfter(sender, now)),
    },
    isNew,
  );

/** Consistent. */
export async function getDelivery(business: Table, id: DeliveryId): Promise<Delivery | undefined> {
  const item = await business.get(keyOf(id));
  return item === undefined ? undefined : parseDelivery(item);
}

/** Newest first, consistent. `before`: only numbers below it. */
export async function listDeliveries(
  business: Table,
  { tenantId, endpointId }: EndpointId,
  { limit, before }: { readonly limit: number; readonly before?: number | undefined },
): Promise<{ readonly deliveries: readonly Delivery[]; readonly more: boolean }> {
  const pk = deliveriesPartition(tenantId, endpointId);
  const where =
    before === undefined
      ? { expression: '#pk = :pk', values: { pk } }
      : {
          expression: '#pk = :pk AND #sk < :sk',
          values: { pk, sk: keys.webhookDelivery(tenantId, endpointId, before).sk },
        };
  const { items } = await business.query({ where, newestFirst: true, limit: limit + 1 });
  return { deliveries: items.slice(0, limit).map(parseDelivery), more: items.length > limit };
}

/** What an attempt came to. `nextAt`: epoch milliseconds of the next one; undefined: there is none. */
export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly nextAt: number | undefined; readonly leased: boolean };

/** Notes an attempt; undefined when the turn was not the delivery's any more. */
export function noteAttempt(
  business: Table,
  delivery: Delivery,
  made: Attempt | undefined,
  outcome: Outcome,
): Promise<Delivery | undefined> {
  const attempts = made === undefined ? {} : { append: { attempts: [made] } };
  if (outcome.kind === 'delivered')
    return move(business, delivery, { ...attempts, set: { state: 'delivered' }, remove: ['untoldShard', 'untoldAt'] });
  const failures = delivery.failures + (made === undefined ? 0 : 1);
  if (outcome.nextAt === undefined)
    return move(business, delivery, {
      ...attempts,
      set: { state: 'failed', failures },
      remove: ['untoldShard', 'untoldAt'],
    });
  const again = pending(delivery, outcome.nextAt + (outcome.leased ? LEASE_MS : 0));
  return move(business, delivery, { ...attempts, set: { failures, ...again } });
}

/**
 * Starts it anew, whatever became of it: the next sweep sends it. Undefined when the turn was not the delivery's any more. Of the attempts
 * before only the newest stay: no item grows without end.
 */
export const restart = (business: Table, delivery: Delivery, now: number): Promise<Delivery | undefined> =>
  move(business, delivery, {
    set: {
      state: 'pending',
      failures: 0,
      attempts: delivery.attempts.slice(-KEPT_ATTEMPTS),
      expiresAt: expiryOf(now),
      ...pending(delivery, now),
    },
  });

/** Whether the next sweep sends it. */
export const isDue = ({ untoldAt }: Delivery, now: number): boolean =>
  untoldAt !== undefined && Date.parse(untoldAt) <= now;

/** Takes another turn of a delivery that the index shows as due; undefined when somebody else did, or it is done. */
export async function takeDelivery(
  business: Table,
  { key, untoldAt }: DueDelivery,
  now: number,
): Promise<Delivery | undefined> {
  const condition = { expression: '#untoldAt = :untoldAt', values: { untoldAt } };
  const set = { untoldAt: new Date(now + LEASE_MS).toISOString() };
  const item = await business.update(key, { set, add: { turn: 1 }, condition });
  return item === undefined ? undefined : parseDelivery(item);
}

export interface DueDelivery {
  readonly key: Key;
  readonly untoldAt: string;
}

/** Deliveries due on one shard, most overdue first. */
export async function dueDeliveries(business: Table, shard: number, now: number, limit: number) {
  const values = { shard: undeliveredShard(shard), now: new Date(now).toISOString() };
  const where = { expression: '#untoldShard = :shard AND #untoldAt <= :now', values };
  const { items } = await business.query({ index: 'untold', where, limit });
  return items.map(
    ({ pk, sk, untoldAt }): DueDelivery => ({ key: { pk: String(pk), sk: String(sk) }, untoldAt: String(untoldAt) }),
  );
}

async function move(business: Table, delivery: Delivery, change: Change): Promise<Delivery | undefined> {
  const condition = { expression: '#turn = :turn', values: { turn: delivery.turn } };
  const item = await business.update(keyOf(delivery), { ...change, add: { turn: 1 }, condition });
  return item === undefined ? undefined : parseDelivery(item);
}
