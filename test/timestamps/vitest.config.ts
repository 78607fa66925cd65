// Timestamps by an authority of OpenSSL's: `npm run test:timestamps`, on a machine that has `openssl`.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'timestamps',
    expect: { requireAssertions: true },
    include: ['test/timestamps/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
