import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/** Tests on the real components of the lab, which `npm run lab:install` brings. */
export default defineConfig({
  test: {
    include: ['test/lab/real/**/*.test.ts'],
    globalSetup: ['test/support/temporary-folder.ts'],
    pool: 'forks',
    // The rotations, one after another in a file, take as long as all that wait beside them.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});
