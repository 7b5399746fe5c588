import type { TrustHolder } from '../../fleet/fleet.ts';
import type { ObservedMesh } from '../../rotation/observed.ts';
import { allRoots } from '../../rotation/origin.ts';
import type { Plan } from '../../rotation/plan.ts';
import { blocking } from '../../rotation/planner.ts';
import type { Wanted } from '../../rotation/wanted.ts';
import { clusters } from './fleet.ts';
import { namesOf, type Names } from '../../rotation/names.ts';
import { clusterTable, rootLines, toBeIssuedLines } from './plan-clusters.ts';
import { phaseTable } from './plan-phases.ts';
import { violationLines } from './violations.ts';
import { warningLines } from './warnings.ts';

/** All that is shown of a plan. */
export interface PlanView {
  readonly fleet: string;
  /** The rotation that is led back; undefined on the way to a new CA. */
  readonly before?: string;
  readonly trustDomain: string;
  readonly observed: ObservedMesh;
  readonly wanted: Wanted;
  readonly plan: Plan;
  /** Usual length of each phase, in seconds, in the order of the plan. */
  readonly phaseSeconds: readonly number[];
  readonly trustHolders: readonly TrustHolder[];
  /** The width of the terminal that it is shown on; undefined where there is none. */
  readonly columns: number | undefined;
  /** The command line that starts this very rotation. */
  readonly startCommand: string;
}

/** A plan as text: what is there, what would be done, what stands in the way, and what to type. */
export function renderPlan(view: PlanView): string {
  return text([...planLines(view), '', ...ending(view)]);
}

/** The same for a person who is about to say yes: without what to type. */
export function renderPlanned(view: PlanView): string {
  const violations = violationLines(view.plan, view.startCommand);
  return text([...planLines(view), '', ...violations, ...(violations.length === 0 ? [] : [''])]);
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function planLines(view: PlanView): readonly string[] {
  const { observed } = view;
  const names = planNames(view);
  const seen = observed.units.flatMap((unit) => unit.clusters);
  const proxies = seen.reduce((sum, { proxies }) => sum + proxies, 0);
  return [
    `Mesh ${observed.mesh} · ${view.trustDomain} · ${clusters(seen.length)} · ${proxies} proxies`,
    ...(view.before === undefined
      ? []
      : [`The way back, as ${kindWords[view.plan.kind]}, to what was there before ${view.before}`]),
    '',
    ...clusterTable(view, names),
    '',
    ...rootLines(observed, view.wanted, names),
    ...toBeIssuedLines(view.wanted, names),
    '',
    ...phaseLines(view, names),
    ...warningLines(view, names),
  ];
}

const kindWords = { root: 'a root rotation', intermediate: 'an intermediate rotation' } as const;

/** True where something would be written. A stage that writes nothing only proves again. */
export function hasWrites({ phases }: Plan): boolean {
  const stages = phases.flatMap(({ units }) => units.flatMap((unit) => unit.stages));
  return stages.some(({ write }) => Object.keys(write).length > 0);
}

function planNames({ observed, wanted }: PlanView): Names {
  const certificates = [...observed.units.flatMap((unit) => unit.certificates), ...wanted.certificates];
  const roots = new Set([
    ...observed.units.flatMap((unit) => [
      ...unit.source.roots,
      ...unit.clusters.flatMap(({ trust }) => trust.flatMap((count) => count.roots)),
    ]),
    ...allRoots(wanted),
  ]);
  return namesOf(
    certificates.filter(({ fingerprint }) => roots.has(fingerprint)),
    certificates,
  );
}

function phaseLines(view: PlanView, names: Names): readonly string[] {
  if (view.plan.phases.length === 0) return ['Nothing to do: every cluster holds what is wanted.'];
  const barrier = 'No cluster starts a phase before all have ended the one before.';
  return [...phaseTable(view, names), ...(view.plan.phases.length > 1 ? [barrier] : [])];
}

function ending({ plan, startCommand }: PlanView): readonly string[] {
  const violations = violationLines(plan, startCommand);
  if (blocking(plan).length > 0) return [...violations, '', 'Nothing was changed.'];
  if (plan.phases.length === 0) return ['Nothing was changed.'];
  return [...violations, 'Nothing was changed. Start it with:', `  ${startCommand}`];
}
