import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { onServer } from './test/support/on-server.ts';

const others = [...configDefaults.exclude, 'test/world/**', 'test/lab/real/**', ...onServer];

/** What a process can be told once only, such as where the Temporal SDK logs to, is told in one of the test's own. */
const alone = ['test/worker/run.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/support/temporary-folder.ts', 'test/support/workflow-bundle.ts'],
    pool: 'forks',
    // Most tests wait for events of other processes: four files at a time keep two cores busy.
    maxWorkers: 4,
    restoreMocks: true,
    unstubEnvs: true,
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: { TZ: 'UTC' },
    projects: [
      {
        extends: true,
        // Files that run in one process share what they import.
        test: {
          name: 'sharing',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [...others, ...alone],
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});
