// What is sent to SQS, to the letter, and what its refusals become.
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { LONGEST_DELAY_SECONDS, makeQueue, QueueError } from '../../../lib/aws/queue.ts';
import { canariesIn, tellingError } from './canaries.ts';

const sqs = mockClient(SQSClient);
afterAll(() => sqs.restore());
const send = makeQueue(new SQSClient({ region: 'eu-central-1' }), 'https://sqs/1/read');

beforeEach(() => {
  sqs.reset();
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
});

const inputs = () => sqs.commandCalls(SendMessageBatchCommand).map((call) => call.args[0].input);
const messages = (count: number) => Array.from({ length: count }, (_, turn) => ({ body: { turn } }));

it('a message is its body as JSON, at once unless it is told to wait', async () => {
  await send([{ body: { kind: 'turn', turn: 1 } }, { body: { kind: 'turn', turn: 2 }, delaySeconds: 300 }]);
  expect(inputs()).toEqual([
    {
      QueueUrl: 'https://sqs/1/read',
      Entries: [
        { Id: '0', MessageBody: '{"kind":"turn","turn":1}', DelaySeconds: 0 },
        { Id: '1', MessageBody: '{"kind":"turn","turn":2}', DelaySeconds: 300 },
      ],
    },
  ]);
});

it('names its tenant to the queue, which serves others first while one has much or slow work', async () => {
  await send([
    { body: { tenantId: 'rivage', turn: 1 } },
    { body: { tenantId: 'canal', turn: 2 } },
    { body: { turn: 3 } },
  ]);
  const entries = inputs().flatMap(({ Entries = [] }) => Entries);
  expect(entries.map(({ MessageGroupId }) => MessageGroupId)).toEqual(['rivage', 'canal', undefined]);
});

it.each([
  [-5, 0],
  [0, 0],
  [0.001, 1],
  [299.2, 300],
  [900, 900],
  [900.5, 900],
  [86_400, 900],
])('a delay of %f seconds is %i whole seconds: never early, never more than SQS takes', async (wanted, delay) => {
  await send([{ body: {}, delaySeconds: wanted }]);
  expect(inputs()[0]?.Entries?.[0]?.DelaySeconds).toBe(delay);
  expect(LONGEST_DELAY_SECONDS).toBe(900);
});

it.each([
  [0, []],
  [1, [1]],
  [10, [10]],
  [11, [10, 1]],
  [25, [10, 10, 5]],
])('%i messages go in batches of ten', async (count, sizes) => {
  await send(messages(count));
  expect(inputs().map(({ Entries = [] }) => Entries.length)).toEqual(sizes);
  const bodies = inputs().flatMap(({ Entries = [] }) => Entries.map(({ MessageBody = '' }) => JSON.parse(MessageBody)));
  expect(bodies).toEqual(messages(count).map(({ body }) => body));
  for (const { Entries = [] } of inputs())
    expect(Entries.map(({ Id }) => Id)).toEqual(Entries.map((_, n) => String(n)));
});

it('a batch of which SQS refused a part is a fault, although the call succeeded', async () => {
  const Failed = ['1', '4'].map((Id) => ({ Id, SenderFault: false, Code: 'InternalError' }));
  sqs.on(SendMessageBatchCommand).resolvesOnce({ Successful: [], Failed: [] }).resolves({ Successful: [], Failed });
  const fault = await send(messages(15)).catch((thrown: unknown) => thrown);
  expect(fault).toBeInstanceOf(QueueError);
  expect(fault).toMatchObject({ code: 'QUEUE_UNAVAILABLE', message: 'the queue refused 2 of 5 messages' });
});

it('I12 a call that fails is a fault that quotes nothing and keeps its cause', async () => {
  const cause = tellingError();
  sqs.on(SendMessageBatchCommand).rejects(cause);
  const fault = await send(messages(1)).catch((thrown: unknown) => thrown);
  expect(fault).toBeInstanceOf(QueueError);
  expect(fault).toMatchObject({ code: 'QUEUE_UNAVAILABLE', message: 'the queue did not answer', cause });
  expect(canariesIn(fault instanceof Error ? `${fault.message}${fault.stack}` : '')).toEqual([]);
});
