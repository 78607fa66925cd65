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
  /** For the operator: what failed, without a word of its message. */
  readonly reportFault: (fault: unknown, fields?: Readonly<Record<string, Field>>) => void;
  /** middy middleware: counts per invocation. */
  readonly perInvocation: {
    readonly before: () => void;
    readonly after: () => void;
    readonly onError: (invocation: Invocation) => void;
  };
}

export function makeInstruments(functionName: string): Instruments {
  const log = makeLog((line) => process.stdout.write(line), { function: functionName });
  const counts = new Map<string, number>();
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
    countAws: count,
    countVehicle: ({ service, operation }) => count(`${service}.${operation}`),
    reportFault,
    perInvocation: {
      before: () => counts.clear(),
      after: reportCalls,
      onError: ({ error }) => {
        reportFault(error);
        reportCalls();
      },
    },
  };
}
