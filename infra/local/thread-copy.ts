// A copy of a function in a thread of its own: nothing is shared with the runner or with another copy but the clock.
import { Worker } from 'node:worker_threads';
import {
  type Copy,
  type CopySettings,
  copyName,
  environmentOf,
  exited,
  fault,
  lineWriter,
  type Outcome,
  outcomeOf,
  type StartCopy,
} from './function-copy.ts';
import type { HostData, HostReport } from './worker-host.ts';

const startThread = (settings: CopySettings, name: string): Worker => {
  const { bundle, exportName, arn } = settings.spec;
  const workerData: HostData = { bundle, exportName, arn, clock: settings.clock };
  const thread = new Worker(new URL('./worker-host.ts', import.meta.url), {
    name,
    workerData,
    env: { ...environmentOf(settings, name) },
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  for (const stream of [thread.stdout, thread.stderr]) stream.setEncoding('utf8').on('data', lineWriter(settings));
  return thread;
};

const readReport = (report: HostReport): Outcome | undefined => {
  if (report.kind === 'ready') return undefined;
  return report.kind === 'init-error' ? { kind: 'fault', phase: 'init', error: report.error } : outcomeOf(report);
};

/** Waits for the next report of a thread; its end or an escaped error is a fault. */
const nextReport = (thread: Worker): Promise<Outcome | undefined> =>
  new Promise((resolve) => {
    const settle = (value: Outcome | undefined): void => {
      thread.off('message', onReport).off('error', onError).off('exit', onExit);
      resolve(value);
    };
    const onReport = (report: HostReport): void => settle(readReport(report));
    const onError = (error: unknown): void =>
      settle(fault('Runtime.UnhandledError', error instanceof Error ? error.message : 'unknown'));
    const onExit = (): void => settle(exited());
    thread.on('message', onReport).on('error', onError).on('exit', onExit);
  });

export const startThreadCopy: StartCopy = (settings, number): Copy => {
  const name = copyName(settings, number);
  const thread = startThread(settings, name);
  const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  return {
    name,
    started: nextReport(thread),
    run: async (request) => {
      const reported = nextReport(thread);
      thread.postMessage(request);
      return (await reported) ?? fault('Runtime.Unexpected', 'ready twice');
    },
    end: async () => {
      await thread.terminate();
      await ended;
    },
    ended,
  };
};
