import { named, violationsOf } from './invariants.ts';
import { meshChecks } from './mesh-checks.ts';
import { type ObservedMesh, type ObservedUnit } from './observed.ts';
import { type Phase, type Stage, type UnitStep, type Violation } from './plan.ts';
import { later, project } from './projection.ts';
import { everyProof, type SourceState } from './stages.ts';
import { type Ground } from './walks.ts';
import { type Wanted } from './wanted.ts';

/**
 * Every invariant asked before every write of a plan, each unit acting while the others of its phase have not
 * begun: the barrier promises no more than that. One violation a code and unit, the first found.
 */
export function planViolations(
  ground: Ground,
  wanted: Wanted,
  phases: readonly Phase[],
  proven: boolean,
): readonly Violation[] {
  if (phases.length === 0) return [];
  const names = phases.map(({ name }) => name);
  const standing = ground.mesh.units.flatMap((unit) =>
    meshChecks.flatMap((check) => {
      const found = check.broken({ ground, wanted, unit, phases: names });
      return found.length === 0 ? [] : [named(check, unit.unit, found, ground.policy)];
    }),
  );
  const walked: Violation[] = [];
  let mesh = ground.mesh;
  for (const phase of phases) {
    const before = mesh;
    walked.push(
      ...phase.units.flatMap((step) => stepViolations({ ...ground, mesh: before }, wanted, step, proven)),
    );
    mesh = afterPhase(ground, before, phase);
  }
  return firstOfEach([...standing, ...walked]);
}

function stepViolations(
  ground: Ground,
  wanted: Wanted,
  step: UnitStep,
  proven: boolean,
): readonly Violation[] {
  const { mesh, policy, known } = ground;
  const provenUnread = proven
    ? mesh.units.flatMap(({ clusters }) => clusters.map(({ cluster }) => cluster))
    : [];
  const endsAt = later(mesh.at, policy.expectedSeconds);
  const found: Violation[] = [];
  let unit = mesh.units.find((each) => each.unit === step.unit);
  for (const stage of step.stages) {
    if (unit === undefined) break;
    const now = withUnit(mesh, unit);
    const { write } = stage;
    found.push(...violationsOf({ mesh: now, unit, write, wanted, policy, known, endsAt, provenUnread }));
    unit = project(unit, written(unit, stage), stage.proofs, known, mesh.at);
  }
  return found;
}

function written(unit: ObservedUnit, { expect, chain, write }: Stage): SourceState {
  return { ...expect, chain, sound: unit.source.signer !== undefined || write.signer !== undefined };
}

function afterPhase({ known }: Ground, mesh: ObservedMesh, { units }: Phase): ObservedMesh {
  return {
    ...mesh,
    units: mesh.units.map((unit) => {
      const step = units.find((each) => each.unit === unit.unit);
      if (step === undefined) return unit;
      const chain = step.stages.at(-1)?.chain ?? unit.source.chain;
      return project(unit, { ...step.to, chain, sound: true }, everyProof, known, mesh.at);
    }),
  };
}

function withUnit(mesh: ObservedMesh, unit: ObservedUnit): ObservedMesh {
  return { ...mesh, units: mesh.units.map((each) => (each.unit === unit.unit ? unit : each)) };
}

function firstOfEach(violations: readonly Violation[]): readonly Violation[] {
  return [
    ...new Map(violations.toReversed().map((each) => [`${each.code} ${each.unit}`, each])).values(),
  ].reverse();
}
