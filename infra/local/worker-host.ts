// Runs inside a worker thread: one copy of one function, as the Lambda runtime would run it. The very bundle that is deployed,
// its own process.env and nothing else, the shared clock as Date. One event at a time; events and results cross as JSON.
// An import that throws is the init error of this copy: it is reported, and no event reaches the handler.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { type ClockMemory, installClock } from './shared-clock.ts';

export type HostData = {
  readonly bundle: string;
  readonly exportName: string;
  readonly arn: string;
  readonly clock: ClockMemory;
};
export type HostRequest = { readonly id: string; readonly event: string; readonly timeoutMs: number };
export type HostError = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
};
export type HostReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-error'; readonly error: HostError }
  | { readonly kind: 'result'; readonly id: string; readonly payload: string }
  | { readonly kind: 'error'; readonly id: string; readonly error: HostError };

type Handler = (event: unknown, context: unknown) => unknown;

// The thread's owner is the only one that starts it, with exactly this.
const data = workerData as HostData;
const report = (message: HostReport): void => parentPort?.postMessage(message);

const describe = (error: unknown): HostError =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: 'Error', errorMessage: String(error), trace: [] };

const moduleFile = (): string => {
  const found = ['.mjs', '.js', '.cjs'].map((end) => `${data.bundle}${end}`).find((path) => existsSync(path));
  if (found === undefined) throw new Error('the asset holds no module of the handler');
  return found;
};

const loadHandler = async (): Promise<Handler> => {
  const module: Record<string, unknown> = await import(pathToFileURL(moduleFile()).href);
  const handler = module[data.exportName];
  if (typeof handler !== 'function') throw new TypeError(`${data.exportName} is undefined or not exported`);
  return handler as Handler;
};

const contextOf = ({ id, timeoutMs }: HostRequest): unknown => {
  const endsAt = performance.now() + timeoutMs;
  return {
    awsRequestId: id,
    functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: '$LATEST',
    invokedFunctionArn: data.arn,
    memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    logGroupName: `/aws/lambda/${process.env['AWS_LAMBDA_FUNCTION_NAME']}`,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(endsAt - performance.now())),
  };
};

const run = async (handler: Handler, request: HostRequest): Promise<HostReport> => {
  try {
    const result = await handler(JSON.parse(request.event), contextOf(request));
    return { kind: 'result', id: request.id, payload: JSON.stringify(result ?? null) };
  } catch (error) {
    const described = describe(error);
    // Lambda's runtime writes what escapes a handler to the function's log; so it must be fit to be there.
    console.error(`ERROR\tInvoke Error\t${JSON.stringify(described)}`);
    return { kind: 'error', id: request.id, error: described };
  }
};

const start = async (): Promise<void> => {
  installClock(data.clock);
  try {
    const handler = await loadHandler();
    parentPort?.on('message', (request: HostRequest) => {
      run(handler, request).then(report, (error) => report({ kind: 'error', id: request.id, error: describe(error) }));
    });
    report({ kind: 'ready' });
  } catch (error) {
    report({ kind: 'init-error', error: describe(error) });
  }
};

await start();
