import type { ProblemCode } from '../../problems/registry.ts';
import type { ObservedMesh, UnfinishedWalk } from '../../rotation/observed.ts';
import type { Plan } from '../../rotation/plan.ts';

interface Looked {
  readonly fleet: string;
  /** The rotation that is led back. */
  readonly before?: string;
  readonly observed: ObservedMesh;
  readonly plan: Plan;
}

const code = 'ROTATION_UNFINISHED' satisfies ProblemCode;

/** Rotations that are between their writes here, or ended there, by the last that each wrote, and in which clusters. */
export function unfinishedLines(
  { fleet, before, observed, plan }: Looked,
  some: (clusters: readonly string[]) => string,
): readonly string[] {
  if (plan.phases.length === 0) return [];
  const found = observed.units.flatMap(({ source, controlPlanes }) => {
    const { unfinished, heldBy } = source;
    // One that is led back is known, and one that holds the lease is a violation.
    if (unfinished === undefined || [before, heldBy].includes(unfinished.rotationId)) return [];
    return [{ unfinished, controlPlanes }];
  });
  const byRotation = Map.groupBy(found, ({ unfinished }) => unfinished.rotationId);
  return [...byRotation.values()].flatMap((all) => {
    const [last] = all.map(({ unfinished }) => unfinished).sort((a, b) => b.at.localeCompare(a.at));
    if (last === undefined) return [];
    const clusters = some(all.flatMap(({ controlPlanes }) => controlPlanes));
    return [`! ${clusters}: ${textOf(last, `${fleet}/${observed.mesh}`)}   [${code}]`];
  });
}

function textOf({ rotationId, mesh, step, at }: UnfinishedWalk, own: string): string {
  const whose = mesh === undefined || mesh === own ? '' : ` of ${mesh}`;
  const wrote = `rotation ${rotationId}${whose} wrote ${step} at ${at}, and may have more to write`;
  return mesh === own
    ? `${wrote}: this one takes up what it left, and is not to be started while it runs`
    : `${wrote}: see whether it runs, and abort one of the two; what it left is taken up`;
}
