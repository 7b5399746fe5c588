import { currentPhase, hasEnded } from '../../rotation/course.ts';
import type { ClusterStep, PhaseProgress, RotationProgress } from '../../rotation/progress.ts';
import { timeOfDay } from './clock.ts';
import { clusters } from './fleet.ts';
import { doingWords, restWords, stepWords } from './step-words.ts';

/** One line for everything that differs from the state seen before, in the order of the phases. */
export function changeLines(
  before: RotationProgress | undefined,
  now: RotationProgress,
  at: Date,
): readonly string[] {
  // The way back has the same phases, and none of them was begun before.
  const told = before?.id === now.id ? before.phases : [];
  const lines = now.phases.flatMap((phase, index) => phaseChanges(told[index], phase));
  const whole = before?.state === now.state ? [] : [`rotation ${now.state}`];
  const ending = hasEnded(now) || now.state === 'stopped' || now.state === 'paused';
  return (ending ? [...lines, ...whole] : [...whole, ...lines]).map((line) => `${timeOfDay(at)} ${line}`);
}

/** Who does not answer. Of the mesh it promises nothing: only this viewer may be cut off. */
export function deafWords(why: string): string {
  return `${why}; what the rotation does is not seen meanwhile`;
}

/** What is awaited, after a silence; undefined where nothing is said to be. */
export function heartbeatLine(progress: RotationProgress, at: Date): string {
  const phase = currentPhase(progress);
  const waits = (phase?.clusters ?? [])
    .filter(({ state }) => state === 'running')
    .map((step) => `${step.cluster} ${stepWords(step, at)}`);
  const [first, ...others] = waits;
  const none =
    progress.state === 'observing'
      ? progress.awaiting === undefined
        ? 'looking at every cluster'
        : `waits for ${progress.awaiting.what}`
      : `${progress.state}, nothing awaited`;
  const what = first ?? none;
  const more = others.length === 0 ? '' : `; and ${clusters(others.length)} more`;
  return `${timeOfDay(at)} … ${phase === undefined ? '' : `${phase.name} `}${what}${more}`;
}

function phaseChanges(before: PhaseProgress | undefined, now: PhaseProgress): readonly string[] {
  const began = (before === undefined || before.state === 'waiting') && now.state !== 'waiting';
  const ended = before?.state !== now.state && now.state === 'done';
  // Of what was over before anybody looked, the outcome is enough.
  if (before === undefined && ended) return [`${now.name} done in every cluster`];
  return [
    ...(began ? [`${now.name} begins`] : []),
    ...now.clusters.flatMap((step) => {
      const was = before?.clusters.find(({ cluster }) => cluster === step.cluster);
      return stepText(was) === stepText(step) || step.state === 'waiting'
        ? []
        : [`${now.name} ${stepText(step)}`];
    }),
    ...(ended ? [`${now.name} done in every cluster`] : []),
  ];
}

function stepText(step: ClusterStep | undefined): string {
  if (step === undefined) return '';
  const { cluster, state, done, total, stopped } = step;
  const count = total === 0 ? '' : ` ${done}/${total}`;
  if (stopped !== undefined) return `${cluster} stopped: ${firstLine(stopped.message)} [${stopped.code}]`;
  if (state === 'paused' || state === 'left') return `${cluster} ${restWords(step)}${count}`;
  return state === 'done' ? `${cluster} converged${count}` : `${cluster} ${doingWords(step)}${count}`;
}

/** Several problems in one name each on a line of its own; the stop itself tells all of them in the end. */
function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
