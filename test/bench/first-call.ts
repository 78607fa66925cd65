// Import and first call of two bundles, each in fresh processes. In turn, so that the machine's noise falls on both.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { asDeployed } from '../../infra/constructs/bundle.ts';

const ROUNDS = 21;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** @param call statements that make the first call: `bundle` is the module, `args` what it is given */
const probeOf = (call: string): string => `
const [path, ...args] = process.argv.slice(2);
const cpu = process.cpuUsage();
const start = performance.now();
const bundle = await import(path);
${call}
const ms = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(JSON.stringify({ ms, cpuMs: (user + system) / 1_000 }) + '\\n', () => process.exit());
`;

export interface FirstCall {
  readonly ms: number;
  /** CPU time, helper threads included. */
  readonly cpuMs: number;
}

export interface FirstCalls<Name extends string> {
  /** Paths of the modules, in the order in which they take turns. */
  readonly bundle: (folder: string) => Promise<Readonly<Record<Name, string>>>;
  readonly call: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** One sample per process; samples at one place were taken right after each other. */
export const firstCalls = async <Name extends string>({
  bundle,
  call,
  args,
  env,
}: FirstCalls<Name>): Promise<Readonly<Record<Name, readonly FirstCall[]>>> => {
  const folder = await mkdtemp(join(tmpdir(), 'odoseal-bench-'));
  try {
    const probe = join(folder, 'probe.mjs');
    await writeFile(probe, probeOf(call));
    const bundles = Object.entries<string>(await bundle(folder));
    const samples = Object.fromEntries(bundles.map(([name]) => [name, [] as FirstCall[]]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, path] of bundles) {
        const { stdout } = await promisify(execFile)(process.execPath, [probe, path, ...args], { env });
        samples[name]?.push(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as FirstCall); // what the probe prints last
      }
    }
    return samples as Record<Name, FirstCall[]>; // of the names that were bundled
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** A module bundled as a function is deployed. @returns its path */
export const bundled = async (folder: string, name: string, contents: string): Promise<string> => {
  const outfile = join(folder, `${name}.mjs`);
  await build({ ...asDeployed, stdin: { contents, resolveDir: ROOT, loader: 'ts' }, outfile });
  return outfile;
};
