import { invariants } from '../../rotation/invariants.ts';
import { meshChecks } from '../../rotation/mesh-checks.ts';
import { type Plan, type Violation } from '../../rotation/plan.ts';
import { blocking } from '../../rotation/planner.ts';

/** Each violation with its two ways on; those overridden come first, with their reasons. None: no lines. */
export function violationLines(plan: Plan, startCommand: string): readonly string[] {
  const open = blocking(plan);
  const overridden = plan.violations.filter((violation) => !open.includes(violation));
  return [
    ...overridden.map(
      ({ unit, text, code, overridden: reason }) =>
        `! ${unit}: ${text}   [${code}, overridden: ${reason ?? ''}]`,
    ),
    ...open.flatMap(({ unit, text, code, mend, invariant }) => [
      `■ ${unit}: ${text}   [${code}]`,
      ...(invariant === 0 ? [] : [`  It breaks invariant ${invariant}.`]),
      `  mend: ${mend}`,
    ]),
    ...overrideLines(open, startCommand),
  ];
}

function overrideLines(open: readonly Violation[], startCommand: string): readonly string[] {
  const codes = [...new Set(open.map(({ code }) => code))];
  const never = codes.filter((code) => !overridable(code));
  if (never.length > 0) return [`  No reason is good enough to override ${never.join(', ')}.`];
  if (codes.length === 0) return [];
  const flags = codes.map((code) => `--override ${code}`).join(' ');
  return ['  or override, with a reason that is kept:', `  ${startCommand} ${flags} --reason TEXT`];
}

function overridable(code: string): boolean {
  return [...invariants, ...meshChecks].some((check) => check.code === code && check.overridable);
}
