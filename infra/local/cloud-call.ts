// One call that a function made to the cloud: who, which service, which operation, in order. The ledger is how a run is
// counted and how a crash is put exactly before or after the n-th call. It keeps no request and no answer.

/**
 * `caller` is the function's name, `worker` the very thread; `name` is `<Service>.<Operation>`, for example `DynamoDB.PutItem`; `index`
 * says of a query that it was one of an index.
 */
export type CloudCall = {
  readonly sequence: number;
  readonly caller: string;
  readonly worker: string;
  readonly name: string;
  readonly index?: true;
};

/** Where a crash is put: before the call reached the service, or after the service applied it and before the answer. */
type CrashPoint = 'before' | 'after';

/** Decides, for each call as it arrives, whether its caller dies there. */
export type CrashRule = (call: CloudCall) => CrashPoint | undefined;

export type CallLedger = {
  readonly calls: readonly CloudCall[];
  readonly record: (worker: string, name: string, ofIndex?: boolean) => CloudCall;
  /** Calls by name, of one function or of all. */
  readonly counts: (caller?: string) => Readonly<Record<string, number>>;
  /** Forgets what was recorded; numbering starts again at 1. */
  readonly reset: () => void;
};

/** The function behind a worker's name `<function>.<number>`. */
export const functionOfWorker = (worker: string): string => worker.slice(0, worker.lastIndexOf('.'));

export const makeCallLedger = (onCall: (call: CloudCall) => void = () => undefined): CallLedger => {
  const calls: CloudCall[] = [];
  return {
    calls,
    record: (worker, name, ofIndex = false) => {
      const call: CloudCall = {
        ...{ sequence: calls.length + 1, caller: functionOfWorker(worker), worker, name },
        ...(ofIndex ? { index: true } : {}),
      };
      calls.push(call);
      onCall(call);
      return call;
    },
    counts: (caller) => {
      const counts: Record<string, number> = {};
      for (const call of calls) {
        if (caller === undefined || call.caller === caller) counts[call.name] = (counts[call.name] ?? 0) + 1;
      }
      return counts;
    },
    reset: () => {
      calls.length = 0;
    },
  };
};
