import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/world/**', 'test/lab/real/**', 'node_modules/**', 'dist/**'],
    globalSetup: ['test/support/temporary-folder.ts', 'test/support/workflow-bundle.ts'],
    pool: 'forks',
    // Most tests wait for events of other processes: four files at a time keep two cores busy.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
