import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Problem } from '../../problems/problem.ts';
import { cachedPaths } from './cache.ts';
import type { Outcome, Source } from './source.ts';

/** An executable that the environment names. One that cannot be used is a problem, not a reason to take another. */
export const namedByVariable: Source = {
  name: 'environment variable',
  downloads: false,
  async look({ program, environment }): Promise<Outcome> {
    const path = environment[program.variable];
    if (path === undefined || path === '') return { reason: `${program.variable} is not set` };
    if (!(await isExecutable(path))) {
      throw new Problem('TEMPORAL_BINARY_UNUSABLE', {
        object: program.variable,
        expected: 'the path of an executable file',
        found: path,
        hint: `set ${program.variable} to the path of ${program.name}, or unset it to have one found`,
      });
    }
    return { found: { path }, reason: `${program.variable} names it` };
  },
};

export const onPath: Source = {
  name: 'PATH',
  downloads: false,
  async look({ program, environment }): Promise<Outcome> {
    for (const folder of (environment['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '')) {
      const path = join(folder, program.name);
      if (await isExecutable(path)) return { found: { path }, reason: `${program.name} is on PATH` };
    }
    return { reason: `no ${program.name} on PATH` };
  },
};

/** What an earlier run downloaded. */
export const inCache: Source = {
  name: 'cache',
  downloads: false,
  async look(search): Promise<Outcome> {
    for (const path of cachedPaths(search)) {
      if (await isExecutable(path)) return { found: { path }, reason: 'an earlier run downloaded it' };
    }
    return { reason: `nothing was downloaded to ${search.cacheFolder} before` };
  },
};

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // Absent or not permitted: either way this is not the one to take, and the search goes on.
    return false;
  }
}
