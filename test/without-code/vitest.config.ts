// The projects of the suite, without the code of the product.
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import suite from '../../vitest.config.ts';
import { takeOut } from './take-out.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const projects = suite.test?.projects as readonly TestProjectInlineConfiguration[]; // as vitest.config.ts writes them

/** The whole service takes seconds to start, and without its code whoever waits for it waits in vain. */
const patience = process.env['WITHOUT_CODE'] === 'with the hooks' ? 1_000 : 30_000;

export default defineConfig({
  root,
  test: {
    ...suite.test,
    projects: projects.map(({ test }) => ({
      plugins: [takeOut(root)],
      test: {
        ...test,
        setupFiles: ['test/without-code/setup.ts'],
        runner: 'test/without-code/runner.ts',
        testTimeout: patience,
        hookTimeout: patience,
      },
    })),
  },
});
