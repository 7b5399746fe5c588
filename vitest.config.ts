import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { onServer } from './test/support/on-server.ts';

const others = ['test/world/**', 'test/lab/real/**', ...onServer];

/** Tests that leave nothing behind in a module: files that run in one process share what they import. */
const sharing = [
  'test/{activities,contract,deploy,fleet,pki,rotation,sim}/**/*.test.ts',
  'test/cli/{ca,render}/**/*.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: ['test/support/temporary-folder.ts', 'test/support/workflow-bundle.ts'],
    pool: 'forks',
    // Most tests wait for events of other processes: four files at a time keep two cores busy.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: { TZ: 'UTC' },
    projects: [
      {
        extends: true,
        test: { name: 'sharing', include: sharing, isolate: false, restoreMocks: true, unstubEnvs: true },
      },
      {
        extends: true,
        test: {
          name: 'isolated',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...others, ...sharing],
        },
      },
    ],
  },
});
