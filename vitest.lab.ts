import { defineConfig } from 'vitest/config';

/** Tests on the real components of the lab, which `npm run lab:install` brings: one after another. */
export default defineConfig({
  test: {
    include: ['test/lab/real/**/*.test.ts'],
    globalSetup: ['test/support/temporary-folder.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});
