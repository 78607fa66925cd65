// A copy of a function in the runner's own thread, for whoever ends hundreds of them: it starts in milliseconds. The very bundle that is
// deployed, evaluated anew for each copy, so nothing is kept from one to the next. What it sees of the process is its own: environment
// and output; its Date is the runner's, which shows the shared clock. Not as a thread: an endless loop stops everybody.
// A thread's end takes its connections down. Here that is done by hand: every request under way is destroyed and no new one is let out.
import { Console } from 'node:console';
import type { ClientRequest } from 'node:http';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { build } from 'esbuild';
import {
  type Copy,
  type CopySettings,
  copyName,
  environmentOf,
  exited,
  lineWriter,
  type Outcome,
  outcomeOf,
  type StartCopy,
} from './function-copy.ts';
import { describeError, type Handler, handlerOf, moduleFile, runHandler } from './run-handler.ts';

type Exports = Record<string, unknown>;
type Load = (name: string) => unknown;
type Evaluate = (module: { exports: Exports }, require: Load, process: NodeJS.Process, console: Console) => void;

const builtin = createRequire(import.meta.url);

/** The bundle, with whatever files it loads later, as a function of what a module sees. Compiled once, called for each copy. */
const compile = async (bundle: string): Promise<Evaluate> => {
  const file = moduleFile(bundle);
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    logLevel: 'silent',
    // What lies beside the bundle is looked for from there.
    define: {
      'import.meta.url': JSON.stringify(pathToFileURL(file).href),
      'import.meta.dirname': JSON.stringify(dirname(file)),
    },
  });
  return new Script(`(function (module, require, process, console) {${outputFiles[0]?.text}\n})`, {
    filename: file,
  }).runInThisContext();
};

/** The connections of a copy, and their end. */
const makeWire = () => {
  const open = new Set<ClientRequest>();
  let cut = false;
  const guarded =
    (request: (...args: unknown[]) => ClientRequest) =>
    (...args: unknown[]): ClientRequest => {
      if (cut) throw new Error('this copy has ended');
      const sent = request(...args);
      open.add(sent);
      return sent.once('close', () => open.delete(sent));
    };
  return {
    load: (name: string): unknown => {
      const module = builtin(name);
      return /^(?:node:)?https?$/.test(name) ? { ...module, request: guarded(module.request) } : module;
    },
    isCut: (): boolean => cut,
    cut: (): void => {
      cut = true;
      for (const request of open) request.destroy();
    },
  };
};

/** The process as a copy sees it. */
const processOf = (settings: CopySettings, env: NodeJS.ProcessEnv, load: Load): NodeJS.Process => {
  const output = { value: { write: lineWriter(settings) } };
  return Object.create(process, {
    env: { value: env },
    stdout: output,
    stderr: output,
    getBuiltinModule: { value: load },
  });
};

const handlerFor = (evaluate: Evaluate, { spec }: CopySettings, own: NodeJS.Process, load: Load): Handler => {
  const module = { exports: {} };
  const { stdout, stderr } = own;
  evaluate(module, load, own, new Console({ stdout, stderr, ignoreErrors: false }));
  return handlerOf(module.exports, spec.exportName);
};

const startResidentCopy = (compiled: Promise<Evaluate>, settings: CopySettings, name: string): Copy => {
  const wire = makeWire();
  const ended = Promise.withResolvers<void>();
  const env = { ...environmentOf(settings, name) };
  const load: Load = (module) => (/^(?:node:)?process$/.test(module) ? own : wire.load(module));
  const onLog: CopySettings['onLog'] = (line) => void (wire.isCut() || settings.onLog(line));
  const own = processOf({ ...settings, onLog }, env, load);
  const handler = compiled.then((evaluate) => handlerFor(evaluate, settings, own, load));
  const surroundings = { arn: settings.spec.arn, env, logError: (line: string) => void own.stderr.write(`${line}\n`) };
  const whileAlive = (work: Promise<Outcome>): Promise<Outcome> => Promise.race([work, ended.promise.then(exited)]);
  return {
    name,
    started: handler.then(
      () => undefined,
      (error) => ({ kind: 'fault', phase: 'init', error: describeError(error) }),
    ),
    run: (request) =>
      whileAlive(handler.then(async (known) => outcomeOf(await runHandler(known, request, surroundings)))),
    end: async () => {
      wire.cut();
      ended.resolve();
    },
    ended: ended.promise,
  };
};

/** Starts copies in this thread. Each bundle is read once. */
export const makeStartResidentCopy = (): StartCopy => {
  const compiled = new Map<string, Promise<Evaluate>>();
  return (settings, number) => {
    const { bundle } = settings.spec;
    const one = compiled.get(bundle) ?? compile(bundle);
    compiled.set(bundle, one);
    return startResidentCopy(one, settings, copyName(settings, number));
  };
};
