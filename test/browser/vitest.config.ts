// What needs a real browser: `npm run test:browser`. Apart from the other projects, for `npm test` needs npm alone.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'browser',
    expect: { requireAssertions: true },
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
