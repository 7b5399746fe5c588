import type { TrustHolder } from '../../fleet/fleet.ts';
import type { ProblemCode } from '../../problems/registry.ts';
import type { ObservedMesh } from '../../rotation/observed.ts';
import { allRoots } from '../../rotation/origin.ts';
import { pinnedIn } from '../../rotation/pinned.ts';
import type { Phase, Plan } from '../../rotation/plan.ts';
import type { Fingerprint } from '../../rotation/trust.ts';
import type { Wanted } from '../../rotation/wanted.ts';
import type { Names } from '../../rotation/names.ts';
import { unfinishedLines } from './unfinished.ts';

interface Warned {
  readonly fleet: string;
  readonly before?: string;
  readonly observed: ObservedMesh;
  readonly wanted: Wanted;
  readonly plan: Plan;
  readonly trustHolders: readonly TrustHolder[];
}

const outside = 'TRUST_HOLDERS' satisfies ProblemCode;
const pinned = 'ROOT_PINNED' satisfies ProblemCode;

/** Clusters that a line names. */
const mostNamed = 5;

/** What is to be known before a start and does not forbid it, each with its code. None: no lines. */
export function warningLines(view: Warned, names: Names): readonly string[] {
  const seen = view.observed.units
    .flatMap((unit) => unit.warnings)
    .map(({ cluster, text, code }) => `! ${cluster}: ${text}   [${code}]`);
  const unfinished = unfinishedLines(view, some);
  const lines = [...seen, ...unfinished, ...pinLines(view, names), ...holderLines(view, names)];
  return lines.length === 0 ? [] : ['', ...lines];
}

/** Its CA hands such a root out no more, and proxies trust it all the same. */
function pinLines({ observed, wanted, plan }: Warned, names: Names): readonly string[] {
  if (plan.kind === 'intermediate' || plan.phases.length === 0) return [];
  const pins = pinnedIn(observed);
  return [...new Set(droppedOf(observed, wanted))].flatMap((root) => {
    const clusters = pins.get(root);
    const text = `caCertificates of the mesh configuration pin ${names.full(root)}, which proxies go on trusting`;
    return clusters === undefined ? [] : [`! ${some(clusters)}: ${text}   [${pinned}]`];
  });
}

function droppedOf({ units }: ObservedMesh, wanted: Wanted): readonly Fingerprint[] {
  const roots = allRoots(wanted);
  return units.flatMap(({ source }) => source.roots).filter((root) => !roots.includes(root));
}

function some(clusters: readonly string[]): string {
  const more = clusters.length - mostNamed;
  return `${clusters.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Nobody here looks at them, so the plan says what must be true of them, and when. */
function holderLines({ observed, wanted, plan, trustHolders }: Warned, names: Names): readonly string[] {
  const duties = dutiesOf(plan.phases, {
    wanted: allRoots(wanted),
    dropped: droppedOf(observed, wanted),
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
