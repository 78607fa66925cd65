// What every function reports about itself: one line per invocation with the outside calls it made, and one per fault.
import { describeFault, type Field, type Log, makeLog } from './log.ts';

interface Invocation {
  readonly error: Error | null;
}

export interface Instruments {
  readonly log: Log;
  /** Counts a call to AWS, e.g. `DynamoDB.PutItem`. */
  readonly countAws: (call: string) => void;
  /** Counts a call to the vehicle platform. */
  readonly countVehicle: (call: { readonly service: string; readonly operation: string }) => void;
  /** Counts anything else that a function does, e.g. `push.used`. */
  readonly count: (what: string) => void;
  /** For the operator: what failed, without a word of its message. */
  readonly reportFault: (fault: unknown, fields?: Readonly<Record<string, Field>>) => void;
  /** middy middleware: counts per invocation. */
  readonly perInvocation: {
    readonly before: (invocation?: { readonly event: unknown }) => void;
    readonly after: () => void;
    readonly onError: (invocation: Invocation) => void;
  };
}

interface RequestName {
  readonly requestId?: string;
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** The gateway's name for a request: what the caller is told, and quotes when something went wrong. */
function requestOf(event: unknown): RequestName {
  const requestId = memberOf(memberOf(event, 'requestContext'), 'requestId');
  return typeof requestId === 'string' ? { requestId } : {};
}

export function makeInstruments(functionName: string): Instruments {
  const write = makeLog((line) => process.stdout.write(line), { function: functionName });
  const counts = new Map<string, number>();
  let request: RequestName = {};
  const log: Log = (level, message, fields) => write(level, message, { ...request, ...fields });
  const count = (call: string): void => {
    counts.set(call, (counts.get(call) ?? 0) + 1);
  };
  const reportCalls = (): void => {
    if (counts.size > 0) log('info', 'calls', Object.fromEntries(counts));
    counts.clear();
  };
  const reportFault: Instruments['reportFault'] = (fault, fields) =>
    log('error', 'fault', { ...fields, ...describeFault(fault) });
  return {
    log,
    count,
    countAws: count,
    countVehicle: ({ service, operation }) => count(`${service}.${operation}`),
    reportFault,
    perInvocation: {
      before: (invocation) => {
        counts.clear();
        request = requestOf(invocation?.event);
      },
      after: reportCalls,
      onError: ({ error }) => {
        reportFault(error);
        reportCalls();
      },
    },
  };
}
