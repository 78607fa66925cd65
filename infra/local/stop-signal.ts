// How a program of this folder is stopped: the first signal, to the process alone too, lets it close what it has opened; children and
// temporary folders outlive a process that just ends. Another one, later, ends it at once.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm passes on what the terminal has sent to both of them, and a terminal that closes may say so twice: all that is one signal. */
const SAME_SIGNAL_MS = 1_000;

const PARENT_CHECK_MS = 250;

/** npm ends on a SIGHUP that it alone gets, and passes nothing on: then the system gives this process another parent. */
const onLostNpm = (stop: () => void): void => {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const npm = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(check);
    stop();
  }, PARENT_CHECK_MS).unref();
};

/** Aborted by SIGINT (Ctrl-C), SIGTERM or SIGHUP, or when the npm that runs this program is gone. Called once by a program. */
export const stopSignal = (): AbortSignal => {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  for (const name of SIGNALS) process.on(name, stop);
  const letGo = (): void => {
    for (const name of SIGNALS) process.off(name, stop);
  };
  controller.signal.addEventListener('abort', () => void setTimeout(letGo, SAME_SIGNAL_MS).unref(), { once: true });
  onLostNpm(stop);
  return controller.signal;
};

/** Resolves when the program is to stop. */
export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
