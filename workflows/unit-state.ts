import type { UnitReport } from '../rotation/messages.ts';
import type { ClusterStep } from '../rotation/progress.ts';

/** A unit goes on while one of its clusters does; it is stopped, or rests, where all do that are not done. */
export function unitState(steps: readonly ClusterStep[]): UnitReport['state'] {
  const states = new Set(steps.map(({ state }) => state).filter((state) => state !== 'done'));
  if (states.has('stopped') && states.size === 1) return 'stopped';
  return states.has('paused') && !states.has('running') && !states.has('waiting') ? 'paused' : 'running';
}
