import { plan } from '../../../rotation/planner.ts';
import type { Plan } from '../../../rotation/plan.ts';
import type { PlanPolicy, Wanted } from '../../../rotation/wanted.ts';
import type { Dice } from './dice.ts';
import { bundleIn, bundlesInSources, bundlesInVolumes, hazards, refusals } from './hazards.ts';
import { reload, renew, startAnew, withStarted, type ModelMesh } from './mesh.ts';
import { defaultPolicy, observe } from './observe.ts';
import { syncOne, walkPhase, type BeforeWriting } from './walk.ts';

export interface Course {
  /** Actions until somebody pulls the plug; undefined lets it end. */
  readonly cutAfter?: number;
  readonly policy?: PlanPolicy;
  /** Whether the sources may hold bundles that istiods refuse, as written by hand or half mended. */
  readonly messy?: boolean;
  /** Asked right before each object is written. */
  readonly ask?: BeforeWriting;
  /** Spoils the plan, to see that the model notices. */
  readonly spoil?: (plan: Plan) => Plan;
}

const noQuestion: BeforeWriting = () => undefined;

/**
 * Plans and walks a rotation in the model, and looks for hazards after every single thing that happens. A mesh
 * that had hazards before is given the first phase to lose them, and until then no istiod starts that would bring one.
 */
export function rotate(mesh: ModelMesh, wanted: Wanted, dice: Dice, course: Course = {}): Plan {
  const made = plan(observe(mesh), wanted, course.policy ?? defaultPolicy);
  const walked = course.spoil?.(made) ?? made;
  let actions = 0;
  let armed = hazards(mesh).length === 0;
  let starts = hazards(withStarted(mesh)).length === 0;
  const standing = new Set([
    ...bundlesInVolumes(mesh),
    ...mendedBundles(mesh, walked),
    ...(course.messy === true ? bundlesInSources(mesh) : []),
  ]);
  for (const { refused } of mesh.units.flatMap(({ istiods }) => istiods)) refused.length = 0;
  for (const phase of walked.phases) {
    for (const action of walkPhase(mesh.units, phase, dice, course.ask ?? noQuestion)) {
      if (dice.chance(40)) happenstance(mesh, dice, starts);
      const found = armed ? hazards(mesh) : [];
      if (found.length > 0) throw new Error(`${found.join('; ')}, after ${action}`);
      const refused = refusals(mesh, standing);
      if (refused.length > 0) throw new Error(`refused: ${refused.join('; ')}, after ${action}`);
      if (++actions === course.cutAfter) return made;
    }
    armed = true;
    starts = true;
    const left = hazards(mesh);
    if (left.length > 0) throw new Error(`${left.join('; ')}, at the end of ${phase.name}`);
  }
  return made;
}

/** A bundle that is mended on the way to another need not be loaded, so it may be refused. */
function mendedBundles({ units }: ModelMesh, { phases }: Plan): readonly string[] {
  return phases
    .flatMap((phase) => phase.units)
    .flatMap(({ unit, stages }) =>
      stages
        .filter(({ name }) => name === 'mend-roots')
        .flatMap(({ write: { roots = [] } }) =>
          units
            .filter(({ name }) => name === unit)
            .flatMap(({ istiods }) => istiods.map(({ pod }) => bundleIn(pod, roots))),
        ),
    );
}

/**
 * What nobody ordered: a leaf is renewed, a file is synced early, a late istiod looks again, and where `starts` another
 * takes its place.
 */
export function happenstance(mesh: ModelMesh, dice: Dice, starts = true): void {
  const unit = dice.oneOf(mesh.units);
  const istiod = dice.oneOf(unit?.istiods ?? []);
  const cluster = dice.oneOf(unit?.clusters ?? []);
  if (unit === undefined || istiod === undefined || cluster === undefined) return;
  const { held } = istiod;
  const kind = dice.below(6);
  if (kind === 0) syncOne(unit, dice);
  if (kind === 1 && istiod.live) reload(istiod);
  if (kind === 5 && starts) startAnew(istiod, unit.source);
  if (held === undefined) return;
  if (kind === 2) cluster.secondPlane = held.roots;
  const proxy = dice.oneOf(cluster.proxies);
  if ((kind === 3 || kind === 4) && proxy !== undefined) renew(proxy, held);
}
