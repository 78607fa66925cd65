// Processes of a bench: whoever is measured has one of its own, so that nobody pays for another's garbage.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Child {
  readonly child: ChildProcess;
  /** The first thing that it said. */
  readonly said: string;
}

interface Starting {
  readonly env?: Readonly<Record<string, string>>;
  readonly silent?: boolean;
  /** Of node. */
  readonly flags?: readonly string[];
}

/** Starts a file of this folder. What it prints goes nowhere when `silent`. */
export const start = async (
  file: string,
  args: readonly string[],
  { env = {}, silent = false, flags }: Starting = {},
): Promise<Child> => {
  const stdio = silent ? (['ignore', 'ignore', 'inherit', 'ipc'] as const) : undefined;
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    env: { ...process.env, ...env },
    ...(stdio === undefined ? {} : { stdio: [...stdio] }),
    ...(flags === undefined ? {} : { execArgv: [...flags] }),
  });
  return { child, said: String(await nextMessage(child)) };
};

export const nextMessage = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('a process of the bench ended'));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
