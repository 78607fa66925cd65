// Import and first call of both clients, each in fresh processes, bundled as a function is deployed. In turn, so that the
// machine's noise falls on both.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { builtinsFromProcess } from '../../infra/constructs/bundle.ts';

const ROUNDS = 21;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const entries = {
  ours: "export { Vehicle } from './lib/vehicle/smartcar.ts';",
  sdk: "import smartcar from 'smartcar'; export const { Vehicle } = smartcar;",
} as const;

const PROBE = `
const [bundle, id, token] = process.argv.slice(2);
const cpu = process.cpuUsage();
const start = performance.now();
const { Vehicle } = await import(bundle);
const { distance } = await new Vehicle(id, token).odometer();
const ms = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
if (distance !== 104.32) throw new Error('another odometer');
process.stdout.write(JSON.stringify({ ms, cpuMs: (user + system) / 1_000 }), () => process.exit());
`;

export interface FirstCall {
  readonly ms: number;
  /** CPU time, helper threads included. */
  readonly cpuMs: number;
}

type Samples = Readonly<Record<keyof typeof entries, readonly FirstCall[]>>;

/** Import and first call, one sample per process; samples at one place were taken right after each other. */
export const firstCalls = async (origin: string, id: string, token: string): Promise<Samples> => {
  const folder = await mkdtemp(join(tmpdir(), 'odoseal-bench-'));
  try {
    const probe = join(folder, 'probe.mjs');
    await writeFile(probe, PROBE);
    const bundles = { ours: await bundled(folder, 'ours'), sdk: await bundled(folder, 'sdk') };
    const samples: Record<keyof typeof entries, FirstCall[]> = { ours: [], sdk: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const name of ['sdk', 'ours'] as const) {
        const { stdout } = await promisify(execFile)(process.execPath, [probe, bundles[name], id, token], {
          env: { SMARTCAR_API_ORIGIN: origin },
        });
        samples[name].push(JSON.parse(stdout) as FirstCall); // what the probe prints
      }
    }
    return samples;
  } finally {
    await rm(folder, { recursive: true });
  }
};

const bundled = async (folder: string, name: keyof typeof entries): Promise<string> => {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    stdin: { contents: entries[name], resolveDir: ROOT, loader: 'ts' },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [builtinsFromProcess],
  });
  return outfile;
};
