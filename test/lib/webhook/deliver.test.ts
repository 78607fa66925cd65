// Deliveries: offered once, sent until they arrive or have failed for all to see, whoever dies in between.
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliveriesPartition, keys } from '../../../lib/aws/keys.ts';
import type { Message } from '../../../lib/aws/queue.ts';
import type { Table } from '../../../lib/aws/table.ts';
import { type Event, eventOf } from '../../../lib/event/event.ts';
import { newId } from '../../../lib/tenant/id.ts';
import {
  attemptDelivery,
  type Delivering,
  deliveryMessage,
  offerEvents,
  offerTest,
  redeliver,
  resendDue,
} from '../../../lib/webhook/deliver.ts';
import { dueDeliveries, listDeliveries } from '../../../lib/webhook/delivery.ts';
import {
  createEndpoint,
  type Endpoint,
  getEndpoint,
  listEndpoints,
  OVERLAP_MS,
  rotateSecret,
} from '../../../lib/webhook/endpoint.ts';
import { changeEndpoint, noteFailure } from '../../../lib/webhook/endpoint-state.ts';
import type { Posted } from '../../../lib/webhook/post.ts';
import { type Faults, makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { countedBytes } from '../attestation/stand-ins.ts';

const START = Date.parse('2026-02-01T01:00:00.000Z');
const MINUTE = 60_000;
const DAY = 86_400_000;
const FAR = START + 365 * DAY;
const TENANT = 'acme';

interface Sent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

let tables: Tables;
let now: number;
let waiting: { readonly body: Message['body']; readonly at: number }[];
let sent: Sent[];
let answer: (sent: Sent) => Posted;
let faults: Faults;
let delivering: Delivering;
const random = countedBytes();

const seal = (text: string, context: object) =>
  Promise.resolve(Buffer.from(JSON.stringify([text, context])).toString('base64'));

const open = (sealed: string, context: object) => {
  const [text, own] = JSON.parse(Buffer.from(sealed, 'base64').toString());
  expect(context).toEqual(own);
  return Promise.resolve(String(text));
};

beforeEach(async () => {
  tables = await openTables();
  [now, waiting, sent, faults] = [START, [], [], makeFaults()];
  answer = () => ({ kind: 'answered', status: 204 });
  const queue = {
    send: async (messages: readonly Message[]) => {
      for (const { body, delaySeconds = 0 } of messages) waiting.push({ body, at: now + delaySeconds * 1000 });
    },
  };
  const receiver = {
    post: async (url: string, headers: Sent['headers'], body: string) => {
      sent.push({ url, headers, body });
      return answer({ url, headers, body });
    },
  };
  delivering = {
    business: faults.wrap('business', tables.business),
    sendWebhooks: faults.wrap('queue', queue).send,
    post: faults.wrap('receiver', receiver).post,
    open,
    clock: () => now,
  };
});
afterEach(() => tables.close());

const eventFor = (n: number): Event =>
  eventOf({
    key: { pk: `T#${TENANT}#C#con_${n}`, sk: 'Z#CONTRACT' },
    type: n % 2 === 0 ? 'reading.recorded' : 'contract.connected',
    change: String(n),
    at: new Date(START).toISOString(),
    tenantId: TENANT,
    data: { contractId: `con_${n}` },
  });

async function make(types?: string[]) {
  const endpointId = newId('whe', START, random);
  const asked = { tenantId: TENANT, endpointId, url: 'https://insurer.example/hooks', types };
  const made = await createEndpoint({ business: tables.business, seal, random }, asked, START);
  if (made === undefined) throw new Error('there are too many endpoints');
  return made;
}

const deliveriesOf = async (endpoint: Endpoint) =>
  (await listDeliveries(tables.business, endpoint, { limit: 100 })).deliveries.toReversed();

/** Lets time go on to `until`: the queue gives out what it holds, the sweep comes every minute, messages that fail come again. */
async function runTo(until: number): Promise<void> {
  while (now <= until) {
    await resendDue(delivering, now).catch(() => undefined);
    await drain();
    now = Math.max(now + MINUTE, Math.min(until + 1, await nextMinute()));
  }
}

/** The next minute at which the queue gives something out, or the sweep finds something. */
async function nextMinute(): Promise<number> {
  const due = await Promise.all([0, 1, 2, 3].map((shard) => dueDeliveries(tables.business, shard, FAR, 1)));
  const instants = [...due.flat().map(({ untoldAt }) => Date.parse(untoldAt)), ...waiting.map(({ at }) => at)];
  return Math.ceil(Math.min(...instants) / MINUTE) * MINUTE;
}

async function drain(): Promise<void> {
  for (let message = takeReady(); message !== undefined; message = takeReady()) {
    const { body } = message;
    await attemptDelivery(delivering, deliveryMessage.parse(body)).catch(
      () => void waiting.push({ body, at: now + MINUTE }),
    );
  }
}

function takeReady() {
  const at = waiting.findIndex((message) => message.at <= now);
  return at < 0 ? undefined : waiting.splice(at, 1)[0];
}

/** As DynamoDB does with what is over. */
async function expire(): Promise<void> {
  for (const { endpointId } of await listEndpoints(tables.business, TENANT)) {
    const where = { expression: '#pk = :pk', values: { pk: deliveriesPartition(TENANT, endpointId) } };
    const { items } = await tables.business.query({ where });
    for (const { pk, sk, expiresAt } of items)
      if (Number(expiresAt) * 1000 <= now) await tables.business.remove({ pk: String(pk), sk: String(sk) });
  }
}

describe('an event', () => {
  it('is sent to each endpoint that wants it: thin, signed, numbered', async () => {
    const { endpoint, secret } = await make();
    const picky = await make(['reading.recorded']);
    await offerEvents(delivering, TENANT, [eventFor(1), eventFor(2)], now);
    await drain();
    const bodies = sent.map(({ body }) => JSON.parse(body));
    expect(bodies.map(({ sequence, data }) => [sequence, data.contractId])).toEqual([
      [1, 'con_1'],
      [2, 'con_2'],
      [1, 'con_2'],
    ]);
    expect(bodies[0]).toEqual({
      type: 'contract.connected',
      timestamp: '2026-02-01T01:00:00.000Z',
      sequence: 1,
      data: { contractId: 'con_1' },
    });
    expect(sent[0]?.headers['webhook-id']).toBe(eventFor(1).id);
    const signatures = sent.map(({ headers, body }) => {
      const at = new Date(Number(headers['webhook-timestamp']) * 1000);
      return [secret, picky.secret].map(
        (one) => headers['webhook-signature'] === new Webhook(one).sign(headers['webhook-id'] ?? '', at, body),
      );
    });
    expect(signatures).toEqual([
      [true, false],
      [true, false],
      [false, true],
    ]);
    expect(await deliveriesOf(endpoint)).toMatchObject([
      { seq: 1, state: 'delivered', attempts: [{ at: '2026-02-01T01:00:00.000Z', status: 204 }] },
      { seq: 2, state: 'delivered' },
    ]);
  });

  it('I11 that is offered again, or by two at once, is delivered once, and no number is missing', async () => {
    const { endpoint } = await make();
    const events = Array.from({ length: 8 }, (_, n) => eventFor(n));
    await Promise.all([
      offerEvents(delivering, TENANT, events, now),
      offerEvents(delivering, TENANT, events.toReversed(), now),
    ]);
    await offerEvents(delivering, TENANT, events, now);
    const found = await deliveriesOf(endpoint);
    expect(found.map(({ seq }) => seq)).toEqual(Array.from({ length: found.length }, (_, n) => n + 1));
    expect(new Set(found.map(({ event }) => event.id))).toEqual(new Set(events.map(({ id }) => id)));
    await drain();
    expect(sent.length).toBe(found.length);
  });

  it('after a silence in which every delivery has expired takes the next number, and so does a test', async () => {
    const { endpoint } = await make();
    await offerEvents(delivering, TENANT, [eventFor(1), eventFor(2)], now);
    await drain();
    now += 31 * DAY;
    await expire();
    expect(await deliveriesOf(endpoint)).toEqual([]);
    await offerEvents(delivering, TENANT, [eventFor(3)], now);
    await drain();
    now += 31 * DAY;
    await expire();
    const test = await offerTest(
      tables.business,
      (await getEndpoint(tables.business, endpoint)) ?? endpoint,
      'tst_1',
      now,
    );
    expect([sent.map(({ body }) => JSON.parse(body).sequence), test?.seq]).toEqual([[1, 2, 3], 4]);
  });

  it('for an endpoint that was disabled before it was sent keeps its number too', async () => {
    const { endpoint } = await make();
    await offerEvents(delivering, TENANT, [eventFor(1)], now);
    const disabled = await changeEndpoint(tables.business, endpoint, { state: 'disabled' }, now);
    await drain();
    now += 31 * DAY;
    await expire();
    await changeEndpoint(tables.business, disabled ?? endpoint, { state: 'enabled' }, now);
    await offerEvents(delivering, TENANT, [eventFor(2)], now);
    expect(await deliveriesOf(endpoint)).toMatchObject([{ seq: 2 }]);
  });

  it('goes to no endpoint of another tenant, and to none that is disabled', async () => {
    const { endpoint } = await make();
    await offerEvents(delivering, 'other', [eventFor(1)], now);
    const disabled = await changeEndpoint(tables.business, endpoint, { state: 'disabled' }, now);
    await offerEvents(delivering, TENANT, [eventFor(1)], now);
    expect(waiting).toEqual([]);
    await changeEndpoint(tables.business, disabled ?? endpoint, { state: 'enabled' }, now);
    await offerEvents(delivering, TENANT, [eventFor(1)], now);
    expect(waiting).toHaveLength(1);
  });
});

describe('an endpoint that does not answer 2xx', () => {
  it.each([
    [{ kind: 'answered', status: 500 }, { status: 500 }],
    [{ kind: 'answered', status: 302 }, { status: 302 }],
    [{ kind: 'failed', reason: 'timeout' }, { error: 'timeout' }],
  ] as const)(
    'I11 is tried ten times by the published schedule, then the delivery has failed for all to see: %j',
    async (posted, noted) => {
      const { endpoint } = await make();
      answer = () => posted;
      await offerEvents(delivering, TENANT, [eventFor(1)], now);
      await runTo(START + 4 * DAY);
      const [delivery] = await deliveriesOf(endpoint);
      expect(delivery).toMatchObject({ state: 'failed', failures: 10 });
      const offsets = delivery?.attempts.map(({ at }) => (Date.parse(at) - START) / 1000) ?? [];
      // What SQS cannot hold comes with the sweep, which looks every minute; so does what it holds, here.
      const planned = [0, 5, 305, 2105, 9305, 27_305, 63_305, 113_705, 185_705, 272_105];
      expect(offsets).toHaveLength(10);
      for (const [n, offset] of offsets.entries()) {
        expect(offset).toBeGreaterThanOrEqual(planned[n] ?? 0);
        expect(offset - (planned[n] ?? 0)).toBeLessThanOrEqual(60 * n);
      }
      expect(delivery?.attempts).toMatchObject(Array(10).fill(noted));
      expect(new Set(sent.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
      expect(
        await tables.business.query({
          index: 'untold',
          where: { expression: '#untoldShard = :s', values: { s: 'W#0' } },
        }),
      ).toMatchObject({ items: [] });
    },
  );

  it('that answers at last has it, and is not failing any more', async () => {
    const { endpoint } = await make();
    answer = () => ({ kind: 'answered', status: sent.length < 4 ? 503 : 200 });
    await offerEvents(delivering, TENANT, [eventFor(1)], now);
    await runTo(START + 10 * MINUTE);
    expect((await getEndpoint(tables.business, endpoint))?.failingSince).toBe('2026-02-01T01:00:00.000Z');
    await runTo(START + DAY);
    expect(await deliveriesOf(endpoint)).toMatchObject([
      { state: 'delivered', attempts: [{ status: 503 }, { status: 503 }, { status: 503 }, { status: 200 }] },
    ]);
    expect((await getEndpoint(tables.business, endpoint))?.failingSince).toBeUndefined();
  });

  it('that is gone (410) is disabled at once, and the tenant is told', async () => {
    const { endpoint } = await make();
    answer = () => ({ kind: 'answered', status: 410 });
    await offerEvents(delivering, TENANT, [eventFor(1), eventFor(2)], now);
    await runTo(START + DAY);
    expect(sent).toHaveLength(1);
    expect(await getEndpoint(tables.business, endpoint)).toMatchObject({ state: 'disabled', reason: 'gone' });
    expect(await deliveriesOf(endpoint)).toMatchObject([
      { state: 'failed', attempts: [{ status: 410 }] },
      { state: 'failed', attempts: [] },
    ]);
    const item = await tables.business.get({ pk: `T#${TENANT}#WEBHOOKS`, sk: `W#${endpoint.endpointId}` });
    expect(item?.['marks']).toMatchObject([
      { type: 'webhook.disabled', data: { endpointId: endpoint.endpointId, reason: 'gone' } },
    ]);
  });

  it('is disabled when nothing has arrived for five days, and not before', async () => {
    const { endpoint } = await make();
    answer = () => ({ kind: 'answered', status: 500 });
    await offerEvents(delivering, TENANT, [eventFor(1)], now);
    await runTo(START + 4 * DAY);
    now = START + 5 * DAY - 1;
    await offerEvents(delivering, TENANT, [eventFor(2)], now);
    await drain();
    expect(await getEndpoint(tables.business, endpoint)).toMatchObject({ state: 'enabled' });
    now = START + 5 * DAY;
    await offerEvents(delivering, TENANT, [eventFor(3)], now);
    await drain();
    expect(await getEndpoint(tables.business, endpoint)).toMatchObject({ state: 'disabled', reason: 'failing' });
  });

  it('is not disabled for one failure after days in which nothing was tried', async () => {
    const { endpoint } = await make();
    answer = () => ({ kind: 'answered', status: 500 });
    await offerEvents(delivering, TENANT, [eventFor(1)], now);
    await runTo(START + 4 * DAY);
    now = START + 8 * DAY;
    await offerEvents(delivering, TENANT, [eventFor(2)], now);
    await drain();
    const found = await getEndpoint(tables.business, endpoint);
    expect([found?.state, found?.failingSince]).toEqual(['enabled', new Date(START + 8 * DAY).toISOString()]);
    answer = () => ({ kind: 'answered', status: 200 });
    await runTo(START + 8 * DAY + MINUTE);
    const { failingSince, failedAt } = (await getEndpoint(tables.business, endpoint)) ?? {};
    expect([failingSince, failedAt]).toEqual([undefined, undefined]);
  });
});

it('an endpoint at which something arrives while an old attempt fails is not disabled', async () => {
  const { endpoint } = await make();
  answer = () => ({ kind: 'answered', status: 500 });
  await offerEvents(delivering, TENANT, [eventFor(1), eventFor(2)], now);
  await drain();
  const before = await getEndpoint(tables.business, endpoint);
  answer = () => ({ kind: 'answered', status: 204 });
  await runTo(START + MINUTE);
  await noteFailure(tables.business, before ?? endpoint, false, START + 5 * DAY);
  const after = await getEndpoint(tables.business, endpoint);
  expect([before?.failingSince, after?.state, after?.failingSince]).toEqual([
    '2026-02-01T01:00:00.000Z',
    'enabled',
    undefined,
  ]);
});

describe('a secret', () => {
  it('is sealed, rotated, and signs beside the one after it for a day', async () => {
    const { endpoint, secret } = await make();
    expect(JSON.stringify(await listEndpoints(tables.business, TENANT))).not.toContain(secret);
    const rotated = await rotateSecret({ business: tables.business, seal, random }, endpoint, START);
    const countSignatures = async (n: number) => {
      await offerEvents(delivering, TENANT, [eventFor(n)], now);
      await drain();
      return sent.at(-1)?.headers['webhook-signature']?.split(' ').length;
    };
    expect(rotated?.secret).not.toBe(secret);
    expect(await countSignatures(1)).toBe(2);
    now = START + OVERLAP_MS;
    expect(await countSignatures(2)).toBe(1);
    expect(
      await rotateSecret({ business: tables.business, seal, random }, { ...endpoint, tenantId: 'other' }, START),
    ).toBeUndefined();
  });
});

it('a redelivery starts anew, whatever became of it; a message from before it is dropped', async () => {
  const { endpoint } = await make();
  await offerEvents(delivering, TENANT, [eventFor(1)], now);
  const [first] = waiting;
  await drain();
  expect(await redeliver(tables.business, { ...endpoint, seq: 1 }, now)).toMatchObject({
    state: 'pending',
    failures: 0,
  });
  await attemptDelivery(delivering, deliveryMessage.parse(first?.body));
  expect(sent).toHaveLength(1);
  await resendDue(delivering, now);
  await drain();
  expect(sent).toHaveLength(2);
  expect(new Set(sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(await deliveriesOf(endpoint)).toMatchObject([
    { state: 'delivered', attempts: [{ status: 204 }, { status: 204 }] },
  ]);
  expect(await redeliver(tables.business, { ...endpoint, seq: 2 }, now)).toBeUndefined();
  expect(await redeliver(tables.business, { ...endpoint, tenantId: 'other', seq: 1 }, now)).toBeUndefined();
});

it('a redelivery forgets all attempts but the newest 20, and is kept for another 30 days', async () => {
  const { endpoint } = await make();
  await offerEvents(delivering, TENANT, [eventFor(1)], now);
  const id = { ...endpoint, seq: 1 };
  answer = () => ({ kind: 'answered', status: 500 + sent.length });
  for (let n = 0; n < 25; n += 1) {
    await drain();
    await redeliver(tables.business, id, now);
    await resendDue(delivering, now);
  }
  answer = () => ({ kind: 'answered', status: 204 });
  await drain();
  const [delivery] = await deliveriesOf(endpoint);
  const newest = Array.from({ length: 20 }, (_, n) => 506 + n);
  expect(delivery?.attempts.map(({ status }) => status)).toEqual([...newest, 204]);
  now = START + 29 * DAY;
  await redeliver(tables.business, id, now);
  const item = await tables.business.get(keys.webhookDelivery(TENANT, endpoint.endpointId, 1));
  expect(item?.['expiresAt']).toBe((now + 30 * DAY) / 1000);
});

it('a redelivery is made of what an attempt leaves that ends meanwhile, and of what the SDK repeats', async () => {
  const { endpoint } = await make();
  await offerEvents(delivering, TENANT, [eventFor(1)], now);
  const id = { ...endpoint, seq: 1 };
  let first = true;
  const slow: Table = {
    ...tables.business,
    update: async (key, change) => {
      if (first) {
        first = false;
        await drain();
      }
      return tables.business.update(key, change).then(() => tables.business.update(key, change));
    },
  };
  expect(await redeliver(slow, id, now)).toMatchObject({ state: 'pending', attempts: [{ status: 204 }] });
  await resendDue(delivering, now);
  await drain();
  expect(sent).toHaveLength(2);
});

describe('I11 what a tenant has sent', () => {
  const asking = {
    'a test': (business: Table, endpoint: Endpoint) => offerTest(business, endpoint, 'tst_1', now),
    'a redelivery': (business: Table, endpoint: Endpoint) => redeliver(business, { ...endpoint, seq: 1 }, now),
  } as const;
  const CALLS = { 'a test': 4, 'a redelivery': 2 } as const;
  const whats = ['a test', 'a redelivery'] as const;

  /** An endpoint to which one event was sent, which has arrived. */
  const told = async (): Promise<Endpoint> => {
    const { endpoint } = await make();
    await offerEvents(delivering, TENANT, [eventFor(1)], now);
    await drain();
    return endpoint;
  };

  it.each(whats)('%s makes as many calls as are broken here', async (what) => {
    const healthy = makeFaults();
    await asking[what](healthy.wrap('business', tables.business), await told());
    expect(healthy.calls).toHaveLength(CALLS[what]);
  });

  const cases = whats.flatMap((what) =>
    Array.from({ length: CALLS[what] }, (_, n) => n + 1).flatMap((nth) =>
      (['not_applied', 'applied'] as const).map((fault) => [what, nth, fault] as const),
    ),
  );
  it.each(cases)('%s arrives once when call %i fails, %s, and it is repeated', async (what, nth, fault) => {
    const endpoint = await told();
    const broken = makeFaults();
    broken.failNext(fault, nth);
    await expect(asking[what](broken.wrap('business', tables.business), endpoint)).rejects.toThrow();
    await asking[what](tables.business, endpoint);
    await resendDue(delivering, now);
    await drain();
    expect(sent.map(({ body }) => JSON.parse(body).type)).toEqual([
      'contract.connected',
      what === 'a test' ? 'webhook.test' : 'contract.connected',
    ]);
  });
});

it('five tests wait for their first attempt, and no more', async () => {
  const [{ endpoint }, other] = [await make(), await make()];
  const test = (n: number) => offerTest(tables.business, endpoint, `tst_${n}`, now);
  await offerEvents(delivering, TENANT, [eventFor(1), eventFor(2)], now);
  for (let n = 1; n <= 5; n += 1) expect(await test(n)).toMatchObject({ seq: n + 2 });
  expect(await test(6)).toBeUndefined();
  expect(await test(5)).toMatchObject({ seq: 7 });
  expect(await offerTest(tables.business, other.endpoint, 'tst_1', now)).toMatchObject({ seq: 3 });
  answer = () => ({ kind: 'answered', status: 503 });
  await resendDue(delivering, now);
  await drain();
  expect(await test(6)).toMatchObject({ seq: 8 });
});

it('a test goes to one endpoint alone, whatever it wants to be told of, once however often it is offered', async () => {
  const { endpoint } = await make(['reading.recorded']);
  await make();
  await offerEvents(delivering, TENANT, [eventFor(2)], now);
  const offered = await offerTest(tables.business, endpoint, 'tst_1', now);
  expect(offered).toMatchObject({
    seq: 2,
    state: 'pending',
    attempts: [],
    event: { type: 'webhook.test', tenantId: TENANT, data: { endpointId: endpoint.endpointId } },
  });
  expect(await offerTest(tables.business, endpoint, 'tst_1', now + MINUTE)).toEqual(offered);
  expect(await offerTest(tables.business, endpoint, 'tst_2', now)).toMatchObject({ seq: 3 });
  waiting = [];
  await resendDue(delivering, now);
  await drain();
  // Which of the index's shards they lie on, and so which comes first, is their ids' matter.
  const numbered = sent.map(({ body }) => [JSON.parse(body).sequence, JSON.parse(body).type]);
  expect(numbered.toSorted()).toEqual([
    [2, 'webhook.test'],
    [3, 'webhook.test'],
  ]);
});

describe('I11 whatever call fails', () => {
  /** Offering, the first attempt, looking for what is due twice, the second attempt. */
  const CALLS = 26;

  it('a delivery that goes well at the second attempt makes as many calls as are broken here', async () => {
    await make();
    answer = () => ({ kind: 'answered', status: sent.length < 2 ? 500 : 200 });
    await offerEvents(delivering, TENANT, [eventFor(1)], now);
    await runTo(START + MINUTE);
    expect(faults.calls).toHaveLength(CALLS);
  });

  it.each(
    Array.from({ length: CALLS }, (_, n) => n + 1).flatMap((nth) => [
      [nth, 'not_applied'] as const,
      [nth, 'applied'] as const,
    ]),
  )('call %i, %s: the event arrives', async (nth, fault) => {
    const { endpoint } = await make();
    answer = () => ({ kind: 'answered', status: sent.length < 2 ? 500 : 200 });
    faults.failNext(fault, nth);
    // Its marks stay when it could not be offered: the sweep offers it again.
    await offerEvents(delivering, TENANT, [eventFor(1)], now).catch(() =>
      offerEvents(delivering, TENANT, [eventFor(1)], now),
    );
    await runTo(START + 2 * 60 * MINUTE);
    expect(new Set(sent.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([eventFor(1).id]));
    expect(sent.length).toBeGreaterThanOrEqual(2);
    const found = await deliveriesOf(endpoint);
    expect(found.map(({ seq, state }) => [seq, state])).toEqual([[1, 'delivered']]);
    expect(waiting).toEqual([]);
    now += 31 * DAY;
    await expire();
    await offerEvents(delivering, TENANT, [eventFor(2)], now);
    expect((await deliveriesOf(endpoint)).map(({ seq }) => seq)).toEqual([2]);
  });
});
