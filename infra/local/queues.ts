// The queues of the stack: fauxqs inside this process, without a port of its own, and the rules of SQS that it does not have.
// Its clock is this thread's Date, so delays and visibility follow the shared clock. Standard queues keep strict order here.
import { buildApp } from 'fauxqs';
import type { AwsAnswer, JsonObject } from './aws-json.ts';

export type QueueSpec = {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
};

export type ReceivedMessage = {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly MD5OfBody: string;
  readonly Body: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<
    Record<string, { readonly DataType: string; readonly StringValue?: string; readonly BinaryValue?: string }>
  >;
};

/** How many messages stand where, and the instants (epoch ms) at which waiting ones come back. */
export type QueueState = {
  readonly name: string;
  readonly ready: number;
  readonly delayed: number;
  readonly inFlight: number;
  readonly wakesAt: readonly number[];
  readonly bodies: readonly string[];
};

export type Queues = {
  readonly answer: (operation: string, body: string, authorization: string) => Promise<AwsAnswer>;
  readonly receive: (name: string, limit: number) => Promise<readonly ReceivedMessage[]>;
  readonly remove: (name: string, receiptHandles: readonly string[]) => Promise<void>;
  readonly send: (name: string, body: string, delaySeconds?: number) => Promise<void>;
  readonly state: (name: string) => Promise<QueueState>;
  /** Hands an S3 request to the buckets that live in the same stand-in. */
  readonly app: ReturnType<typeof buildApp>;
  readonly close: () => Promise<void>;
};

const MESSAGE_LIMIT = 262_144;

const fault = (code: string, message: string): AwsAnswer => ({
  status: 400,
  contentType: 'application/x-amz-json-1.0',
  body: JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }),
});

const delayFault = (entry: JsonObject): AwsAnswer | undefined => {
  const delay = entry['DelaySeconds'] ?? 0;
  if (typeof delay === 'number' && Number.isInteger(delay) && delay >= 0 && delay <= 900) return undefined;
  return fault(
    'InvalidParameterValue',
    `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
  );
};

const sizeOf = (entry: JsonObject): number => {
  const attributes: unknown = entry['MessageAttributes'];
  return (
    Buffer.byteLength(String(entry['MessageBody'] ?? '')) +
    (attributes ? Buffer.byteLength(JSON.stringify(attributes)) : 0)
  );
};

const entriesOf = (input: JsonObject): readonly JsonObject[] =>
  Array.isArray(input['Entries']) ? input['Entries'] : [];

/** What SQS refuses and the stand-in would take. */
const refusalOf = (operation: string, input: JsonObject): AwsAnswer | undefined => {
  if (operation === 'SendMessage') {
    if (sizeOf(input) <= MESSAGE_LIMIT) return delayFault(input);
    return fault(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${MESSAGE_LIMIT} bytes.`,
    );
  }
  if (operation !== 'SendMessageBatch') return undefined;
  const entries = entriesOf(input);
  if (entries.length > 10)
    return fault('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MESSAGE_LIMIT) {
    return fault('BatchRequestTooLong', `Batch requests cannot be longer than ${MESSAGE_LIMIT} bytes.`);
  }
  return entries.map(delayFault).find((refusal) => refusal !== undefined);
};

const deadLetterArnOf = ({ RedrivePolicy = '{}' }: QueueSpec['attributes']): unknown =>
  JSON.parse(RedrivePolicy).deadLetterTargetArn;

type Inspected = {
  readonly messages: {
    readonly ready: readonly { readonly body: string }[];
    readonly delayed: readonly { readonly body: string; readonly delayUntil?: number }[];
    readonly inflight: readonly { readonly message: { readonly body: string }; readonly visibilityDeadline: number }[];
  };
};

const stateFrom = (name: string, { messages }: Inspected, now: number): QueueState => {
  const { ready, delayed, inflight } = messages;
  const delayedUntil = delayed.map((message) => message.delayUntil ?? 0);
  const deadlines = inflight.map((entry) => entry.visibilityDeadline);
  const due = (instants: readonly number[]): number => instants.filter((instant) => instant <= now).length;
  return {
    name,
    ready: ready.length + due(delayedUntil) + due(deadlines),
    delayed: delayed.length - due(delayedUntil),
    inFlight: inflight.length - due(deadlines),
    wakesAt: [...delayedUntil, ...deadlines].filter((instant) => instant > now),
    bodies: [...ready, ...delayed, ...inflight.map((entry) => entry.message)].map(({ body }) => body),
  };
};

