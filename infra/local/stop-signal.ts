// How a program of this folder is stopped: the first signal, to the process alone too, lets it close what it has opened; children and
// temporary folders outlive a process that just ends. A second one ends it at once.

/** Aborted by SIGINT (Ctrl-C) or SIGTERM. Called once by a program. */
export const stopSignal = (): AbortSignal => {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  return stop.signal;
};

/** Resolves when the program is to stop. */
export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
