import { violationsOf } from './invariants.ts';
import { changes } from './invariants-source.ts';
import { knownOf, withRootByName } from './known.ts';
import { MeshView } from './mesh-view.ts';
import type { ObservedUnit } from './observed.ts';
import { withoutLeases } from './own-lease.ts';
import type { Stage, Violation } from './plan.ts';
import type { PlanPolicy, Wanted } from './wanted.ts';

/** One unit right before a stage of its step is written to its CA source. */
export interface BeforeWrite {
  /** Observed just now, and no other unit. */
  readonly unit: ObservedUnit;
  readonly stage: Stage;
  /** Where the rotation is to end; of its signers only the unit's own is looked at. */
  readonly wanted: Wanted;
  readonly policy: PlanPolicy;
  /** The rotations whose leases are the writer's own. */
  readonly leases: readonly string[];
  /** When the unit was observed, ISO 8601. */
  readonly at: string;
}

/**
 * What stands against a stage's write now, by the invariants and by what the unit itself shows: a plan may be
 * days old. Nothing where the source holds it already, as after a write that was repeated; one that was cut off
 * half-way is asked about like a new one. Violations that the policy overrides are left out, and so is what cannot
 * be read at this moment: the plan or the phase before has proven it, and a pod that has just started is no news.
 */
export function standingAgainst(before: BeforeWrite): readonly Violation[] {
  const { stage, wanted, policy, at, leases } = before;
  const { write, proofs } = stage;
  const unit = withoutLeases(before.unit, leases);
  if (!changes({ unit, write })) return [];
  const mesh = { mesh: '', at, units: [unit] };
  const known = withRootByName(knownOf(mesh, wanted), write.signer);
  return violationsOf({
    ...{ unit, write, wanted, policy, known },
    view: new MeshView(mesh, known),
    mustLoad: proofs.includes('loaded'),
    endsAt: at,
    leavesOld: true,
    provenUnread: [...unit.istiods, ...unit.clusters].map(({ cluster }) => cluster),
  }).filter(({ overridden }) => overridden === undefined);
}
