// Called by a schedule it sweeps: tells what was marked, and sends what is due. Called with messages it makes one attempt for each.
// Two at once are harmless: an event is told twice, under one id.
import middy from '@middy/core';
import { type BatchAnswer, batchAnswer, parseBody, type QueueEvent } from '../../lib/aws/batch.ts';
import { dynamoClient, kmsClient, sqsClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeQueue } from '../../lib/aws/queue.ts';
import { makeOpen } from '../../lib/aws/sealing.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { type Sweeping, sweep } from '../../lib/event/sweep.ts';
import { attemptDelivery, deliveryMessage, offerEvents, resendDue } from '../../lib/webhook/deliver.ts';
import { type Posting, post } from '../../lib/webhook/post.ts';
import { lookUpName, makeResolveName } from '../../lib/webhook/resolve-name.ts';
import { ANSWER_WITHIN_MS } from '../../lib/webhook/schedule.ts';
import { environment } from './env.ts';

const env = environment.parse(process.env);
const instruments = makeInstruments('send-webhooks');

const loopback = env.WEBHOOK_LOOPBACK === 'allowed';

const posting: Posting = {
  resolve: loopback ? lookUpName : makeResolveName(),
  timeoutMs: ANSWER_WITHIN_MS,
  loopback,
};

const delivering = {
  business: makeTable(dynamoClient(instruments.countAws), env.BUSINESS_TABLE),
  sendWebhooks: makeQueue(sqsClient(instruments.countAws), env.WEBHOOK_QUEUE_URL),
  open: makeOpen(kmsClient(instruments.countAws), env.WEBHOOK_KEY_ID),
  post: (url: string, headers: Readonly<Record<string, string>>, body: string) => post(posting, url, headers, body),
  clock: () => Date.now(),
};

const sweeping: Sweeping = {
  business: delivering.business,
  offer: (tenantId, events, now) => offerEvents(delivering, tenantId, events, now),
};

/** What one of them fails at the other one does not wait for. */
async function tellAll(): Promise<undefined> {
  const { clock } = delivering;
  const [swept, sent] = await Promise.allSettled([sweep(sweeping, clock), resendDue(delivering, clock())]);
  if (swept.status === 'rejected') throw swept.reason;
  if (sent.status === 'rejected') throw sent.reason;
  const { events, oldestMs } = swept.value;
  if (events > 0 || sent.value > 0) instruments.log('info', 'told', { events, oldestMs, sent: sent.value });
}

async function attemptAll(event: QueueEvent): Promise<BatchAnswer> {
  const attempts = event.Records.map(async (record) =>
    attemptDelivery(delivering, deliveryMessage.parse(parseBody(record))),
  );
  const faults = (await Promise.allSettled(attempts)).map((one) =>
    one.status === 'rejected' ? (one.reason ?? 'unknown') : undefined,
  );
  for (const fault of faults) if (fault !== undefined) instruments.reportFault(fault);
  return batchAnswer(event, faults);
}

const sendWebhooks = (event: QueueEvent | object): Promise<BatchAnswer | undefined> =>
  'Records' in event ? attemptAll(event) : tellAll();

export const handler = middy(sendWebhooks).use(instruments.perInvocation);
