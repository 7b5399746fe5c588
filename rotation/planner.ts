import { heldBundles } from './in-use.ts';
import { knownOf, type Known } from './known.ts';
import { type ObservedMesh, type ObservedUnit } from './observed.ts';
import { type Phase, type PhaseName, type Plan, type UnitStep, type Violation } from './plan.ts';
import { planViolations } from './plan-violations.ts';
import { isActivated, isDistributed, isRevoked } from './proven.ts';
import { type SourceState, type Walk } from './stages.ts';
import { type Fingerprint } from './trust.ts';
import { targetOf, type UnitTarget } from './targets.ts';
import { activateWalk, distributeWalk, replaceWalk, revokeWalk, stateOf, type Ground } from './walks.ts';
import { type PlanPolicy, type Wanted } from './wanted.ts';

/** One write unit on its way: where it is after the phases planned so far. */
interface Traveller {
  readonly unit: ObservedUnit;
  readonly target: UnitTarget;
  readonly state: SourceState;
  /** The bundles that its istiods may hold. */
  readonly held: readonly (readonly Fingerprint[])[];
}

/**
 * The phases that lead a mesh, whatever it is found in, to the wanted CA. Pure and total: what cannot or must
 * not be done comes back as a violation, never as an error. A mesh that is there has no phases.
 */
export function plan(observed: ObservedMesh, wanted: Wanted, policy: PlanPolicy): Plan {
  const known = knownOf(observed, wanted);
  const ground = { mesh: observed, policy, known };
  const phases = phasesOf(ground, wanted);
  return { kind: wanted.kind, phases, violations: planViolations(ground, wanted, phases) };
}

/** The violations that forbid a start: those that nobody has overridden. */
export function blocking({ violations }: Plan): readonly Violation[] {
  return violations.filter(({ overridden }) => overridden === undefined);
}

type Stride = (traveller: Traveller) => Walk;

function phasesOf(ground: Ground, wanted: Wanted): readonly Phase[] {
  const strides: Record<PhaseName, Stride> = {
    distribute: ({ unit, target }) => distributeWalk(ground, unit, target),
    activate: ({ unit, state, target }) => activateWalk(ground, unit, state, target),
    revoke: ({ state, target, held }) => revokeWalk(state, target, held),
    replace: ({ unit, state, target, held }) => replaceWalk(ground, unit, state, target, held),
  };
  let travellers = departures(ground, wanted, ground.known);
  return namesOf(travellers, wanted, ground.policy).map((name) => {
    const legs = travellers.map((traveller) => ({ traveller, walk: strides[name](traveller) }));
    travellers = legs.map(({ traveller, walk }) => ({
      ...traveller,
      state: walk.end,
      // The phase has proven that they hold just this.
      held: [walk.end.roots],
    }));
    return { name, units: legs.map(({ traveller, walk }) => stepOf(traveller, walk)) };
  });
}

function departures({ mesh, policy }: Ground, wanted: Wanted, known: Known): readonly Traveller[] {
  return mesh.units.map((unit) => ({
    unit,
    target: targetOf(mesh, unit, wanted, policy, known),
    state: stateOf(unit),
    held: heldBundles(unit),
  }));
}

/** A phase is walked by every unit as soon as one has not been seen where it leads. */
function namesOf(travellers: readonly Traveller[], wanted: Wanted, policy: PlanPolicy): readonly PhaseName[] {
  const activated = travellers.every(({ unit, target }) => isActivated(unit, target.signer));
  if (wanted.kind === 'intermediate') return activated ? [] : ['activate'];
  const distributed = travellers.every(({ unit, target }) => isDistributed(unit, target));
  const revoked = travellers.every(({ unit, target }) => isRevoked(unit, target.roots));
  const first = distributed ? [] : (['distribute'] as const);
  if (policy.phases === 'two') return activated && revoked ? first : [...first, 'replace'];
  return [...first, ...(activated ? [] : (['activate'] as const)), ...(revoked ? [] : (['revoke'] as const))];
}

function stepOf({ unit, state }: Traveller, { stages, end }: Walk): UnitStep {
  return {
    unit: unit.unit,
    controlPlanes: unit.controlPlanes,
    clusters: unit.clusters.map(({ cluster }) => cluster),
    from: { roots: state.roots, signer: state.signer },
    to: { roots: end.roots, signer: end.signer },
    stages,
  };
}
