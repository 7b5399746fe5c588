import { nearest } from '../../fleet/nearest.ts';
import { Problem } from '../../problems/problem.ts';
import { invariants } from '../../rotation/invariants.ts';
import { meshChecks } from '../../rotation/mesh-checks.ts';
import { overridable } from '../../rotation/overridable.ts';
import type { Override } from '../../rotation/wanted.ts';

/** Throws OVERRIDE_UNKNOWN, OVERRIDE_FORBIDDEN, REASON_MISSING. */
export function overridesOf(codes: readonly string[] = [], reason = ''): readonly Override[] {
  for (const code of codes) verifyOverridable(code);
  if (codes.length > 0 && reason.trim() === '') {
    throw new Problem('REASON_MISSING', { object: `--override ${codes.join(', ')}` });
  }
  return codes.map((invariant) => ({ invariant, reason }));
}

function verifyOverridable(code: string): void {
  if (overridable.includes(code)) return;
  const known = [...invariants, ...meshChecks].find((check) => check.code === code);
  const object = `--override ${code}`;
  if (known !== undefined) throw new Problem('OVERRIDE_FORBIDDEN', { object, hint: known.mend });
  const likely = nearest(code, overridable);
  throw new Problem('OVERRIDE_UNKNOWN', {
    object,
    expected: `one of ${overridable.join(', ')}`,
    ...(likely === undefined ? {} : { hint: `did you mean --override ${likely}?` }),
  });
}
