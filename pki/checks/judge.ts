import { Problem } from '../../problems/problem.ts';
import type { CaCheck, Severity } from './check.ts';
import type { SeenSet } from './seen-set.ts';
import { caChecks } from './table.ts';

/** A problem of a set, and whether it keeps the set from being written. */
export interface Finding {
  readonly problem: Problem;
  readonly severity: Severity;
}

/** Walks the table over a set: all that is wrong with it, in the table's order. */
export function judge(set: SeenSet, of: CaCheck['of']): readonly Finding[] {
  return caChecks
    .filter((check) => of === 'new' || check.of === 'any')
    .flatMap(({ code, severity, find }) =>
      find(set).map((details) => ({ problem: new Problem(code, details), severity })),
    );
}

/** Throws the first that is fatal. */
export function refuseUnfit(set: SeenSet, of: CaCheck['of']): void {
  const found = judge(set, of).find(({ severity }) => severity === 'fatal');
  if (found !== undefined) throw found.problem;
}
