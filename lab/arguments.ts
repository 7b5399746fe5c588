import { parseArgs } from 'node:util';
import { Problem } from '../problems/problem.ts';

const usage = 'npm run lab -- --clusters 2';

/** Two unless told. Throws USAGE. */
export function clustersAskedFor(words: readonly string[]): number {
  const count = Number(textOf(words));
  if (Number.isInteger(count) && count > 0) return count;
  throw new Problem('USAGE', {
    object: '--clusters',
    expected: 'a whole number from 1',
    found: textOf(words),
    hint: usage,
  });
}

function textOf(words: readonly string[]): string {
  try {
    const options = { clusters: { type: 'string', default: '2' } } as const;
    return parseArgs({ args: [...words], options }).values.clusters;
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new Problem('USAGE', { object: 'lab', found, hint: usage }, { cause: error });
  }
}
