import { invariants } from './invariants.ts';
import { meshChecks } from './mesh-checks.ts';
import type { Violation } from './plan.ts';

/** Codes of violations that a reason can override, in the order of the invariants. */
export const overridable: readonly string[] = [
  ...new Set([...invariants, ...meshChecks].flatMap((check) => (check.overridable ? [check.code] : []))),
];

/** The codes of what stands in the way, where a person may override all of it; otherwise none. */
export function overridableOf(violations: readonly Violation[]): readonly string[] {
  const codes = [...new Set(violations.map(({ code }) => code))];
  return codes.every((code) => overridable.includes(code)) ? codes : [];
}
