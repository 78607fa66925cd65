// The cloud assembly of the product's own stacks, synthesized once per test file.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../infra/local/synthesize.ts';

/** Synthesizes into a fresh folder. Dispose of it when done. */
export const synthesizeOnce = async (): Promise<{ readonly folder: string; readonly remove: () => void }> => {
  const folder = mkdtempSync(join(tmpdir(), 'odoseal-e2e-'));
  await synthesize(folder);
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
};
