// The event source mappings of the template: takes messages from each queue, hands them to its function in batches, removes what
// the function did not report as failed. What failed stays in flight and comes back when its visibility ends, as on AWS.
// Source: Lambda Developer Guide, "Using Lambda with Amazon SQS". In `serial` delivery one batch runs at a time over all queues
// and only while nothing else runs: two runs then see the same order. Otherwise each mapping's own concurrency applies.
import type { Activity } from './activity.ts';
import type { MappingSpec } from './deployed-functions.ts';
import type { Outcome } from './function-copy.ts';
import type { Queues, ReceivedMessage } from './queues.ts';

export type EventSourceSettings = {
  readonly mappings: readonly MappingSpec[];
  readonly queues: Queues;
  readonly invoke: (functionName: string, event: unknown) => Promise<Outcome>;
  readonly activity: Activity;
  readonly region: string;
  readonly serial: boolean;
};

export type EventSources = {
  /** Starts every delivery that may start now. */
  readonly pump: () => Promise<void>;
  /** Waits until nothing runs and no message could be delivered without time moving on. */
  readonly drain: () => Promise<void>;
  readonly close: () => void;
};

type Source = {
  readonly mapping: MappingSpec;
  active: number;
  windowTimer?: NodeJS.Timeout | undefined;
  windowOver: boolean;
};

const attributeOf = ({
  DataType,
  StringValue,
  BinaryValue,
}: {
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}) => ({
  ...(StringValue === undefined ? {} : { stringValue: StringValue }),
  ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
  dataType: DataType,
});

/** The event a function gets for a batch. */
const sqsEvent = (messages: readonly ReceivedMessage[], queueArn: string, region: string): unknown => ({
  Records: messages.map((message) => ({
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attributeOf(value)]),
    ),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  })),
});

const reportedIds = (payload: string): readonly unknown[] => {
  const result: unknown = JSON.parse(payload);
  if (
    typeof result !== 'object' ||
    result === null ||
    !('batchItemFailures' in result) ||
    !Array.isArray(result.batchItemFailures)
  )
    return [];
  return result.batchItemFailures.map((failure: unknown) =>
    typeof failure === 'object' && failure !== null && 'itemIdentifier' in failure ? failure.itemIdentifier : undefined,
  );
};

/** The messages a batch leaves behind as done. An id that is not in the batch fails the whole batch, as on AWS. */
const doneMessages = (
  messages: readonly ReceivedMessage[],
  outcome: Outcome,
  reportsFailures: boolean,
): readonly ReceivedMessage[] => {
  if (outcome.kind === 'fault') return [];
  const failed = reportsFailures ? reportedIds(outcome.payload) : [];
  if (failed.some((id) => !messages.some(({ MessageId }) => MessageId === id))) return [];
  return messages.filter(({ MessageId }) => !failed.includes(MessageId));
};

/** Nothing is delivered before the first `pump`. */
export const makeEventSources = (settings: EventSourceSettings): EventSources => {
  const { queues, activity, serial, region } = settings;
  const sources = settings.mappings.map((mapping): Source => ({ mapping, active: 0, windowOver: false }));
  let pumping: Promise<void> | undefined;
  let again = false;
  let closed = false;

  const mayStart = (source: Source): boolean =>
    !closed && (serial ? activity.running() === 0 : source.active < source.mapping.concurrency);

  // A batch gathers until it is full or its window is over; sooner when nothing runs that could add to it.
  const isGathered = (source: Source, ready: number): boolean => {
    const { windowSeconds, batchSize } = source.mapping;
    if (windowSeconds === 0 || ready >= batchSize || activity.running() === 0 || source.windowOver) return true;
    source.windowTimer ??= setTimeout(() => {
      source.windowTimer = undefined;
      source.windowOver = true;
      void pump();
    }, windowSeconds * 1000).unref();
    return false;
  };

  const deliver = async ({ mapping }: Source, messages: readonly ReceivedMessage[]): Promise<void> => {
    const outcome = await settings.invoke(mapping.functionName, sqsEvent(messages, mapping.queue.arn, region));
    const done = doneMessages(messages, outcome, mapping.reportsFailures);
    await queues.remove(
      mapping.queue.name,
      done.map(({ ReceiptHandle }) => ReceiptHandle),
    );
  };

  const start = (source: Source, messages: readonly ReceivedMessage[]): void => {
    clearTimeout(source.windowTimer);
    source.windowTimer = undefined;
    source.windowOver = false;
    source.active += 1;
    const work = activity.track(async () => {
      await deliver(source, messages).finally(() => {
        source.active -= 1;
      });
    });
    work.catch(() => undefined);
  };

  const pumpSource = async (source: Source): Promise<void> => {
    while (mayStart(source)) {
      const { ready } = await queues.state(source.mapping.queue.name);
      if (ready === 0 || !isGathered(source, ready) || !mayStart(source)) return;
      const messages = await queues.receive(source.mapping.queue.name, source.mapping.batchSize);
      // Receiving may have moved everything to the dead-letter queue.
      if (messages.length > 0) start(source, messages);
    }
  };

  const pumpAll = async (): Promise<void> => {
    do {
      again = false;
      for (const source of sources) await pumpSource(source);
    } while (again && !closed);
  };

  const pump = (): Promise<void> => {
    again = true;
    pumping ??= pumpAll().finally(() => {
      pumping = undefined;
    });
    return pumping;
  };

  const isAnythingReady = async (): Promise<boolean> => {
    for (const { mapping } of sources) if ((await queues.state(mapping.queue.name)).ready > 0) return true;
    return false;
  };

  return {
    pump,
    drain: async () => {
      while (!closed) {
        await pump();
        if (activity.running() > 0) await activity.nextEnd();
        else if (!(await isAnythingReady()) && activity.running() === 0) return;
      }
    },
    close: () => {
      closed = true;
      for (const source of sources) clearTimeout(source.windowTimer);
    },
  };
};
