import { type UnitReport } from '../rotation/messages.ts';
import { type ClusterStep } from '../rotation/progress.ts';

/** Temporal's UI shows details of up to some 6 KB. */
const shownClusters = 10;

/** One unit's step as markdown bullets, for the Temporal UI. */
export function unitDetails(report: UnitReport): string {
  const shown = report.clusters.slice(0, shownClusters).map(clusterLines);
  const more = report.clusters.length - shown.length;
  return [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

function clusterLines({
  cluster,
  state,
  doing,
  done,
  total,
  awaiting,
  evidence,
  stopped,
}: ClusterStep): string {
  const counts = total > 0 ? `, ${done}/${total} proxies` : '';
  return [
    `- **${cluster}** ${state}${doing === undefined ? '' : `, ${doing}`}${counts}`,
    ...(awaiting === undefined ? [] : [`  - waits for ${awaiting.what}${bound(awaiting.until)}`]),
    ...(stopped === undefined
      ? []
      : [`  - **${stopped.code}** ${stopped.message}`, `  - mend: ${stopped.hint}`]),
    ...evidence.slice(-6).map((line) => `  - ${line}`),
  ].join('\n');
}

function bound(until: string | undefined): string {
  return until === undefined ? '' : `, until ${until}`;
}
