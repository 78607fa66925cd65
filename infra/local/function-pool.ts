// The copies of one function: started when they are needed, used again while they live, and ended on a timeout, on a crash, or
// when the stack closes. One event at a time per copy, as on Lambda; more events than copies wait.
import { randomUUID } from 'node:crypto';
import { type Copy, type CopySettings, fault, type Outcome, type StartCopy } from './function-copy.ts';

export type PoolSettings = CopySettings & {
  readonly startCopy: StartCopy;
  /** Most copies at once. */
  readonly copies: number;
};

export type FunctionPool = {
  readonly invoke: (event: unknown) => Promise<Outcome>;
  /** Ends the copy `worker` (`<function>.<number>`) in the middle of what it does. */
  readonly kill: (worker: string) => void;
  /** Ends every copy that has no event in work, as Lambda does when it likes. */
  readonly retire: () => Promise<void>;
  /** Names of the copies that have an event in work. */
  readonly busyCopies: () => readonly string[];
  readonly close: () => Promise<void>;
};

type Job = { readonly event: string; readonly settle: (outcome: Outcome) => void };

/** Whether a copy can take another event: it survived, even if its handler threw. */
const isUsable = (outcome: Outcome): boolean =>
  outcome.kind === 'done' || !/^(Runtime|Sandbox)\./.test(outcome.error.errorType);

const withTimeout = async (copy: Copy, milliseconds: number, work: Promise<Outcome>): Promise<Outcome> => {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<Outcome>((resolve) => {
    timer = setTimeout(
      () => resolve(fault('Sandbox.Timedout', `Task timed out after ${(milliseconds / 1000).toFixed(2)} seconds`)),
      milliseconds,
    );
  });
  const outcome = await Promise.race([work, expired]);
  clearTimeout(timer);
  if (outcome.kind === 'fault' && outcome.error.errorType === 'Sandbox.Timedout') await copy.end();
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
    const copy = settings.startCopy(settings, started);
    alive.set(copy.name, copy);
    copy.ended.then(
      () => {
        alive.delete(copy.name);
        const place = idle.indexOf(copy);
        if (place >= 0) idle.splice(place, 1);
      },
      () => undefined,
    );
    const failure = await copy.started;
    if (failure === undefined) return copy;
    await copy.end();
    return failure;
  };

  const runOn = async (copy: Copy, event: string): Promise<Outcome> => {
    const outcome = await withTimeout(copy, timeoutMs, copy.run({ id: randomUUID(), event, timeoutMs }));
    if (isUsable(outcome)) idle.push(copy);
    return outcome;
  };

  const run = async ({ event, settle }: Job): Promise<void> => {
    const copy = idle.pop() ?? (await start());
    settle('run' in copy ? await runOn(copy, event) : copy);
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
    retire: async () => {
      await Promise.all(idle.splice(0).map((copy) => copy.end()));
    },
    kill: (worker) => void alive.get(worker)?.end(),
    close: async () => {
      closed = true;
      for (const job of waiting.splice(0)) job.settle(fault('Runtime.Closed', 'the stack is closed'));
      await Promise.all([...alive.values()].map((copy) => copy.end()));
    },
  };
};
