import { named, violationsOf, type WriteAbout } from './invariants.ts';
import { meshChecks } from './mesh-checks.ts';
import { MeshView, type Ground } from './mesh-view.ts';
import type { ObservedMesh, ObservedUnit } from './observed.ts';
import type { Phase, Stage, UnitStep, Violation } from './plan.ts';
import { later, project } from './projection.ts';
import { everyProof, type SourceState } from './stages.ts';
import type { ReadCa } from './wanted.ts';

interface Planned {
  readonly ground: Ground;
  readonly observed: ObservedMesh;
  readonly wanted: ReadCa;
  readonly phases: readonly Phase[];
  /** Whether what cannot be read now was proven in the phase before. */
  readonly proven: boolean;
}

/**
 * Every invariant asked before every write of a plan, each unit acting while the others of its phase have not
 * begun: the barrier promises no more than that. One violation a code and unit, the first found.
 */
export function planViolations(planned: Planned): readonly Violation[] {
  const { ground, observed, wanted, phases } = planned;
  const clusters = observed.units.flatMap((unit) =>
    [...unit.istiods, ...unit.clusters].map(({ cluster }) => cluster),
  );
  const provenUnread = planned.proven ? clusters : [];
  if (phases.length === 0) return [];
  const names = phases.map(({ name }) => name);
  const standing = observed.units.flatMap((unit) =>
    meshChecks.flatMap((check) => {
      const found = check.broken({ ground, wanted, unit, phases: names, at: observed.at });
      return found.length === 0 ? [] : [named(check, unit.unit, found, ground.policy)];
    }),
  );
  const walked: Violation[] = [];
  let mesh = observed;
  for (const phase of phases) {
    const view = new MeshView(mesh, ground.known);
    const units = new Map(mesh.units.map((unit) => [unit.unit, unit]));
    const endsAt = later(mesh.at, ground.policy.expectedSeconds);
    const about = { ...ground, view, wanted, endsAt, provenUnread };
    for (const step of phase.units) walked.push(...stepViolations(about, units.get(step.unit), step));
    mesh = afterPhase(ground, mesh, phase);
  }
  return firstOfEach([...standing, ...walked]);
}

function stepViolations(
  about: Omit<WriteAbout, 'unit' | 'write' | 'mustLoad'>,
  before: ObservedUnit | undefined,
  step: UnitStep,
): readonly Violation[] {
  const found: Violation[] = [];
  let unit = before;
  for (const stage of step.stages) {
    if (unit === undefined) break;
    const { write, proofs } = stage;
    found.push(...violationsOf({ ...about, unit, write, mustLoad: proofs.includes('loaded') }));
    unit = project(unit, written(unit, stage), stage.proofs, about.known, about.view.at);
  }
  return found;
}

function written(unit: ObservedUnit, { expect, chain, write }: Stage): SourceState {
  return { ...expect, chain, sound: unit.source.signer !== undefined || write.signer !== undefined };
}

function afterPhase({ known }: Ground, mesh: ObservedMesh, { units }: Phase): ObservedMesh {
  const steps = new Map(units.map((step) => [step.unit, step]));
  return {
    ...mesh,
    units: mesh.units.map((unit) => {
      const step = steps.get(unit.unit);
      if (step === undefined) return unit;
      const chain = step.stages.at(-1)?.chain ?? unit.source.chain;
      return project(unit, { ...step.to, chain, sound: true }, everyProof, known, mesh.at);
    }),
  };
}

function firstOfEach(violations: readonly Violation[]): readonly Violation[] {
  return [
    ...new Map(violations.toReversed().map((each) => [`${each.code} ${each.unit}`, each])).values(),
  ].reverse();
}
