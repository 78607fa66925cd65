#!/usr/bin/env node
// The `odoseal` command inside a clone, under any Node from 20 on: one that runs TypeScript runs the program itself, an older one
// starts the Node that is installed with the project. Nothing is downloaded.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COULD_NOT_CHECK = 3;
const program = fileURLToPath(new URL('./main.ts', import.meta.url));

function installedNode() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  } catch {
    return undefined;
  }
}

function fail() {
  process.stderr.write('odoseal: the installed Node was not found; run `npm ci` in the clone first\n');
  process.exitCode = COULD_NOT_CHECK;
}

function start(node) {
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', fail);
  child.on('exit', (code, signal) => {
    for (const passed of signals) process.removeAllListeners(passed);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? COULD_NOT_CHECK;
  });
}

const node = installedNode();
if (process.features.typescript) await import('./main.ts');
else if (node) start(node);
else fail();
