import { defineConfig } from 'vitest/config';

/** Whole rotations among processes that are killed, cut off and wiped: `npm test` leaves them to commands of their own. */
export default defineConfig({
  test: {
    include: ['test/world/**/*.test.ts'],
    globalSetup: ['test/support/temporary-folder.ts', 'test/support/workflow-bundle.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
