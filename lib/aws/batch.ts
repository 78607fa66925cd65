// SQS batches: each message stands for itself. What failed goes back to the queue, what is malformed too: it ends in the dead-letter
// queue, where somebody looks at it.

export interface QueueEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes?: { readonly ApproximateReceiveCount?: string };
  }[];
}

export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** @param faults for each record what went wrong with it, undefined when it is done */
export const batchAnswer = ({ Records }: QueueEvent, faults: readonly unknown[]): BatchAnswer => ({
  batchItemFailures: Records.filter((_, n) => faults[n] !== undefined).map(({ messageId }) => ({
    itemIdentifier: messageId,
  })),
});

/** How often the queue has delivered it, from 1. */
export const receivesOf = ({ attributes }: QueueEvent['Records'][number]): number =>
  Number(attributes?.ApproximateReceiveCount ?? 1);

export const parseBody = ({ body }: { readonly body: string }): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};