/** Makes the queues (dead-letter queues first, so that redrive policies find them) and the buckets. */
export const makeQueues = async (
  specs: readonly QueueSpec[],
  buckets: readonly string[],
  region: string,
  now: () => number,
): Promise<Queues> => {
  const app = buildApp({ logger: false, defaultRegion: region });
  await app.ready();
  const authorization = `AWS4-HMAC-SHA256 Credential=runner/20260101/${region}/sqs/aws4_request, SignedHeaders=host, Signature=0`;
  const answer: Queues['answer'] = async (operation, body, as) => {
    if (operation === 'StartMessageMoveTask') return moveBack(body);
    const refusal = refusalOf(operation, body === '' ? {} : JSON.parse(body));
    if (refusal !== undefined) return refusal;
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${operation}`,
      authorization: as,
    };
    const reply = await app.inject({ method: 'POST', url: '/', headers, payload: body });
    return { status: reply.statusCode, contentType: 'application/x-amz-json-1.0', body: reply.body };
  };
  const call = async (operation: string, input: JsonObject): Promise<unknown> => {
    const { status, body } = await answer(operation, JSON.stringify(input), authorization);
    if (status !== 200) throw new Error(`the queue stand-in refused ${operation} with ${status}`);
    return JSON.parse(body);
  };
  const urls = new Map(specs.map((spec) => [spec.name, spec.url]));
  /** StartMessageMoveTask, which the stand-in does not have: back to the queue whose dead letters these are, and done at once. */
  const moveBack = async (body: string): Promise<AwsAnswer> => {
    const { SourceArn }: { readonly SourceArn?: string } = JSON.parse(body);
    const source = specs.find(({ arn }) => arn === SourceArn);
    const target = specs.find(({ attributes }) => deadLetterArnOf(attributes) === SourceArn);
    if (source === undefined || target === undefined)
      return fault('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
    for (const { Body, ReceiptHandle } of await queues.receive(source.name, Number.POSITIVE_INFINITY)) {
      await queues.send(target.name, Body);
      await queues.remove(source.name, [ReceiptHandle]);
    }
    const handle = { TaskHandle: Buffer.from(source.arn).toString('base64') };
    return { status: 200, contentType: 'application/x-amz-json-1.0', body: JSON.stringify(handle) };
  };
  for (const spec of specs.toSorted(
    (a, b) => Number('RedrivePolicy' in a.attributes) - Number('RedrivePolicy' in b.attributes),
  )) {
    await call('CreateQueue', { QueueName: spec.name, Attributes: spec.attributes });
  }
  for (const bucket of buckets) await app.inject({ method: 'PUT', url: `/${bucket}` });
  const queues: Queues = {
    app,
    answer,
    receive: async (name, limit) => {
      const messages: ReceivedMessage[] = [];
      while (messages.length < limit) {
        const input = {
          QueueUrl: urls.get(name),
          MaxNumberOfMessages: Math.min(10, limit - messages.length),
          AttributeNames: ['All'],
          WaitTimeSeconds: 0,
        };
        // The boundary to the stand-in: the shape is SQS's ReceiveMessage result.
        const { Messages = [] } = (await call('ReceiveMessage', input)) as {
          readonly Messages?: readonly ReceivedMessage[];
        };
        if (Messages.length === 0) break;
        messages.push(...Messages);
      }
      return messages;
    },
    remove: async (name, receiptHandles) => {
      for (const ReceiptHandle of receiptHandles)
        await call('DeleteMessage', { QueueUrl: urls.get(name), ReceiptHandle });
    },
    send: async (name, body, delaySeconds = 0) => {
      await call('SendMessage', { QueueUrl: urls.get(name), MessageBody: body, DelaySeconds: delaySeconds });
    },
    state: async (name) => {
      const reply = await app.inject({ method: 'GET', url: `/_fauxqs/queues/${name}` });
      return stateFrom(name, reply.json<Inspected>(), now());
    },
    close: () => app.close(),
  };
  return queues;
};
