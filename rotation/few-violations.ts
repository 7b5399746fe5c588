import type { Violation } from './plan.ts';

/** Up to so many violations all are kept. */
const few = 50;

/** Of more than that, so many of one code are told one by one. */
const told = 8;

/**
 * The violations of a plan as they are told and kept: of a code that many units break, the first few and one that
 * counts the others.
 */
export function fewViolations(violations: readonly Violation[]): readonly Violation[] {
  if (violations.length <= few) return violations;
  return [...Map.groupBy(violations, ({ code }) => code).values()].flatMap((same) => {
    const [next, ...others] = same.slice(told);
    if (next === undefined || others.length === 0) return same;
    return [...same.slice(0, told), { ...next, text: `${next.text}; and ${others.length} units more` }];
  });
}
