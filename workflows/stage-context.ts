import type {
  ClusterStageRef,
  Expected,
  LoadEvidence,
  StageRef,
  WriteEvidence,
} from '../activities/contract.ts';
import type { UnitInput } from '../rotation/messages.ts';
import type { Stage } from '../rotation/plan.ts';
import type { ClusterShape } from '../rotation/shape.ts';
import type { StageLoad } from './stage-load.ts';
import type { Relay } from './relay.ts';
import type { Standstill } from './standstill.ts';
import type { UnitRun } from './unit-run.ts';

/** Of many names, so many are told. */
const mostListed = 2;

/** All that a proof of one stage is made with. */
export interface StageContext {
  readonly input: UnitInput;
  readonly stage: Stage;
  readonly run: UnitRun;
  readonly written: WriteEvidence;
  readonly relay: Relay;
  /** By cluster. */
  readonly standstills: Map<string, Standstill>;
  /** How often a cluster began the stage anew, after a stop. */
  readonly repeats: ReadonlyMap<string, number>;
  /** Since when the stage is loaded, by cluster; noted by `loaded`. */
  readonly loads: ReadonlyMap<string, StageLoad>;
  readonly loaded: (evidence: LoadEvidence) => void;
}

export function stageRef(input: UnitInput, stage: Stage): StageRef {
  const { fleet, mesh, rotationId, phase, step } = input;
  const { unit, controlPlanes } = step;
  return { fleet, mesh, rotationId, phase, unit, controlPlanes, stage: stage.name };
}

export function clusterRef({ input, stage }: StageContext, cluster: string): ClusterStageRef {
  return { ...stageRef(input, stage), cluster };
}

/** The same with all that a cluster's proxies are judged by. */
export function judgedBy(context: StageContext, cluster: string): ClusterStageRef & Expected {
  const { stage, repeats, loads, input } = context;
  const load = loads.get(cluster);
  const { clockSkew } = input.limits;
  return {
    ...clusterRef(context, cluster),
    expect: stage.expect,
    repeat: repeats.get(cluster) ?? 0,
    ...(load && { loaded: { since: load.since, longestLeaf: load.longestLeaf, clockSkew } }),
  };
}

/** How the fleet file describes a cluster; one that it lacks has no rule of its own. */
export function shapeOf({ shape }: UnitInput, cluster: string): ClusterShape {
  const found = shape.clusters.find((candidate) => candidate.cluster === cluster);
  return found ?? { cluster, workloads: { mode: 'renew' }, reach: undefined };
}

export function now(): string {
  return new Date().toISOString();
}

export function secondsFromNow(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

/** `90` → `1m30s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'm'],
    [whole % 60, 's'],
  ] as const;
  const text = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join('');
  return text === '' ? '0s' : text;
}

/** `payments/ledger, payments/cart and 3 more`; @param count how many there are, of which `names` may be the first */
export function listed(names: readonly string[], count: number): string {
  const named = names.slice(0, mostListed);
  const more = count - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
