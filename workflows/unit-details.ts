import type { UnitInput, UnitReport } from '../rotation/messages.ts';
import type { ClusterStep } from '../rotation/progress.ts';
import { safetyOf } from '../rotation/safety.ts';
import { clipped, within } from './details-bounds.ts';
import { instant } from './instant.ts';
import { safetyLine, stopLines } from './stop-lines.ts';

/** Of a unit that serves many clusters so many are told of, those that are stopped before all others. */
const shownClusters = 10;
const shownEvidence = 6;
/** So many stops are told whole. */
const toldStops = 3;

/** What is told of a unit besides its report. */
type Told = Pick<UnitInput, 'ca' | 'phase' | 'reliance'>;

/** One unit's step as markdown bullets, for the Temporal UI, which runs bullets within bullets together. */
export function unitDetails(report: UnitReport, input: Told, at: string): string {
  const { clusters } = report;
  const stopped = clusters.filter((step) => step.stopped !== undefined);
  const others = clusters.filter((step) => step.stopped === undefined);
  const shown = [...stopped, ...others].slice(0, shownClusters);
  const more = clusters.length - shown.length;
  return within([
    ...safety(stopped, input, at),
    ...stopped.slice(0, toldStops).flatMap((step) => stop(step, input)),
    ...shown.flatMap(clusterLines),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ]);
}

function stop({ cluster, stopped }: ClusterStep, { ca, phase, reliance }: Told): readonly string[] {
  if (stopped === undefined) return [];
  const lines = stopLines(stopped, {
    ...{ what: `${cluster} stopped in ${phase}`, cluster, kind: ca.kind, reliance },
  });
  return [...lines.slice(0, -1), `${lines.at(-1) ?? ''}, on the page of the rotation`];
}

function safety(stopped: readonly ClusterStep[], { reliance }: Told, at: string): readonly string[] {
  if (stopped.length === 0 || reliance === undefined) return [];
  const codes = stopped.flatMap((step) => step.stopped?.code ?? []);
  return [safetyLine(safetyOf(reliance, codes, at), reliance)];
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
