// `odoseal` as one file for auditors: no dependencies, runs on any Node from 20 on. Deterministic: the same sources give the same bytes,
// so that whoever builds it finds the published hash.
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const LIB = fileURLToPath(new URL('..', import.meta.url));

export interface BuiltCli {
  readonly bytes: Uint8Array;
  /** Hexadecimal, as `sha256sum` prints it. */
  readonly sha256: string;
}

/** @throws when anything is left to be imported but what Node brings, or esbuild warns */
export async function buildCli(): Promise<BuiltCli> {
  const { outputFiles, warnings, metafile } = await build({
    absWorkingDir: LIB,
    entryPoints: ['cli/main.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    charset: 'utf8',
    banner: { js: '#!/usr/bin/env node' },
  });
  const left = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  const [file] = outputFiles;
  if (file === undefined || warnings.length > 0 || left.some((path) => !path.startsWith('node:')))
    throw new Error('odoseal is not one file that stands alone');
  return { bytes: file.contents, sha256: createHash('sha256').update(file.contents).digest('hex') };
}
