import type { Awaiting, ClusterStep } from '../../rotation/progress.ts';
import { untilWhen } from './duration.ts';

/** A proof is named after its end; while it goes on it is not there yet. */
const ongoing: Readonly<Record<string, string>> = {
  write: 'writing',
  synced: 'syncing',
  loaded: 'reloading',
  accepted: 'shaking hands across clusters',
  secondPlane: 'second plane',
  converged: 'converging',
};

/** `signer, converging`: what a step says it is doing, `stage: proof`. */
export function doingWords({ doing, state }: Pick<ClusterStep, 'doing' | 'state'>): string {
  const [stage, proof] = doing?.split(': ') ?? [];
  if (stage === undefined) return state;
  return proof === undefined ? stage : `${stage}, ${ongoing[proof] ?? proof}`;
}

/**
 * `restarting, batch 5 of 10, waiting for payments/ledger to be ready, until 13:15:00 (in 14m) · signer`: what
 * happens and until when comes first, for it is what a narrow terminal must have room for.
 */
export function stepWords(step: Pick<ClusterStep, 'doing' | 'state' | 'awaiting'>, now: Date): string {
  const { doing, awaiting } = step;
  const [stage, proof] = doing?.split(': ') ?? [];
  if (awaiting === undefined) return doingWords(step);
  // What a proof of the table waits for says what it does.
  const own = proof === undefined || proof in ongoing ? [] : [proof];
  const words = [...own, waiting(awaiting, now)].join(', ');
  return stage === undefined ? words : `${words} · ${stage}`;
}

/** `waiting for 124 leaves to renew, until 01:14 (in 11h 49m)` */
function waiting({ what, until }: Awaiting, now: Date): string {
  return `waiting for ${what}${until === undefined ? '' : `, until ${untilWhen(until, now)}`}`;
}

/** `rests before signer, converging`, of a step that a command keeps from going on. */
export function restWords(step: Pick<ClusterStep, 'doing' | 'state'>): string {
  const rests = step.state === 'left' ? 'left' : 'rests';
  return step.doing === undefined ? rests : `${rests} at ${doingWords(step)}`;
}
