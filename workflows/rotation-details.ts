import {
  type ClusterStep,
  type PhaseProgress,
  type RotationProgress,
  type StepState,
} from '../rotation/progress.ts';

/** Above this many clusters a phase shows counts, what is stopped, and the slowest. */
const unfolded = 30;
const slowest = 10;
const marks: Record<StepState, string> = { waiting: '○', running: '●', stopped: '■', done: '✔' };

/** The rotation as markdown bullets, below 6 KB, for the Temporal UI. */
export function rotationDetails(progress: RotationProgress, at: string): string {
  const { fleet, mesh, kind, state, phases, stopped, violations } = progress;
  return [
    `**${fleet}/${mesh}** · ${kind} rotation · ${state} · as of ${at}`,
    '',
    ...phases.flatMap(phaseLines),
    ...(stopped === undefined
      ? []
      : [`- **${stopped.code}** ${stopped.message}`, `  - mend: ${stopped.hint}`]),
    ...violations.slice(0, 10).map(({ code, unit, text }) => `- ${code} ${unit}: ${text}`),
  ].join('\n');
}

function phaseLines({ name, state, clusters }: PhaseProgress): readonly string[] {
  const done = clusters.filter((step) => step.state === 'done').length;
  const head = `- ${marks[state]} **${name}** ${done}/${clusters.length} clusters`;
  if (state === 'waiting' || state === 'done') return [head];
  const shown = clusters.length <= unfolded ? clusters : folded(clusters);
  const more = clusters.length - shown.length;
  return [head, ...shown.map(clusterLine), ...(more > 0 ? [`  - and ${more} more`] : [])];
}

function folded(clusters: readonly ClusterStep[]): readonly ClusterStep[] {
  const stops = clusters.filter(({ state }) => state === 'stopped').slice(0, slowest);
  const running = clusters.filter(({ state }) => state === 'running');
  const late = running.toSorted((a, b) => (a.since ?? '').localeCompare(b.since ?? ''));
  return [...stops, ...late.slice(0, slowest)];
}

function clusterLine({ cluster, state, doing, done, total, awaiting, stopped }: ClusterStep): string {
  const counts = total > 0 ? ` ${done}/${total}` : '';
  const words = stopped
    ? ` **${stopped.code}** ${stopped.message.slice(0, 200)}`
    : `${doing === undefined ? '' : ` ${doing}`}${awaiting === undefined ? '' : `, waits for ${awaiting.what}`}`;
  return `  - ${marks[state]} ${cluster}${counts}${words}`;
}
