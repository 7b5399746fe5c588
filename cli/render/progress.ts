import { currentPhase } from '../../rotation/course.ts';
import type { ClusterStep, PhaseProgress, RotationProgress, RotationState } from '../../rotation/progress.ts';
import { symbols } from '../../rotation/symbols.ts';
import type { Terminal } from '../context.ts';
import { span, timeOfDay } from './clock.ts';
import { completedLines, reachedItsGoal } from './completed.ts';
import { inWords, secondsBetween } from './duration.ts';
import { layOut, type Line } from './layout.ts';
import { countsOf, goalOf, needs, subjectOf } from './phase-words.ts';
import { restWords, stepWords } from './step-words.ts';
import { toldLines } from './told.ts';

/** More clusters than this are told by the few that matter. */
const unfolded = 30;
const foldedTo = 10;
/** Rows of a terminal for all but the clusters of a phase: head, other phases, and what to type. */
const otherRows = 12;
/** So many more where anything is stopped: whether that is safe, and the first stop. */
const stopRows = 8;

/** The state of a rotation as a tree, with a newline at the end; `terminal` is what it must fit. */
export function renderProgress(progress: RotationProgress, now: Date, terminal?: Terminal): string {
  return `${progressLines(progress, now, terminal).join('\n')}\n`;
}

export function progressLines(progress: RotationProgress, now: Date, terminal?: Terminal): readonly string[] {
  const { fleet, mesh } = progress;
  const lines = [
    {
      head: `${fleet}/${mesh} · `,
      words: [subjectOf(progress), ...phaseNow(progress), times(progress, now)].join(' · '),
    },
    ...progress.phases.flatMap((phase) => phaseLines(phase, { progress, now, terminal })),
    ...toldLines(progress, now),
    ...(reachedItsGoal(progress) ? completedLines(progress) : []),
  ];
  return layOut(lines, terminal?.columns);
}

/** What every line is rendered with. */
interface View {
  readonly progress: RotationProgress;
  readonly now: Date;
  readonly terminal: Terminal | undefined;
}

function phaseNow(progress: RotationProgress): readonly string[] {
  const { phases, state } = progress;
  const phase = currentPhase(progress);
  if (phase === undefined) return [betweenPhases(progress)];
  const position = `phase ${phases.indexOf(phase) + 1} of ${phases.length} ${phase.name}`;
  return [state === 'running' ? position : `${position}, ${stateWords[state]}`];
}

/** Before the first phase and after the last, every cluster is looked at. */
function betweenPhases({ state, phases, awaiting, disposing }: RotationProgress): string {
  if (awaiting !== undefined && state === 'observing') return `waits for ${awaiting.what}`;
  if (state === 'observing') return 'looking at every cluster';
  if (state === 'rollingBack')
    return `rolling back, looking at every cluster${phases.length > 0 ? ' once more' : ''}`;
  if (state !== 'running') return stateWords[state];
  return disposing === true
    ? 'all is proven, disabling the staged keys'
    : 'looking at every cluster once more';
}

function goesOn({ state }: RotationProgress): boolean {
  return state === 'running' || state === 'rollingBack';
}

/** A state as a word among others. */
export const stateWords: Readonly<Record<RotationState, string>> = {
  observing: 'observing',
  running: 'running',
  stopped: 'stopped',
  pausing: 'coming to rest for a pause',
  paused: 'paused',
  aborting: 'coming to rest to be aborted',
  turningBack: 'coming to rest to turn back',
  rollingBack: 'rolling back',
  completed: 'completed',
  failed: 'failed',
  aborted: 'aborted',
  rolledBack: 'rolled back',
  terminated: 'terminated',
  cancelled: 'cancelled',
  timedOut: 'timed out',
  crashed: 'crashed',
};

function times(progress: RotationProgress, now: Date): string {
  const { startedAt, endedAt } = progress;
  const elapsed = inWords(secondsBetween(startedAt, endedAt ?? now));
  if (endedAt !== undefined) return `took ${elapsed}`;
  const until = currentPhase(progress)?.clusters.flatMap(({ awaiting }) => awaiting?.until ?? []) ?? [];
  const last = until.toSorted().at(-1);
  const left = last === undefined ? 0 : secondsBetween(now, last);
  return `${elapsed} elapsed${left > 0 ? `, at most ${inWords(left)} left in this wait` : ''}`;
}

function phaseLines(phase: PhaseProgress, view: View): readonly Line[] {
  const head = `${symbols[phase.state]} ${phase.name.padEnd(10)}`;
  const { clustersDone, done, total } = countsOf(phase);
  const clusters = `${clustersDone}/${phase.clusters.length} clusters`;
  if (phase.state === 'waiting') {
    const isNext = goesOn(view.progress) && phase === currentPhase(view.progress);
    return [
      `${head}  ${isNext ? 'looking at every cluster before it begins' : needs(phase.name, view.progress)}`,
    ];
  }
  if (phase.state === 'done') {
    const when = phase.startedAt && phase.endedAt ? `   ${span(phase.startedAt, phase.endedAt)}` : '';
    return [`${head}  ${clusters}  ${done}/${total} ${goalOf(phase.name, view.progress)}${when}`];
  }
  return [`${head}  ${clusters}`, ...clusterLines(phase, view)];
}

function clusterLines(phase: PhaseProgress, view: View): readonly Line[] {
  const room =
    view.terminal === undefined ? unfolded : Math.max(3, view.terminal.rows - taken(view.progress));
  const isFolded = phase.clusters.length > Math.min(unfolded, room);
  const shown = isFolded ? folded(phase.clusters).slice(0, room) : phase.clusters;
  const hidden = phase.clusters.length - shown.length;
  const name = Math.max(0, ...shown.map(({ cluster }) => cluster.length));
  const count = Math.max(0, ...shown.map((step) => counted(step).length));
  const lines = shown.map((step) => ({
    head: `  ${symbols[step.state]} ${step.cluster.padEnd(name)}  ${counted(step).padStart(count)}  `,
    words: words(step, phase, view),
  }));
  return hidden === 0 ? lines : [...lines, `  and ${hidden} more`];
}

function taken({ state, phases }: RotationProgress): number {
  const isStopped = state === 'stopped' || phases.some((phase) => phase.state === 'stopped');
  return otherRows + (isStopped ? stopRows : 0);
}

/** What stands still, and what has been under way for the longest. */
function folded(clusters: readonly ClusterStep[]): readonly ClusterStep[] {
  const running = clusters.filter(({ state }) => state === 'running');
  const slowest = running.toSorted((a, b) => (a.since ?? '').localeCompare(b.since ?? ''));
  return [...clusters.filter(({ state }) => state === 'stopped'), ...slowest].slice(0, foldedTo);
}

function counted({ done, total }: ClusterStep): string {
  return total === 0 ? '–' : `${done}/${total}`;
}

function words(step: ClusterStep, phase: PhaseProgress, { progress, now }: View): string {
  if (step.state === 'done') return goalOf(phase.name, progress);
  if (step.state === 'waiting') return 'not yet its turn';
  if (step.state === 'paused' || step.state === 'left') return restWords(step);
  const { stopped } = step;
  return stopped === undefined
    ? stepWords(step, now)
    : `stopped at ${timeOfDay(stopped.at)}   [${stopped.code}]`;
}
