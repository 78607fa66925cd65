// The projects of the suite, without the code of the product.
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import suite from '../../vitest.config.ts';
import { takeOut } from './take-out.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const projects = suite.test?.projects as readonly TestProjectInlineConfiguration[]; // as vitest.config.ts writes them

export default defineConfig({
  root,
  test: {
    ...suite.test,
    projects: projects.map(({ test }) => ({
      plugins: [takeOut(root)],
      // Whoever waits for a program that does not start waits in vain.
      test: { ...test, setupFiles: ['test/without-code/setup.ts'], testTimeout: 2_000, hookTimeout: 2_000 },
    })),
  },
});
