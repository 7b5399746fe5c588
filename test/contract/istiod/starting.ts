import { afterEach } from 'vitest';
import type { Files } from '../../../sim/controllers/file-set.ts';
import type { IstiodRun, IstiodWorld, RunOptions } from './world.ts';

export interface Starting {
  readonly run: (files: Files, options?: RunOptions) => IstiodRun;
  /** The same, once it is ready. */
  readonly started: (files: Files, options?: RunOptions) => Promise<IstiodRun>;
}

/** Starts istiods for the tests of the suite that this is called in; each test's are stopped after it. */
export function starting(open: () => IstiodWorld): Starting {
  const running: IstiodRun[] = [];
  afterEach(async () => {
    for (const run of running.splice(0)) await run.stop();
  });
  const run: Starting['run'] = (files, options) => {
    const one = open().run(files, options);
    running.push(one);
    return one;
  };
  return {
    run,
    started: async (files, options) => {
      const one = run(files, options);
      await one.ready;
      return one;
    },
  };
}
