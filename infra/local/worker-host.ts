// Runs inside a worker thread: one copy of one function, as the Lambda runtime would run it. The very bundle that is deployed,
// its own process.env and nothing else, the shared clock as Date. One event at a time; events and results cross as JSON.
// An import that throws is the init error of this copy: it is reported, and no event reaches the handler.
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import {
  describeError,
  type HandlerAnswer,
  type HandlerRequest,
  type HostError,
  handlerOf,
  moduleFile,
  runHandler,
} from './run-handler.ts';
import { type ClockMemory, installClock } from './shared-clock.ts';

export type HostData = {
  readonly bundle: string;
  readonly exportName: string;
  readonly arn: string;
  readonly clock: ClockMemory;
};
export type HostReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-error'; readonly error: HostError }
  | HandlerAnswer;

// The thread's owner is the only one that starts it, with exactly this.
const data = workerData as HostData;
const report = (message: HostReport): void => parentPort?.postMessage(message);
const surroundings = { arn: data.arn, env: process.env, logError: (line: string) => console.error(line) };

const start = async (): Promise<void> => {
  installClock(data.clock);
  try {
    const handler = handlerOf(await import(pathToFileURL(moduleFile(data.bundle)).href), data.exportName);
    parentPort?.on('message', (request: HandlerRequest) => {
      runHandler(handler, request, surroundings).then(report, (error) =>
        report({ kind: 'error', id: request.id, error: describeError(error) }),
      );
    });
    report({ kind: 'ready' });
  } catch (error) {
    report({ kind: 'init-error', error: describeError(error) });
  }
};

await start();
