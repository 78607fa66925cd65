// The copies of one function: threads that are started when they are needed, used again while they live, and ended on a
// timeout, on a crash, or when the stack closes. One event at a time per copy, as on Lambda; more events than copies wait.
import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { FunctionSpec } from './deployed-functions.ts';
import type { ClockMemory } from './shared-clock.ts';
import type { HostData, HostError, HostReport } from './worker-host.ts';

/** What came of an invocation. `payload` is JSON. A fault is what Lambda calls a function error; in phase `init` no handler ran. */
export type Outcome =
  | { readonly kind: 'done'; readonly payload: string }
  | { readonly kind: 'fault'; readonly phase: 'init' | 'invoke'; readonly error: HostError };

export type LogLine = { readonly functionName: string; readonly text: string };

export type PoolSettings = {
  readonly spec: FunctionSpec;
  readonly clock: ClockMemory;
  readonly region: string;
  readonly awsOrigin: string;
  /** Replaces variables that the function has in its template; names it does not have are left out. */
  readonly overrides: Readonly<Record<string, string>>;
  /** Most copies at once. */
  readonly copies: number;
  readonly onLog: (line: LogLine) => void;
};

export type FunctionPool = {
  readonly invoke: (event: unknown) => Promise<Outcome>;
  /** Ends the copy `worker` (`<function>.<number>`) in the middle of what it does. */
  readonly kill: (worker: string) => void;
  /** Names of the copies that have an event in work. */
  readonly busyCopies: () => readonly string[];
  readonly close: () => Promise<void>;
};

type Copy = { readonly name: string; readonly thread: Worker; readonly ended: Promise<void> };
type Job = { readonly event: string; readonly settle: (outcome: Outcome) => void };

const fault = (errorType: string, errorMessage: string): Outcome => ({
  kind: 'fault',
  phase: 'invoke',
  error: { errorType, errorMessage, trace: [] },
});

/** The environment of a copy: the template's variables and what the Lambda runtime itself sets. */
const environmentOf = (
  { spec, overrides, region, awsOrigin }: PoolSettings,
  worker: string,
): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.entries(spec.environment).map(([name, value]) => [name, overrides[name] ?? value])),
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: worker,
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL: awsOrigin,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: spec.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMegabytes),
  _HANDLER: `index.${spec.exportName}`,
  TZ: ':UTC',
});

const collectLines = (thread: Worker, name: string, onLog: (line: LogLine) => void): void => {
  for (const stream of [thread.stdout, thread.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) if (text !== '') onLog({ functionName: name, text });
    });
  }
};

const startCopy = (settings: PoolSettings, number: number): Copy => {
  const { spec, clock, onLog } = settings;
  const name = `${spec.name}.${number}`;
  const workerData: HostData = { bundle: spec.bundle, exportName: spec.exportName, arn: spec.arn, clock };
  const thread = new Worker(new URL('./worker-host.ts', import.meta.url), {
    name,
    workerData,
    env: { ...environmentOf(settings, name) },
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  collectLines(thread, spec.name, onLog);
  const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  return { name, thread, ended };
};

/** Waits for the next report of a copy; its end or an escaped error is a fault. */
const nextReport = (copy: Copy): Promise<HostReport | Outcome> =>
  new Promise((resolve) => {
    const { thread } = copy;
    const settle = (value: HostReport | Outcome): void => {
      thread.off('message', settle).off('error', onError).off('exit', onExit);
      resolve(value);
    };
    const onError = (error: unknown): void =>
      settle(fault('Runtime.UnhandledError', error instanceof Error ? error.message : 'unknown'));
    const onExit = (): void => settle(fault('Runtime.ExitError', 'Error: Runtime exited without providing a reason'));
    thread.on('message', settle).on('error', onError).on('exit', onExit);
  });

const outcomeOf = (report: HostReport | Outcome): Outcome => {
  if (report.kind === 'result') return { kind: 'done', payload: report.payload };
  if (report.kind === 'error') return { kind: 'fault', phase: 'invoke', error: report.error };
  if (report.kind === 'init-error') return { kind: 'fault', phase: 'init', error: report.error };
  return report.kind === 'ready' ? fault('Runtime.Unexpected', 'ready twice') : report;
};

/** Whether a copy can take another event: it survived, even if its handler threw. */
const isUsable = (outcome: Outcome): boolean =>
  outcome.kind === 'done' || !/^(Runtime|Sandbox)\./.test(outcome.error.errorType);

const withTimeout = async (copy: Copy, milliseconds: number, work: Promise<HostReport | Outcome>): Promise<Outcome> => {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<Outcome>((resolve) => {
    timer = setTimeout(
      () => resolve(fault('Sandbox.Timedout', `Task timed out after ${(milliseconds / 1000).toFixed(2)} seconds`)),
      milliseconds,
    );
  });
  const outcome = await Promise.race([work.then(outcomeOf), expired]);
  clearTimeout(timer);
  if (outcome.kind === 'fault' && outcome.error.errorType === 'Sandbox.Timedout') await copy.thread.terminate();
  return outcome;
};

/** The copies of one function. Nothing starts before the first event. */
export const makeFunctionPool = (settings: PoolSettings): FunctionPool => {
  const timeoutMs = settings.spec.timeoutSeconds * 1000;
  const idle: Copy[] = [];
  const alive = new Map<string, Copy>();
  const waiting: Job[] = [];
  let started = 0;
  let running = 0;
  let closed = false;

  const start = async (): Promise<Copy | Outcome> => {
    started += 1;
    const copy = startCopy(settings, started);
    alive.set(copy.name, copy);
    copy.ended.then(
      () => {
        alive.delete(copy.name);
        const place = idle.indexOf(copy);
        if (place >= 0) idle.splice(place, 1);
      },
      () => undefined,
    );
    const report = await nextReport(copy);
    if (report.kind === 'ready') return copy;
    await copy.thread.terminate();
    return outcomeOf(report);
  };

  const runOn = async (copy: Copy, event: string): Promise<Outcome> => {
    const reported = nextReport(copy);
    copy.thread.postMessage({ id: randomUUID(), event, timeoutMs });
    const outcome = await withTimeout(copy, timeoutMs, reported);
    if (isUsable(outcome)) idle.push(copy);
    return outcome;
  };

  const run = async ({ event, settle }: Job): Promise<void> => {
    const copy = idle.pop() ?? (await start());
    settle('thread' in copy ? await runOn(copy, event) : copy);
  };

  const pump = (): void => {
    while (running < settings.copies) {
      const job = waiting.shift();
      if (job === undefined) return;
      running += 1;
      const done = (): void => {
        running -= 1;
        pump();
      };
      run(job).then(done, (error) => {
        job.settle(fault('Runtime.Unexpected', String(error)));
        done();
      });
    }
  };

  return {
    invoke: (event) =>
      new Promise((settle) => {
        if (closed) return settle(fault('Runtime.Closed', 'the stack is closed'));
        waiting.push({ event: JSON.stringify(event ?? null), settle });
        pump();
      }),
    busyCopies: () => [...alive.values()].filter((copy) => !idle.includes(copy)).map(({ name }) => name),
    kill: (worker) => void alive.get(worker)?.thread.terminate(),
    close: async () => {
      closed = true;
      for (const job of waiting.splice(0)) job.settle(fault('Runtime.Closed', 'the stack is closed'));
      await Promise.all(
        [...alive.values()].map(async ({ thread, ended }) => {
          await thread.terminate();
          await ended;
        }),
      );
    },
  };
};
