// Events to endpoints: offered to those that want them, sent from the queue, tried again by schedule, at last failed for all to see.
// At least once, and in no order: receivers tell by `webhook-id` what they know, and by `sequence` what they miss.
import * as z from 'zod/mini';
import { keys, UNTOLD_SHARDS } from '../aws/keys.ts';
import { LONGEST_DELAY_SECONDS, type Message, type Send } from '../aws/queue.ts';
import type { Open } from '../aws/sealing.ts';
import type { Table } from '../aws/table.ts';
import { type Event, eventOf } from '../event/event.ts';
import {
  type Delivery,
  type DeliveryId,
  dueDeliveries,
  getDelivery,
  isDue,
  listDeliveries,
  noteAttempt,
  putDelivery,
  restart,
  type Sender,
  takeDelivery,
} from './delivery.ts';
import { type Endpoint, getEndpoint, listEndpoints, secretsOf } from './endpoint.ts';
import { noteFailure, noteNumber, noteSuccess } from './endpoint-state.ts';
import type { Posted } from './post.ts';
import { delayAfter } from './schedule.ts';
import { signedHeaders } from './signature.ts';

export const deliveryMessage = z.strictObject({
  kind: z.literal('delivery'),
  tenantId: z.string(),
  endpointId: z.string(),
  seq: z.int(),
  turn: z.int(),
});

export type DeliveryMessage = Readonly<z.infer<typeof deliveryMessage>>;

export interface Offering {
  readonly business: Table;
  readonly sendWebhooks: Send;
}

