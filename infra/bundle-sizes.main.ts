// Records the size of every function's bundle in bundle-sizes.json: `node infra/bundle-sizes.main.ts`, after a change that made a
// bundle grow or shrink on purpose. The limits in that file are set by hand and stay as they are.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions, bundleSizes } from './constructs/bundle.ts';

const FILE = new URL('bundle-sizes.json', import.meta.url);

const scratch = mkdtempSync(join(tmpdir(), 'odoseal-sizes-'));
try {
  const sizes = await bundleSizes(await bundleFunctions(scratch));
  const { limits }: { limits: Record<string, number> } = JSON.parse(readFileSync(FILE, 'utf8'));
  writeFileSync(FILE, `${JSON.stringify({ limits, recorded: sizes }, undefined, 2)}\n`);
  console.log(sizes);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
