// The cloud assembly of the product's own stacks, synthesized once for all end-to-end tests, which find it as `inject('assembly')`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../infra/local/synthesize.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of a cloud assembly of stage `local`. Nobody writes there. */
    readonly assembly: string;
  }
}

/** Called by the test runner before the first file. @returns what it calls after the last one */
export const setup = async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const folder = await mkdtemp(join(tmpdir(), 'odoseal-e2e-'));
  await synthesize(folder);
  provide('assembly', folder);
  return () => rm(folder, { recursive: true });
};
