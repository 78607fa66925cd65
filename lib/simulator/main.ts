// `npm run simulator -- --port N`: the simulator alone, on loopback, until Ctrl-C. Prints where it is and then `ready`.
// Its clock is the real one, moved forward through the control API; webhooks are posted as they fall due.
// Options: `--port` (4010; 0 takes any), `--seed` (1), `--strict` (refuses what only the real platform refuses), `--redirect-uri`
// (registers one; may be repeated).

import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { defaultClientId } from './default-application.ts';
import type { SendDelivery } from './send-deliveries.ts';
import { startAlone } from './start-alone.ts';
import { isDocumentedRedirect } from './strict.ts';

const send: SendDelivery = (request) => fetch(request, { redirect: 'manual', signal: AbortSignal.timeout(15_000) });

function readOptions(args: readonly string[]): {
  readonly port: number;
  readonly seed: number;
  readonly strict: boolean;
  readonly redirectUris: readonly string[];
} {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '4010' },
      seed: { type: 'string', default: '1' },
      strict: { type: 'boolean', default: false },
      'redirect-uri': { type: 'string', multiple: true, default: [] },
    },
  });
  const [port, seed] = [Number(values.port), Number(values.seed)];
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`"${values.port}" is not a port.`);
  if (!Number.isInteger(seed)) throw new RangeError(`"${values.seed}" is not a whole number.`);
  const redirectUris = values['redirect-uri'];
  const unusable = redirectUris.find((uri) => !isDocumentedRedirect(uri, defaultClientId, values.strict));
  if (unusable !== undefined) {
    const taken = `http on localhost, https, or sc${defaultClientId}://`;
    throw new RangeError(`"${unusable}" is no redirect URI that the platform takes: ${taken}.`);
  }
  return { port, seed, strict: values.strict, redirectUris };
}

/** Aborted by Ctrl-C. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  return stop.signal;
}

async function run(): Promise<void> {
  const signal = stopSignal();
  const { origin, deliver, close } = await startAlone({ ...readOptions(process.argv.slice(2)), clock: Date.now, send });
  process.stdout.write(`Vehicle platform simulator at ${origin}/ (documented there). Ctrl-C stops it.\nready\n`);
  while (!signal.aborted) {
    await deliver();
    await wait(500, undefined, { signal }).catch(() => undefined);
  }
  await close();
}

/** One sentence for what a user can mend; everything else keeps its stack. */
function sentenceOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') return `Port ${portOf(error)} is in use by another program; choose one with --port.`;
  const mendable = error instanceof RangeError || String(code).startsWith('ERR_PARSE_ARGS');
  if (!(error instanceof Error)) return String(error);
  return mendable ? error.message : (error.stack ?? error.message);
}

function portOf(error: unknown): string {
  return error instanceof Error && 'port' in error ? String(error.port) : '';
}

try {
  await run();
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = 1;
}
