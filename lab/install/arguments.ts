import { Problem } from '../../problems/problem.ts';

export const installUsage = 'npm run lab:install';

/** Throws USAGE where there are any: it installs all that is missing. */
export function demandNoArguments(words: readonly string[]): void {
  if (words.length === 0) return;
  throw new Problem('USAGE', {
    object: 'lab:install',
    expected: 'no arguments',
    found: words.join(' '),
    hint: installUsage,
  });
}
