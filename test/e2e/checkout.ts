// A checkout to run the README's commands in, word for word: the files of this one, and settings and output folders of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILES = ['.npmrc', 'functions', 'infra', 'lib', 'node_modules', 'package.json'];

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface Checkout {
  readonly folder: string;
  /** Runs a command line in a shell, without a terminal, with these variables and none of the test's own but the path. */
  readonly run: (command: string, variables: Readonly<Record<string, string>>) => Promise<Ran>;
  readonly remove: () => void;
}

/** @param settings the text of cdk.json */
export const makeCheckout = (settings: string): Checkout => {
  const scratch = mkdtempSync(join(tmpdir(), 'odoseal-checkout-'));
  const [folder, home, temporary] = ['checkout', 'home', 'tmp'].map((name) => join(scratch, name)) as [
    string,
    string,
    string,
  ];
  for (const made of [folder, home, temporary]) mkdirSync(made);
  for (const name of FILES) symlinkSync(join(ROOT, name), join(folder, name));
  writeFileSync(join(folder, 'cdk.json'), settings);
  const surroundings = {
    ...{ PATH: process.env['PATH'], HOME: home, TMPDIR: temporary },
    // Neither npm's nor the CDK's news, and nobody is told that it ran.
    ...{ npm_config_update_notifier: 'false', CDK_NOTICES: 'false', CDK_DISABLE_CLI_TELEMETRY: 'true' },
    // `cdk synth` in .ci/run says what CloudFormation may have against a template; that takes most of its time.
    CDK_VALIDATION: 'false',
  };
  const run: Checkout['run'] = async (command, variables) => {
    const env = { ...surroundings, ...variables };
    const child = spawn(command, { shell: true, cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { status: Number(status), out, err };
  };
  return { folder, run, remove: () => rmSync(scratch, { recursive: true }) };
};
