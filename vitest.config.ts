// Four projects, so that pure tests stay in the sub-second range while synthesis and the local stack pay their own way.
import { defineConfig } from 'vitest/config';

/** No log line of any test may hold what identifies a person or opens a door. */
const setupFiles = ['test/log-watch.ts'];

export default defineConfig({
  test: {
    reporters: ['default'],
    // Vitest leaves one core free by default: half of what a small runner has.
    maxWorkers: '100%',
    projects: [
      // Property tests on a busy machine: slow is not wrong.
      {
        test: {
          name: 'unit',
          expect: { requireAssertions: true },
          setupFiles,
          include: ['test/**/*.test.ts'],
          exclude: ['test/functions/**', 'test/infra/**', 'test/e2e/**', 'test/browser/**', 'test/timestamps/**'],
          testTimeout: 30_000,
          // Rooms keep nothing of their own in modules: one load of the SDK serves all files of a worker.
          isolate: false,
        },
      },
      // A handler reads its environment when it is loaded, once in a container.
      {
        test: {
          name: 'functions',
          expect: { requireAssertions: true },
          setupFiles,
          include: ['test/functions/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'infra',
          expect: { requireAssertions: true },
          setupFiles,
          include: ['test/infra/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // The CDK's own rules of CloudFormation only warn, and are told by `cdk synth`; cdk-nag is asked all the same.
          env: { CDK_VALIDATION: 'false' },
        },
      },
      {
        test: {
          name: 'e2e',
          expect: { requireAssertions: true },
          setupFiles,
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/e2e/assembly.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
