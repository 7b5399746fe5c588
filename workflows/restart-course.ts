import type { RestartResult } from '../activities/contract.ts';
import type { Awaiting } from '../rotation/progress.ts';
import { listed, secondsFromNow } from './stage-context.ts';

/** How far the restarts of one cluster are, in words. Of the batches to come, the last one told how many remain. */
export class RestartCourse {
  #ended = 0;
  #largest = 1;
  #last: RestartResult | undefined;

  /** `restarting, batch 2 of 5` */
  get doing(): string {
    if (this.#last === undefined) return 'restarting, batch 1';
    if (this.#last.remaining === 0) return 'restarting what is still stale';
    const coming = Math.ceil(this.#last.remaining / this.#largest);
    return `restarting, batch ${this.#ended + 1} of ${this.#ended + coming}`;
  }

  /** What the batch that begins now waits for, `limit` seconds at most. */
  awaiting(limit: number): Awaiting {
    const { next = [], remaining = 0 } = this.#last ?? {};
    const size = Math.min(remaining, this.#largest);
    const names = next.slice(0, size).map((owner) => owner.split(' ').at(-1) ?? owner);
    const what = names.length === 0 ? 'its workloads' : listed(names, size);
    return { what: `${what} to be ready`, until: secondsFromNow(limit) };
  }

  ended(result: RestartResult): void {
    this.#last = result;
    if (result.restarted.length === 0) return;
    this.#ended += 1;
    this.#largest = Math.max(this.#largest, result.restarted.length);
  }
}

/** What is waited for where nothing could be restarted, and proxies are stale all the same. */
export function leftStale({ unmanaged, spent = [] }: RestartResult): Awaiting {
  const left = [
    ...(unmanaged.length === 0 ? [] : [`${listed(unmanaged, unmanaged.length)}, which nothing restarts`]),
    ...(spent.length === 0 ? [] : [`${listed(spent, spent.length)}, restarted and stale all the same`]),
  ];
  return { what: left.length === 0 ? 'new pods' : left.join('; '), until: undefined };
}
