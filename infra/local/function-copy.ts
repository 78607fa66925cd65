// One copy of one function, wherever it lives: a thread of its own (thread-copy.ts) or the runner's thread (resident-copy.ts).
import type { FunctionSpec } from './deployed-functions.ts';
import type { HandlerAnswer, HandlerRequest, HostError } from './run-handler.ts';
import type { ClockMemory } from './shared-clock.ts';

/** What came of an invocation. `payload` is JSON. A fault is what Lambda calls a function error; in phase `init` no handler ran. */
export type Outcome =
  | { readonly kind: 'done'; readonly payload: string }
  | { readonly kind: 'fault'; readonly phase: 'init' | 'invoke'; readonly error: HostError };

export type LogLine = { readonly functionName: string; readonly text: string };

export type CopySettings = {
  readonly spec: FunctionSpec;
  readonly clock: ClockMemory;
  readonly region: string;
  readonly awsOrigin: string;
  /** Replaces variables that the function has in its template; names it does not have are left out. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly onLog: (line: LogLine) => void;
};

export type Copy = {
  /** `<function>.<number>` */
  readonly name: string;
  /** How its start ended: undefined when it can take events. */
  readonly started: Promise<Outcome | undefined>;
  /** Runs one event; a copy that ends meanwhile is a fault. */
  readonly run: (request: HandlerRequest) => Promise<Outcome>;
  /** Ends it in the middle of what it does: nothing that it does from now on has any effect. */
  readonly end: () => Promise<void>;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
};

/** Starts copy `number` of a function. */
export type StartCopy = (settings: CopySettings, number: number) => Copy;

export const copyName = ({ spec }: CopySettings, number: number): string => `${spec.name}.${number}`;

export const fault = (errorType: string, errorMessage: string): Outcome => ({
  kind: 'fault',
  phase: 'invoke',
  error: { errorType, errorMessage, trace: [] },
});

/** What Lambda says of a copy that ended before it answered. */
export const exited = (): Outcome => fault('Runtime.ExitError', 'Error: Runtime exited without providing a reason');

export const outcomeOf = (answer: HandlerAnswer): Outcome =>
  answer.kind === 'result'
    ? { kind: 'done', payload: answer.payload }
    : { kind: 'fault', phase: 'invoke', error: answer.error };

/** The environment of a copy: the template's variables and what the Lambda runtime itself sets. */
export const environmentOf = (
  { spec, overrides, region, awsOrigin }: CopySettings,
  name: string,
): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    Object.entries(spec.environment).map(([variable, value]) => [variable, overrides[variable] ?? value]),
  ),
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: name,
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL: awsOrigin,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: spec.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMegabytes),
  _HANDLER: `index.${spec.exportName}`,
  TZ: ':UTC',
});

/** Hands whole lines to the log, however they are cut when they are written. */
export const lineWriter = ({ spec, onLog }: Pick<CopySettings, 'spec' | 'onLog'>): ((chunk: string) => void) => {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) if (text !== '') onLog({ functionName: spec.name, text });
  };
};
