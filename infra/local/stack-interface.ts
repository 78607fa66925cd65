// What the local stack takes and what it offers to whoever plays with it: tests, the demo, `npm start`.
import type { AccessGuard } from './access-guard.ts';
import type { CallLedger, CloudCall, CrashRule } from './cloud-call.ts';
import type { Deployment } from './deployment.ts';
import type { LogLine, Outcome } from './function-copy.ts';
import type { Invocation } from './function-fleet.ts';
import type { QueueState } from './queues.ts';
import type { AdvanceOptions, Beside } from './time-machine.ts';

export type LocalStackOptions = {
  /** A cloud assembly of stage `local`; absent: the CDK app is run into a folder that goes when the stack is closed. */
  readonly outDir?: string;
  /** Port of the gateway on 127.0.0.1; 0 or absent: any free one. */
  readonly port?: number;
  /** First instant of the clock, epoch ms; absent: the real time. */
  readonly startAt?: number;
  /** `still` (default): time stands until it is moved, deliveries are serial. `running`: time goes on by itself. */
  readonly time?: 'still' | 'running';
  /** Values that replace variables of the functions, by name: where the vehicle platform is. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Names among `variables` whose HTTP calls are recorded and can be crash points, like AWS calls. */
  readonly observed?: readonly string[];
  /** Most copies of one function at once; default 4. */
  readonly copies?: number;
  /** Where copies live: each in a `thread` of its own (default), or all with the `runner` (resident-copy.ts), for hundreds of crashes. */
  readonly copiesIn?: 'thread' | 'runner';
  /** What goes on beside the stack on the same clock: a vehicle platform that sends webhooks. */
  readonly beside?: Beside;
  /** Ends a start that is under way; it then rejects and has closed what it opened. */
  readonly signal?: AbortSignal;
  readonly onCall?: (call: CloudCall) => void;
  readonly onLog?: (line: LogLine) => void;
};

export type LocalStack = {
  /** Where the HTTP API answers, no trailing slash. */
  readonly publicOrigin: string;
  /** Where the AWS stand-ins answer: `AWS_ENDPOINT_URL` for anyone who wants to look in. */
  readonly awsOrigin: string;
  readonly deployment: Deployment;
  readonly clock: {
    readonly now: () => number;
    /** Moves time to `instant` (epoch ms); see time-machine.ts. */
    readonly advanceTo: (instant: number, options?: AdvanceOptions) => Promise<void>;
  };
  /**
   * Calls a function directly, as an IAM principal would.
   * @throws FunctionFault when it throws, times out, or does not start
   */
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  /** Waits until nothing runs and nothing can run without time moving on. */
  readonly drain: () => Promise<void>;
  readonly queueStates: () => Promise<readonly QueueState[]>;
  /** Puts a message into a queue, as a redrive by an operator would. */
  readonly send: (queueName: string, body: string, delaySeconds?: number) => Promise<void>;
  readonly putSecret: (name: string, value: string) => void;
  readonly ledger: CallLedger;
  /** What the functions' roles grant, and which of it was needed so far. A refused call is also a log line of its function. */
  readonly access: Pick<AccessGuard, 'granted' | 'used'>;
  /** Ends the idle copies of a function: its next event meets a fresh one, with nothing in its caches. */
  readonly retire: (functionName: string) => Promise<void>;
  /** Deploys every function that has one of these variables with another value of it. What roles grant stays. */
  readonly reconfigure: (variables: Readonly<Record<string, string>>) => Promise<void>;
  /** Sets or clears where functions crash. */
  readonly crash: (rule: CrashRule | undefined) => void;
  /** Every invocation that has ended, in order. */
  readonly invocations: readonly Invocation[];
  readonly logs: readonly LogLine[];
  readonly accessLog: readonly string[];
  readonly close: () => Promise<void>;
};

/** What a caller of {@link LocalStack.invoke} gets instead of a result. */
export class FunctionFault extends Error {
  readonly errorType: string;
  constructor(functionName: string, outcome: Extract<Outcome, { readonly kind: 'fault' }>) {
    super(`${functionName}: ${outcome.error.errorType}: ${outcome.error.errorMessage}`);
    this.name = 'FunctionFault';
    this.errorType = outcome.error.errorType;
  }
}
