import type { Awaiting, ClusterStep, PhaseProgress, RotationProgress } from '../rotation/progress.ts';
import { symbols } from '../rotation/symbols.ts';
import { clipped, within } from './details-bounds.ts';
import { instant } from './instant.ts';
import { oneLine } from './one-line.ts';
import { toldLines } from './told-lines.ts';

/** Above this many clusters a phase shows counts, what is stopped, and the slowest. */
const unfolded = 30;
const slowest = 10;
const mostViolations = 5;

/**
 * The rotation as markdown bullets, below 6 KB, for the Temporal UI, which runs bullets within bullets together. What
 * stands still comes first, for whoever was woken by it.
 */
export function rotationDetails(progress: RotationProgress, at: string): string {
  const { fleet, mesh, kind, state, phases, violations, awaiting } = progress;
  return within([
    `**${fleet}/${mesh}** · ${kind} rotation · ${state} · as of ${instant(at)}`,
    '',
    ...(awaiting === undefined ? [] : [clipped(`-${waiting(awaiting, at).slice(1)}`)]),
    ...toldLines(progress, at),
    ...phases.flatMap((phase) => phaseLines(phase, at)),
    ...violations
      .slice(0, mostViolations)
      .map(({ code, unit, text, overridden }) =>
        clipped(
          `- ${code} ${unit}: ${oneLine(text)}${overridden === undefined ? '' : ` (overridden: ${overridden})`}`,
        ),
      ),
  ]);
}

function phaseLines({ name, state, clusters }: PhaseProgress, at: string): readonly string[] {
  const done = clusters.filter((step) => step.state === 'done').length;
  const head = `- ${symbols[state]} **${name}** ${done}/${clusters.length} clusters`;
  if (state === 'waiting' || state === 'done') return [head];
  const shown = clusters.length <= unfolded ? clusters : folded(clusters);
  const more = clusters.length - shown.length;
  return [head, ...shown.map((step) => clusterLine(step, at)), ...(more > 0 ? [`- and ${more} more`] : [])];
}

function folded(clusters: readonly ClusterStep[]): readonly ClusterStep[] {
  const stopped = clusters.filter(({ state }) => state === 'stopped').slice(0, slowest);
  const running = clusters.filter(({ state }) => state === 'running');
  const late = running.toSorted((a, b) => (a.since ?? '').localeCompare(b.since ?? ''));
  return [...stopped, ...late.slice(0, slowest)];
}

function clusterLine(step: ClusterStep, at: string): string {
  const { cluster, state, doing, done, total, awaiting, stopped } = step;
  const counts = total > 0 ? ` ${done}/${total}` : '';
  const words = stopped
    ? ` stopped at ${instant(stopped.at, at)} **${stopped.code}**`
    : `${doing === undefined ? '' : ` ${doing}`}${awaiting === undefined ? '' : waiting(awaiting, at)}`;
  return clipped(`- ${symbols[state]} ${cluster}${counts}${words}`);
}

function waiting({ what, until }: Awaiting, at: string): string {
  return `, waits for ${what}${until === undefined ? '' : ` until ${instant(until, at)}`}`;
}
