import { heldBundles } from './in-use.ts';
import { knownOf } from './known.ts';
import { groundOf, type Ground } from './mesh-view.ts';
import type { ObservedMesh, ObservedUnit } from './observed.ts';
import type { Phase, PhaseName, Plan, StageName, UnitStep, Violation } from './plan.ts';
import { planViolations } from './plan-violations.ts';
import { lacks } from './proven.ts';
import { afterSecondPlane, provenAgain, type SourceState, type Walk } from './stages.ts';
import type { Fingerprint } from './trust.ts';
import { targetOf, type UnitTarget } from './targets.ts';
import { activateWalk, distributeWalk, replaceWalk, revokeWalk, stateOf, still } from './walks.ts';
import type { PlanPolicy, ReadCa, Wanted } from './wanted.ts';

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
 *
 * @param proven the phase whose end the caller has just proven, where it plans again at a barrier: proxies and
 * istiods that cannot be read at this moment do not put that phase, nor those before it, in doubt
 */
export function plan(observed: ObservedMesh, wanted: ReadCa, policy: PlanPolicy, proven?: PhaseName): Plan {
  const ground = groundOf(observed, policy, knownOf(observed, wanted));
  const phases = phasesOf(ground, observed, wanted, proven);
  const violations = planViolations({ ground, observed, wanted, phases, proven: proven !== undefined });
  return { kind: wanted.kind, phases, violations };
}

/** The violations that forbid a start: those that nobody has overridden. */
export function blocking({ violations }: Plan): readonly Violation[] {
  return violations.filter(({ overridden }) => overridden === undefined);
}

type Stride = (traveller: Traveller) => Walk;

function phasesOf(
  ground: Ground,
  observed: ObservedMesh,
  wanted: Wanted,
  proven: PhaseName | undefined,
): readonly Phase[] {
  const strides: Record<PhaseName, Stride> = {
    // Of intermediates there is nothing to distribute: the phase proves what cannot be read, by time where need be.
    distribute: ({ unit, target, state }) =>
      wanted.kind === 'intermediate' ? still(state) : distributeWalk(ground, unit, target),
    activate: ({ unit, state, target }) => activateWalk(ground, unit, state, target),
    revoke: ({ state, target, held }) => revokeWalk(state, target, held),
    replace: ({ unit, state, target, held }) => replaceWalk(ground, unit, state, target, held),
  };
  let travellers = departures(ground, observed, wanted);
  const names = namesOf(travellers, wanted, ground, proven);
  // That all trust the new root was seen, and no phase has proven it.
  const takenUp = proven === undefined && wanted.kind === 'root' && names[0] === 'activate';
  return names.map((name) => {
    const legs = travellers.map((traveller) => {
      const walk = strides[name](traveller);
      const isFirst = takenUp && name === 'activate';
      return { traveller, walk: isFirst ? afterSecondPlane(walk, traveller.state) : walk };
    });
    travellers = legs.map(({ traveller, walk }) => ({
      ...traveller,
      state: walk.end,
      // The phase has proven that they hold just this.
      held: [walk.end.roots],
    }));
    return { name, units: legs.map(({ traveller, walk }) => stepOf(name, traveller, walk)) };
  });
}

function departures(ground: Ground, { units }: ObservedMesh, wanted: Wanted): readonly Traveller[] {
  return units.map((unit) => ({
    unit,
    target: targetOf(ground, unit, wanted),
    state: stateOf(unit),
    held: heldBundles(unit),
  }));
}

/** A phase is walked by every unit as soon as one has not been seen where it leads. */
function namesOf(
  travellers: readonly Traveller[],
  wanted: Wanted,
  { known, policy }: Ground,
  proven: PhaseName | undefined,
): readonly PhaseName[] {
  const isThere = (phase: PhaseName, ...provenBy: readonly PhaseName[]): boolean => {
    const forgiving = proven !== undefined && provenBy.includes(proven);
    return travellers.every(({ unit, target }) => isNone(lacks[phase]({ unit, target, known, forgiving })));
  };
  const activated = isThere('activate', 'activate', 'revoke', 'replace');
  if (wanted.kind === 'intermediate') {
    if (activated) return [];
    return proven === undefined && mayProve(travellers) ? ['distribute', 'activate'] : ['activate'];
  }
  const distributed = isThere('distribute', 'distribute', 'activate', 'revoke', 'replace');
  const revoked = isThere('revoke', 'revoke', 'replace');
  const first = distributed ? [] : (['distribute'] as const);
  if (policy.phases === 'two') return activated && revoked ? first : [...first, 'replace'];
  return [...first, ...(activated ? [] : (['activate'] as const)), ...(revoked ? [] : (['revoke'] as const))];
}

function isNone(findings: Iterable<string>): boolean {
  return findings[Symbol.iterator]().next().done === true;
}

/** Whether there are proxies that only time can prove, and sources that istiods can be proven to serve until then. */
function mayProve(travellers: readonly Traveller[]): boolean {
  return (
    travellers.some(({ unit }) => unit.clusters.some(({ unreadable }) => unreadable > 0)) &&
    travellers.every(({ unit }) => unit.source.signer !== undefined)
  );
}

/** The stage that stands for a phase where a unit has nothing to write. */
const provingStage = {
  distribute: 'add-roots',
  activate: 'signer',
  revoke: 'drop-roots',
  replace: 'replace-all',
} as const satisfies Record<PhaseName, StageName>;

function stepOf(name: PhaseName, { unit, state }: Traveller, { stages, end }: Walk): UnitStep {
  const expect = { roots: end.roots, signer: end.signer };
  const longestLeaf = longestLeafOf(unit);
  return {
    unit: unit.unit,
    controlPlanes: unit.controlPlanes,
    clusters: unit.clusters.map(({ cluster }) => cluster),
    from: { roots: state.roots, signer: state.signer },
    chain: state.chain,
    to: expect,
    stages: stages.length > 0 ? stages : [provenAgain(provingStage[name], expect, end.chain)],
    ...(longestLeaf === 0 ? {} : { longestLeaf }),
  };
}

/** As no two leaves live for the same number of seconds, in whole minutes, and in whole hours beyond one. */
function longestLeafOf({ clusters }: ObservedUnit): number {
  const seconds = Math.max(0, ...clusters.map(({ longestLeafTtlSeconds }) => longestLeafTtlSeconds));
  const whole = seconds > 3600 ? 3600 : 60;
  return Math.ceil(seconds / whole) * whole;
}
