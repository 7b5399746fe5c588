import type { RotationProgress } from './progress.ts';

/**
 * A short name for a rotation's state: 16 hexadecimal digits that change with every change of state, so that a
 * command can name what it was decided upon. Counts, waits and evidence are left out: they move all the time
 * and would make every command late. Not a defence against forgery.
 */
export function digestOf(progress: Omit<RotationProgress, 'digest'>): string {
  const state = [
    progress.id,
    progress.state,
    ...(progress.command === undefined ? [] : [progress.command.at]),
    stopOf(progress.stopped),
    ...progress.phases.flatMap(({ name, state: phase, clusters }) => [
      name,
      phase,
      ...clusters.flatMap(({ cluster, state: step, stopped }) => [cluster, step, stopOf(stopped)]),
    ]),
  ];
  const text = JSON.stringify(state);
  return hash(text, 0x811c9dc5) + hash(text, 0x9e3779b9);
}

function stopOf(stopped: RotationProgress['stopped']): string {
  return stopped === undefined ? '' : `${stopped.code} ${stopped.at}`;
}

/** FNV-1a over UTF-16 code units, 32 bits. */
function hash(text: string, offset: number): string {
  let sum = offset;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return (sum >>> 0).toString(16).padStart(8, '0');
}
