import type {
  Awaiting,
  ClusterStep,
  PhaseProgress,
  RotationProgress,
  StepState,
} from '../rotation/progress.ts';
import { instant } from './instant.ts';
import { oneLine } from './one-line.ts';

/** Above this many clusters a phase shows counts, what is stopped, and the slowest. */
const unfolded = 30;
const slowest = 10;
const marks: Record<StepState, string> = {
  waiting: '○',
  running: '●',
  stopped: '■',
  paused: '‖',
  left: '◐',
  done: '✔',
};

/** The rotation as markdown bullets, below 6 KB, for the Temporal UI, which runs bullets within bullets together. */
export function rotationDetails(progress: RotationProgress, at: string): string {
  const { fleet, mesh, kind, state, phases, stopped, violations } = progress;
  return [
    `**${fleet}/${mesh}** · ${kind} rotation · ${state} · as of ${instant(at)}`,
    '',
    ...phases.flatMap((phase) => phaseLines(phase, at)),
    ...(stopped === undefined
      ? []
      : [`- **${stopped.code}** ${oneLine(stopped.message)}`, `- mend: ${oneLine(stopped.hint)}`]),
    ...violations.slice(0, 10).map(({ code, unit, text }) => `- ${code} ${unit}: ${oneLine(text)}`),
  ].join('\n');
}

function phaseLines({ name, state, clusters }: PhaseProgress, at: string): readonly string[] {
  const done = clusters.filter((step) => step.state === 'done').length;
  const head = `- ${marks[state]} **${name}** ${done}/${clusters.length} clusters`;
  if (state === 'waiting' || state === 'done') return [head];
  const shown = clusters.length <= unfolded ? clusters : folded(clusters);
  const more = clusters.length - shown.length;
  return [head, ...shown.map((step) => clusterLine(step, at)), ...(more > 0 ? [`- and ${more} more`] : [])];
}

function folded(clusters: readonly ClusterStep[]): readonly ClusterStep[] {
  const stops = clusters.filter(({ state }) => state === 'stopped').slice(0, slowest);
  const running = clusters.filter(({ state }) => state === 'running');
  const late = running.toSorted((a, b) => (a.since ?? '').localeCompare(b.since ?? ''));
  return [...stops, ...late.slice(0, slowest)];
}

function clusterLine(step: ClusterStep, at: string): string {
  const { cluster, state, doing, done, total, awaiting, stopped } = step;
  const counts = total > 0 ? ` ${done}/${total}` : '';
  const words = stopped
    ? ` **${stopped.code}** ${oneLine(stopped.message).slice(0, 200)}`
    : `${doing === undefined ? '' : ` ${doing}`}${awaiting === undefined ? '' : waiting(awaiting, at)}`;
  return `- ${marks[state]} ${cluster}${counts}${words}`;
}

function waiting({ what, until }: Awaiting, at: string): string {
  return `, waits for ${what}${until === undefined ? '' : ` until ${instant(until, at)}`}`;
}
