import { CancellationScope } from '@temporalio/workflow';

/** Lets watchers watch until `walk` has ended. */
export async function alongside<T>(
  watchers: readonly (() => Promise<void>)[],
  walk: () => Promise<T>,
): Promise<T> {
  const watch = new CancellationScope();
  const watching = watch.run(() => Promise.all(watchers.map((watcher) => watcher())));
  try {
    return await walk();
  } finally {
    watch.cancel();
    await watching;
  }
}
