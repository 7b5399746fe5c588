import { overridable } from '../../rotation/overridable.ts';
import type { Plan, Violation } from '../../rotation/plan.ts';
import { blocking } from '../../rotation/planner.ts';

/** Findings of one code that are told one by one. */
const told = 8;

/** Each violation with its two ways on; those overridden come first, with their reasons. None: no lines. */
export function violationLines(plan: Plan, startCommand: string): readonly string[] {
  const open = blocking(plan);
  const overridden = plan.violations.filter((violation) => !open.includes(violation));
  return [
    ...byCode(overridden).flatMap((same) => [
      `! ${title(same)}, overridden: ${same[0]?.overridden ?? ''}`,
      ...findings(same),
    ]),
    ...byCode(open).flatMap((same) => [
      `■ ${title(same)}`,
      ...findings(same),
      `  mend: ${same[0]?.mend ?? ''}`,
    ]),
    ...overrideLines(open, startCommand),
  ];
}

function byCode(violations: readonly Violation[]): readonly (readonly Violation[])[] {
  return [...Map.groupBy(violations, ({ code }) => code).values()];
}

function title(same: readonly Violation[]): string {
  const [first] = same;
  if (first === undefined) return '';
  const where = [...new Set(same.map(({ unit }) => unit))];
  const units = where.length > 3 ? `${where.length} units` : where.join(', ');
  const what = first.invariant === 0 ? 'cannot go on' : `would break invariant ${first.invariant}`;
  return `${units} ${what}   [${first.code}]`;
}

function findings(same: readonly Violation[]): readonly string[] {
  const all = same.flatMap(({ text }) => text.split('; '));
  const more = all.length - told;
  return [...all.slice(0, told).map((text) => `  ${text}`), ...(more > 0 ? [`  and ${more} more`] : [])];
}

function overrideLines(open: readonly Violation[], startCommand: string): readonly string[] {
  const codes = [...new Set(open.map(({ code }) => code))];
  const never = codes.filter((code) => !overridable.includes(code));
  if (never.length > 0) return [`  No reason is good enough to override ${never.join(', ')}.`];
  if (codes.length === 0) return [];
  const flags = codes.map((code) => `--override ${code}`).join(' ');
  return ['Or override, with a reason that is kept:', `  ${startCommand} ${flags} --reason TEXT`];
}
