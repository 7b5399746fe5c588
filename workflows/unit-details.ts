import type { UnitReport } from '../rotation/messages.ts';
import type { ClusterStep } from '../rotation/progress.ts';
import { instant } from './instant.ts';
import { oneLine } from './one-line.ts';

/** Temporal's UI shows details of up to some 6 KB. */
const shownClusters = 10;
const shownEvidence = 6;

/** One unit's step as markdown bullets, for the Temporal UI, which runs bullets within bullets together. */
export function unitDetails(report: UnitReport): string {
  const shown = report.clusters.slice(0, shownClusters).flatMap(clusterLines);
  const more = report.clusters.length - shownClusters;
  return [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

function clusterLines(step: ClusterStep): readonly string[] {
  const { cluster, stopped, evidence } = step;
  return [
    `- **${cluster}** ${stateWords(step)}`,
    ...(stopped === undefined
      ? []
      : [`- **${stopped.code}** ${oneLine(stopped.message)}`, `- mend: ${oneLine(stopped.hint)}`]),
    ...evidence.slice(-shownEvidence).map((line) => `- ${cluster}: ${line}`),
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
