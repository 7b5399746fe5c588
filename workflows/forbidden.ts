import { Problem } from '../problems/problem.ts';
import { overridableOf } from '../rotation/overridable.ts';
import type { Violation } from '../rotation/plan.ts';

/** So many violations are named. */
const mostNamed = 5;

/** Why a plan must not be carried out; undefined where nothing is in its way. */
export function forbidden(mesh: string, violations: readonly Violation[]): Problem | undefined {
  const [first] = violations;
  if (first === undefined) return undefined;
  const named = violations.slice(0, mostNamed).map(({ code, unit, text }) => `${code} ${unit}: ${text}`);
  return new Problem('INVARIANT_VIOLATED', {
    ...{ object: mesh, found: named.join('; '), hint: first.mend },
    overridable: overridableOf(violations),
  });
}
