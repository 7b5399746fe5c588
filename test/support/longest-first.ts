import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { longestFiles } from './longest-files.ts';

/** The order of vitest, by the durations that it has recorded; where it lacks some, after the files known to be long. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const recorded = files.every((file) => this.ctx.cache.getTestSpecificationResult(file) !== undefined);
    if (recorded) return sorted;
    const place = ({ moduleId }: TestSpecification): number => {
      const known = longestFiles.indexOf(relative(this.ctx.config.root, moduleId));
      return known === -1 ? longestFiles.length : known;
    };
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}
