// `odoseal` as one file for auditors: no dependencies, runs on any Node from 20 on. Deterministic: the same sources give the same bytes,
// so that whoever builds it finds the published hash.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

export interface CliPlaces {
  /** Gets `odoseal.mjs`; made if it is missing. */
  readonly folder: URL;
  /** The published hash, as `sha256sum --check` reads it. */
  readonly published: URL;
  /** Whether what is built becomes what is published. */
  readonly publish: boolean;
}

/**
 * Builds and writes the file. Only who publishes changes the hash: compared with one that the build itself has written, it could not differ.
 * @returns the line of `sha256sum`, and a sentence where it is not the published one
 * @throws as {@link buildCli}
 */
export async function writeCli({ folder, published, publish }: CliPlaces): Promise<{
  readonly line: string;
  readonly problem?: string;
}> {
  const { bytes, sha256 } = await buildCli();
  const line = `${sha256}  odoseal.mjs\n`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('odoseal.mjs', folder), bytes, { mode: 0o755 });
  if (publish) writeFileSync(published, line);
  else if (readFileSync(published, 'utf8') !== line)
    return {
      line,
      problem: 'This is not the odoseal.mjs that is published: its hash is not the one in lib/cli/odoseal.sha256.',
    };
  return { line };
}
