import type { Hold, UnitInput, UnitReport } from '../rotation/messages.ts';
import type { ClusterStep, RotationState } from '../rotation/progress.ts';
import { safetyOf, safetyWords, signOf } from '../rotation/safety.ts';
import { clusterStopWords } from '../rotation/told.ts';
import { rolledBackBy } from '../rotation/wanted.ts';
import { clipped, within } from './details-bounds.ts';
import { instant } from './instant.ts';
import { day, stopLines } from './told-lines.ts';

/** Of a unit that serves many clusters so many are told of, those that are stopped before all others. */
const shownClusters = 10;
const shownEvidence = 6;
/** So many stops are told whole. */
const toldStops = 3;

/** What is told of a unit besides its report. */
interface Told extends Pick<UnitInput, 'fleet' | 'mesh' | 'ca' | 'phase' | 'reliance'> {
  /** In force now, not when it was started. */
  readonly hold?: Hold | undefined;
}

/** As far as a stopped unit knows the state of its rotation. */
const stoppedIn = { pause: 'paused', leave: 'aborting', none: 'stopped' } as const satisfies Record<
  Hold | 'none',
  RotationState
>;

/** One unit's step as markdown bullets, for the Temporal UI, which runs bullets within bullets together. */
export function unitDetails(report: UnitReport, input: Told, at: string): string {
  const { clusters } = report;
  const stopped = clusters.filter((step) => step.stopped !== undefined);
  const others = clusters.filter((step) => step.stopped === undefined);
  const shown = [...stopped, ...others].slice(0, shownClusters);
  const more = clusters.length - shown.length;
  return within([
    ...safety(clusters, input, at),
    ...stopped.slice(0, toldStops).flatMap((step) => stop(step, input)),
    ...shown.flatMap(clusterLines),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ]);
}

function stop(
  { cluster, stopped, doubts = [] }: ClusterStep,
  { fleet, mesh, ca, phase, reliance, hold }: Told,
): readonly string[] {
  if (stopped === undefined) return [];
  const rollsBack = rolledBackBy(ca);
  const led = {
    ...{ fleet, mesh, state: stoppedIn[hold ?? 'none'], overridden: reliance?.overridden ?? [] },
    ...(rollsBack === undefined ? {} : { rollsBack }),
  };
  const told = clusterStopWords({ cluster, phase, stopped, doubts }, { kind: ca.kind, reliance, led });
  return stopLines(told, ', on the page of the rotation');
}

function safety(clusters: readonly ClusterStep[], { reliance }: Told, at: string): readonly string[] {
  const signs = clusters.flatMap(({ cluster, stopped, doubts = [] }) => [
    ...(stopped === undefined ? [] : [{ ...signOf(stopped), cluster }]),
    ...doubts.map((code) => ({ cluster, code })),
  ]);
  if (signs.length === 0 || reliance === undefined) return [];
  return [`- ${safetyWords(safetyOf(reliance, signs, at), reliance, day)}`];
}

function clusterLines(step: ClusterStep): readonly string[] {
  const { cluster, evidence } = step;
  return [
    clipped(`- **${cluster}** ${stateWords(step)}`),
    ...evidence.slice(-shownEvidence).map((line) => clipped(`- ${cluster}: ${line}`)),
  ];
}

function stateWords({ state, doing, done, total, awaiting, since }: ClusterStep): string {
  return [
    state,
    ...(doing === undefined ? [] : [doing]),
    ...(total > 0 ? [`${done}/${total} proxies`] : []),
    ...(awaiting === undefined ? [] : [`waits for ${awaiting.what}`]),
    ...(awaiting?.until === undefined ? [] : [`until ${instant(awaiting.until, since)}`]),
  ].join(', ');
}
