import { defineConfig } from 'vitest/config';
import { onServer } from './test/support/on-server.ts';

/** What `npm test` leaves to a suite of its own: it would take much of its time. */
export default defineConfig({
  test: {
    include: [...onServer],
    globalSetup: ['test/support/temporary-folder.ts', 'test/support/workflow-bundle.ts'],
    pool: 'forks',
    maxWorkers: 4,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: { TZ: 'UTC' },
  },
});
