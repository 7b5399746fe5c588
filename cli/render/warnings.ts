import type { TrustHolder } from '../../fleet/fleet.ts';
import type { ProblemCode } from '../../problems/registry.ts';
import type { ObservedMesh } from '../../rotation/observed.ts';
import { allRoots } from '../../rotation/origin.ts';
import type { Phase, Plan } from '../../rotation/plan.ts';
import type { Fingerprint } from '../../rotation/trust.ts';
import type { Wanted } from '../../rotation/wanted.ts';
import type { Names } from '../../rotation/names.ts';

interface Warned {
  readonly observed: ObservedMesh;
  readonly wanted: Wanted;
  readonly plan: Plan;
  readonly trustHolders: readonly TrustHolder[];
}

const outside = 'TRUST_HOLDERS' satisfies ProblemCode;

/** What is to be known before a start and does not forbid it, each with its code. None: no lines. */
export function warningLines(view: Warned, names: Names): readonly string[] {
  const seen = view.observed.units
    .flatMap((unit) => unit.warnings)
    .map(({ cluster, text, code }) => `! ${cluster}: ${text}   [${code}]`);
  const lines = [...seen, ...holderLines(view, names)];
  return lines.length === 0 ? [] : ['', ...lines];
}

/** Nobody here looks at them, so the plan says what must be true of them, and when. */
function holderLines({ observed, wanted, plan, trustHolders }: Warned, names: Names): readonly string[] {
  const roots = allRoots(wanted);
  const duties = dutiesOf(plan.phases, {
    wanted: roots,
    dropped: observed.units.flatMap(({ source }) => source.roots).filter((root) => !roots.includes(root)),
    names,
  });
  if (plan.kind === 'intermediate' || trustHolders.length === 0 || duties.length === 0) return [];
  return [
    `! outside the mesh, for you to answer for: they must ${duties.join(', and ')}   [${outside}]`,
    ...trustHolders.map(
      ({ name, description }) => `    ${name}${description === undefined ? '' : `: ${description}`}`,
    ),
  ];
}

function dutiesOf(
  phases: readonly Phase[],
  {
    wanted,
    dropped,
    names,
  }: { wanted: readonly Fingerprint[]; dropped: readonly Fingerprint[]; names: Names },
): readonly string[] {
  const named = (roots: readonly Fingerprint[]) => [...new Set(roots)].map(names.full).join(', ');
  const before = (...any: readonly Phase['name'][]) => phases.find(({ name }) => any.includes(name))?.name;
  const trusting = before('activate', 'replace');
  const letting = before('revoke', 'replace');
  return [
    ...(trusting === undefined ? [] : [`trust ${named(wanted)} before ${trusting}`]),
    ...(letting === undefined || dropped.length === 0
      ? []
      : [`need ${named(dropped)} no more before ${letting}`]),
  ];
}
