import type { MeshRef } from '../activities/contract.ts';
import type { Mesh } from '../fleet/fleet.ts';
import { Problem } from '../problems/problem.ts';
import type { ObservedMesh } from '../rotation/observed.ts';
import type { Plan } from '../rotation/plan.ts';
import { plan } from '../rotation/planner.ts';
import type { MeshShape } from '../rotation/shape.ts';
import { sideBySide } from '../rotation/side-by-side.ts';
import { asHeld, leftStaged } from '../rotation/staged-by.ts';
import { survey } from '../rotation/survey.ts';
import type { CaRef, Override, PlanPolicy, ReadCa, Wanted } from '../rotation/wanted.ts';
import type { Observer } from './context.ts';
import { estimatePhase, longestOf } from './estimate.ts';

/** Units looked at side by side. */
const width = 8;

export interface PlanRequest {
  readonly fleet: string;
  readonly mesh: Mesh;
  readonly ca: CaRef;
  readonly phases: PlanPolicy['phases'];
  /** `beforeKey` where left out, as it should be. */
  readonly chain?: PlanPolicy['chain'];
  readonly overrides: readonly Override[];
  readonly at: Date;
}

/** A plan, and all that it was made of. */
export interface Planned {
  readonly shape: MeshShape;
  readonly observed: ObservedMesh;
  readonly wanted: Wanted;
  readonly policy: PlanPolicy;
  readonly plan: Plan;
  /** Usual length of each phase in seconds. */
  readonly phaseSeconds: readonly number[];
}

/** Looks at every cluster of a mesh and plans. Writes nothing. Throws what the looks throw. */
export async function planMesh(observer: Observer, request: PlanRequest): Promise<Planned> {
  const { fleet, ca, at } = request;
  const ref = { fleet, mesh: request.mesh.name };
  const shape = await surveyMesh(observer, ref);
  const named = shape.units.map(({ unit, controlPlanes }) => ({ unit, controlPlanes }));
  // In one call, so that everything that is wrong with the folder is told at once.
  const { had = {}, stagedBy = {}, ...wanted } = await observer.inspectCa({ ...ref, ca, units: named });
  const seen = await sideBySide(named, width, (unit) => observer.observeUnit({ ...ref, ...unit }));
  const units = seen.map((unit) => asHeld(unit, { stagedBy }));
  const observed = { mesh: ref.mesh, at: at.toISOString(), units };
  const made = planned(shape, observed, { ...wanted, had }, request);
  const left = leftStaged(units, { ...wanted, stagedBy }, made.plan);
  if (left !== undefined) throw new Problem('STAGED_SETS_LEFT', left);
  return { shape, observed, wanted, ...made };
}

async function surveyMesh(observer: Observer, ref: MeshRef): Promise<MeshShape> {
  const { shape, splits } = await survey(ref, {
    listClusters: (after) => observer.listClusters({ ...ref, ...(after === undefined ? {} : { after }) }),
    findSources: (clusters) => observer.findSources({ ...ref, clusters }),
  });
  const [split] = splits;
  if (split === undefined) return shape;
  const { code, object, found } = split;
  throw new Problem(code, { object, found });
}

function planned(
  shape: MeshShape,
  observed: ObservedMesh,
  wanted: ReadCa,
  { phases, chain = 'beforeKey', overrides }: PlanRequest,
): Pick<Planned, 'policy' | 'plan' | 'phaseSeconds'> {
  const hasty: PlanPolicy = {
    phases,
    chain,
    waveWidth: shape.waveWidth,
    expectedSeconds: 0,
    compromised: shape.compromised ?? [],
    ...(shape.certificateHolders === undefined ? {} : { certificateHolders: shape.certificateHolders }),
    overrides,
  };
  const ground = { shape, observed };
  // How long it takes follows from the phases, and whether it may take that long is asked of the plan.
  const policy = { ...hasty, expectedSeconds: longestOf(plan(observed, wanted, hasty), ground) };
  const made = plan(observed, wanted, policy);
  return { policy, plan: made, phaseSeconds: made.phases.map((phase) => estimatePhase(phase, ground).usual) };
}