export interface Delivering extends Offering {
  readonly open: Open;
  readonly post: (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<Posted>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Events that were offered before are known among so many newest deliveries; others arrive twice. */
const NEWEST = 200;

/** Tests that wait for their first attempt, which is never for long. */
const MOST_TESTS = 5;

const GONE = 410;

const messageFor = ({ tenantId, endpointId, seq, turn }: Delivery | DeliveryMessage): Message['body'] => ({
  kind: 'delivery',
  tenantId,
  endpointId,
  seq,
  turn,
});

/**
 * Makes a delivery of each event for each enabled endpoint that wants it. A crash here leaves deliveries without a message: they are
 * due when their lease ends. A repetition finds those that are there.
 */
export async function offerEvents(
  offering: Offering,
  tenantId: string,
  events: readonly Event[],
  now: number,
): Promise<void> {
  const endpoints = await listEndpoints(offering.business, tenantId);
  for (const endpoint of endpoints.filter(({ state }) => state === 'enabled'))
    await offerTo(
      offering,
      endpoint,
      events.filter(({ type }) => endpoint.types?.includes(type) ?? true),
      now,
    );
}

async function offerTo(
  { business, sendWebhooks }: Offering,
  endpoint: Endpoint,
  events: readonly Event[],
  now: number,
): Promise<void> {
  if (events.length === 0) return;
  const made = await numberEvents(business, endpoint, events, 'message', now);
  await sendWebhooks(made.map((id) => ({ body: messageFor({ kind: 'delivery', ...id, turn: 0 }) })));
}

/**
 * Offers a test to one endpoint, whatever it wants to be told of; the next sweep sends it. A repetition with the same `testId` finds what
 * is there. Undefined when as many as there may be wait for their first attempt: no tenant fills the queue of all with tests.
 */
export async function offerTest(
  business: Table,
  endpoint: Endpoint,
  testId: string,
  now: number,
): Promise<Delivery | undefined> {
  const { tenantId, endpointId } = endpoint;
  const key = keys.webhookEndpoint(tenantId, endpointId);
  const at = new Date(now).toISOString();
  const event = eventOf({ key, type: 'webhook.test', change: testId, at, tenantId, data: { endpointId } });
  const offered = ({ deliveries }: Listed) => deliveries.find((one) => one.event.id === event.id);
  const before = await listDeliveries(business, endpoint, { limit: NEWEST });
  const waiting = before.deliveries.filter((one) => one.event.type === event.type && isUntried(one));
  if (offered(before) === undefined && waiting.length >= MOST_TESTS) return undefined;
  await numberEvents(business, endpoint, [event], 'sweep', now);
  return offered(await listDeliveries(business, endpoint, { limit: NEWEST }));
}

type Listed = Awaited<ReturnType<typeof listDeliveries>>;

const isUntried = ({ state, attempts }: Delivery): boolean => state === 'pending' && attempts.length === 0;

/** The number that an endpoint has come to: that of its newest delivery, or of one that has expired. */
const reached = ({ lastSeq = 0 }: Endpoint, newest: Delivery | undefined): number =>
  Math.max(newest?.seq ?? 0, lastSeq);

/** Puts each event that an endpoint was not offered yet at its next number. */
async function numberEvents(
  business: Table,
  endpoint: Endpoint,
  events: readonly Event[],
  sender: Sender,
  now: number,
): Promise<readonly DeliveryId[]> {
  const made: DeliveryId[] = [];
  let newest = (await listDeliveries(business, endpoint, { limit: NEWEST })).deliveries;
  const wanted = events.filter(({ id }) => newest.every(({ event }) => event.id !== id));
  let seq = reached(endpoint, newest[0]);
  for (let at = 0; at < wanted.length; ) {
    const event = wanted[at];
    const id = { tenantId: endpoint.tenantId, endpointId: endpoint.endpointId, seq: seq + 1 };
    if (event === undefined) break;
    if (await putDelivery(business, id, event, sender, now)) {
      made.push(id);
      at += 1;
      seq += 1;
    } else {
      // Another sweep took the number, or we did and the answer got lost: what is there decides.
      newest = (await listDeliveries(business, endpoint, { limit: NEWEST })).deliveries;
      seq = reached(endpoint, newest[0]);
      if (newest.some((one) => one.event.id === event.id)) at += 1;
    }
  }
  return made;
}

/** Sends what is due: deliveries whose wait is over, and those whose message got lost. @returns how many */
export async function resendDue({ business, sendWebhooks }: Offering, now: number, most = 1_000): Promise<number> {
  const shards = Array.from({ length: UNTOLD_SHARDS }, (_, shard) => dueDeliveries(business, shard, now, most));
  const due = (await Promise.all(shards)).flat();
  const taken = await Promise.all(due.map((one) => takeDelivery(business, one, now)));
  const messages = taken.flatMap((one) => (one === undefined ? [] : [{ body: messageFor(one) }]));
  await sendWebhooks(messages);
  return messages.length;
}

/**
 * Has a delivery sent once more, whatever became of it, by the next sweep. Undefined when there is none. Who repeats it after a crash may
 * have it sent twice, under one id.
 */
export async function redeliver(business: Table, id: DeliveryId, now: number): Promise<Delivery | undefined> {
  const delivery = await getDelivery(business, id);
  // The next sweep sends it anyway: also where the SDK repeats the update, or the caller the request.
  if (delivery === undefined || isDue(delivery, now)) return delivery;
  // An attempt that ends meanwhile takes the turn: what it left is started anew.
  return (await restart(business, delivery, now)) ?? redeliver(business, id, now);
}

/** What is sent: thin, and the same bytes at every attempt. */
const bodyOf = ({ event, seq }: Pick<Delivery, 'event' | 'seq'>): string =>
  JSON.stringify({ type: event.type, timestamp: event.at, sequence: seq, data: event.data });

/**
 * One message: one attempt, and what follows from it. A crash after the POST leaves the delivery as it was: the message comes again,
 * and the event with it, under the same id.
 */
export async function attemptDelivery(delivering: Delivering, message: DeliveryMessage): Promise<void> {
  const { business } = delivering;
  const [delivery, endpoint] = await Promise.all([getDelivery(business, message), getEndpoint(business, message)]);
  if (delivery === undefined || delivery.turn !== message.turn || delivery.state !== 'pending') return;
  // A crash before this leaves it pending: no number is over before it is noted.
  if (endpoint !== undefined) await noteNumber(business, endpoint, delivery.seq);
  if (endpoint?.state !== 'enabled') {
    await noteAttempt(business, delivery, undefined, { kind: 'failed', nextAt: undefined, leased: false });
    return;
  }
  await concludeAttempt(delivering, endpoint, delivery, await sendOnce(delivering, endpoint, delivery));
}

async function sendOnce({ open, post, clock }: Delivering, endpoint: Endpoint, delivery: Delivery): Promise<Posted> {
  const now = clock();
  const body = bodyOf(delivery);
  const secrets = await secretsOf(open, endpoint, now);
  return post(endpoint.url, signedHeaders(secrets, delivery.event.id, body, now), body);
}

async function concludeAttempt(
  { business, sendWebhooks, clock }: Delivering,
  endpoint: Endpoint,
  delivery: Delivery,
  posted: Posted,
): Promise<void> {
  const now = clock();
  const at = new Date(now).toISOString();
  if (posted.kind === 'answered' && posted.status >= 200 && posted.status < 300) {
    await noteAttempt(business, delivery, { at, status: posted.status }, { kind: 'delivered' });
    return noteSuccess(business, endpoint);
  }
  const made = posted.kind === 'answered' ? { at, status: posted.status } : { at, error: posted.reason };
  const gone = posted.kind === 'answered' && posted.status === GONE;
  const delay = gone ? undefined : delayAfter(delivery.failures + 1);
  // What the queue can hold it holds; the sweep brings the rest, and whatever the queue has lost.
  const soon = delay !== undefined && delay <= LONGEST_DELAY_SECONDS * 1000;
  const nextAt = delay === undefined ? undefined : now + delay;
  await noteFailure(business, endpoint, gone, now);
  const next = await noteAttempt(business, delivery, made, { kind: 'failed', nextAt, leased: soon });
  if (soon && next !== undefined) await sendWebhooks([{ body: messageFor(next), delaySeconds: delay / 1000 }]);
}
