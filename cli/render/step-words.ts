import { type Awaiting, type ClusterStep } from '../../rotation/progress.ts';
import { timeOfDay } from './clock.ts';
import { fromNow } from './duration.ts';

/** A proof is named after its end; while it goes on it is not there yet. */
const ongoing: Readonly<Record<string, string>> = {
  write: 'writing',
  synced: 'syncing',
  loaded: 'reloading',
  secondPlane: 'second plane',
  converged: 'converging',
};

/** `signer, converging`: what a step says it is doing, `stage: proof`. */
export function doingWords({ doing, state }: ClusterStep): string {
  const [stage, proof] = doing?.split(': ') ?? [];
  if (stage === undefined) return state;
  return proof === undefined ? stage : `${stage}, ${ongoing[proof] ?? proof}`;
}

/** `waiting for every proxy to hold it, until 01:14:00 (in 11h 49m)` */
export function waiting({ what, until }: Awaiting, now: Date): string {
  const bound = until === undefined ? '' : `, until ${timeOfDay(until)} (${fromNow(until, now)})`;
  return `waiting for ${what}${bound}`;
}
