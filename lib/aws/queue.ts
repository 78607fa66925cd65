// Sending to one SQS queue: batches of ten, ids only. Messages are small JSON objects; what a queue carries may be read by operators.
// All queues are fair ones: while a tenant's messages take long or are many, SQS hands out those of others first
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html).
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** SQS refuses more than this many entries in one call. */
const BATCH = 10;

/** The longest `DelaySeconds` that SQS takes. */
export const LONGEST_DELAY_SECONDS = 900;

export interface Message {
  /** A message without a tenant stands for itself where others wait. */
  readonly body: Readonly<Record<string, unknown>> & { readonly tenantId?: string | undefined };
  /** Whole seconds, 0–900. */
  readonly delaySeconds?: number;
}

/** Sends all messages or throws; a caller that is retried sends some of them twice, and receivers drop the second. */
export type Send = (messages: readonly Message[]) => Promise<void>;

export class QueueError extends Error {
  readonly code = 'QUEUE_UNAVAILABLE';
}

export function makeQueue(client: SQSClient, queueUrl: string): Send {
  const sendBatch = async (batch: readonly Message[]): Promise<void> => {
    const Entries = batch.map(({ body, delaySeconds = 0 }, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify(body),
      ...(body.tenantId === undefined ? {} : { MessageGroupId: body.tenantId }),
      DelaySeconds: Math.min(Math.max(Math.ceil(delaySeconds), 0), LONGEST_DELAY_SECONDS),
    }));
    const { Failed = [] } = await client
      .send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
      .catch((cause: unknown) => {
        throw new QueueError('the queue did not answer', { cause });
      });
    if (Failed.length > 0) throw new QueueError(`the queue refused ${Failed.length} of ${batch.length} messages`);
  };
  return async (messages) => {
    const batches = Array.from({ length: Math.ceil(messages.length / BATCH) }, (_, n) =>
      messages.slice(n * BATCH, (n + 1) * BATCH),
    );
    await Promise.all(batches.map(sendBatch));
  };
}
