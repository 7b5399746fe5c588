import type { ObservedMesh, ObservedUnit } from '../../rotation/observed.ts';
import type { PhaseName, Plan, StageName, Violation } from '../../rotation/plan.ts';
import { plan } from '../../rotation/planner.ts';
import type { PlanPolicy, ReadCa, Wanted } from '../../rotation/wanted.ts';
import { meshOf } from './model/arbitrary.ts';
import { defaultPolicy, observe, wantedRoots } from './model/observe.ts';

/** What is different in one unit. */
export type Change = (unit: ObservedUnit) => Partial<ObservedUnit>;

/** A mesh of two units at S0, or as `changes` make them, by unit. */
export function meshWith(changes: Readonly<Record<string, Change>> = {}, version = '1.30.3'): ObservedMesh {
  const mesh = observe(modelOf(version));
  return {
    ...mesh,
    units: mesh.units.map((unit) => ({ ...unit, ...changes[unit.unit]?.(unit) })),
  };
}

export function toB(): Wanted {
  return wantedRoots(modelOf('1.30.3'), ['B']);
}

function modelOf(version: string): ReturnType<typeof meshOf> {
  const unit = { istiods: [{ version, live: true }], clusters: [{ proxies: 2 }] };
  return meshOf({ units: [unit, unit], bundle: ['A'] });
}

/** Change of one unit to what it is when all of it holds these roots and this signer. */
export function settledAt(roots: readonly string[], signer: string): Change {
  return (unit) => {
    const fingerprint = signer + unit.unit.slice(1);
    const root = signer.toUpperCase();
    return {
      source: {
        ...unit.source,
        ...{ roots, chain: [fingerprint], certificate: fingerprint },
        signer: { fingerprint, root, chain: [fingerprint] },
      },
      istiods: unit.istiods.map((istiod) => ({ ...istiod, serves: { roots, signer: fingerprint } })),
      clusters: unit.clusters.map((cluster) => ({
        ...cluster,
        trust: [{ roots, count: 2 }],
        secondPlane: [{ roots, count: 1 }],
        leaves: [{ signer: fingerprint, root, count: 2, latestNotAfter: '2026-12-02T00:00:00.000Z' }],
      })),
    };
  };
}

/** Change of the source only: what somebody wrote and no istiod has loaded. */
export function source(change: Partial<ObservedUnit['source']>): Change {
  return (unit) => ({ source: { ...unit.source, ...change } });
}

/** No istiod of the unit answers a probe. */
export function silent({ istiods }: ObservedUnit): Partial<ObservedUnit> {
  return { istiods: istiods.map((istiod) => ({ ...istiod, serves: undefined })) };
}

/** One change after the other. */
export function both(first: Change, second: Change): Change {
  return (unit) => {
    const between = { ...unit, ...first(unit) };
    return { ...between, ...second(between) };
  };
}

export function planned(mesh: ObservedMesh, policy: Partial<PlanPolicy> = {}, wanted: ReadCa = toB()): Plan {
  return plan(mesh, wanted, { ...defaultPolicy, ...policy });
}

/** `distribute u1: add-roots`, one line a unit and phase; a unit that writes nothing has none. */
export function outline({ phases }: Plan): readonly string[] {
  return phases.flatMap(({ name, units }) =>
    units.map(({ unit, stages }) => {
      const writing = stages.filter(({ write }) => Object.keys(write).length > 0);
      return `${name} ${unit}: ${writing.map((stage) => stage.name).join(', ') || 'nothing'}`;
    }),
  );
}

export function stageOf({ phases }: Plan, phase: PhaseName, unit: string, stage: StageName) {
  return phases
    .find(({ name }) => name === phase)
    ?.units.find((step) => step.unit === unit)
    ?.stages.find(({ name }) => name === stage);
}

export function codes({ violations }: Plan): readonly string[] {
  return violations.map(({ code, unit }) => `${code} ${unit}`);
}

export function violation({ violations }: Plan, code: string): Violation | undefined {
  return violations.find((each) => each.code === code);
}
