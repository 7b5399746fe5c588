import type { Verdict } from './census.ts';
import type { Owners } from './owners.ts';
import type { Rollable } from './rollable.ts';

/** What one batch does. */
export interface Batch {
  /** Restarted for this stage by an earlier call and still rolling. */
  readonly going: readonly Rollable[];
  /** To be restarted now. */
  readonly next: readonly Rollable[];
  /** Owners of stale proxies that come later, in the order in which they will. */
  readonly later: readonly Rollable[];
  /** Restarted for this stage and rolled out, with stale proxies all the same: another restart would not help. */
  readonly spent: readonly Rollable[];
  /** Stale pods that nothing can restart. */
  readonly unmanaged: readonly string[];
}

/**
 * Chooses the owners to restart: those of stale proxies, at a time `batchPercent` of all that have proxies,
 * at least one. An owner is restarted once for a stage. While that rollout goes on it takes a place of the batch.
 * @param mark names the stage
 */
export function chooseBatch(
  verdicts: readonly Verdict[],
  owners: Owners,
  { mark, batchPercent }: { readonly mark: string; readonly batchPercent: number },
): Batch {
  const all = new Map<string, Rollable>();
  const stale = new Map<string, Rollable>();
  const unmanaged: string[] = [];
  for (const verdict of verdicts) {
    const owner = owners.of(verdict.pod);
    if ('rollable' in owner) all.set(owner.rollable.uid, owner.rollable);
    if (!wantsRestart(verdict)) continue;
    if ('unmanaged' in owner) unmanaged.push(owner.unmanaged);
    else stale.set(owner.rollable.uid, owner.rollable);
  }
  const going = [...all.values()].filter((one) => one.mark === mark && one.rollout.state !== 'done');
  const sorted = [...stale.values()].toSorted(byName);
  const waiting = sorted.filter((one) => one.mark !== mark);
  const spent = sorted.filter((one) => one.mark === mark && !going.includes(one));
  const size = Math.max(1, Math.floor((all.size * batchPercent) / 100));
  const next = waiting.slice(0, Math.max(0, size - going.length));
  return { going, next, later: waiting.slice(next.length), spent, unmanaged };
}

/** A pod that ends needs no restart, and one whose proxy has not started takes its leaf from today's CA. */
function wantsRestart({ pod, why }: Verdict): boolean {
  return why !== undefined && !pod.terminating && pod.down === undefined;
}

function byName(a: Rollable, b: Rollable): number {
  return `${a.namespace}/${a.name}`.localeCompare(`${b.namespace}/${b.name}`, 'en');
}
