import type { ObjectStore } from './world.ts';

/** Resolves once it is so, which only a change of the resource can make it. */
export function awaitChange(store: ObjectStore, resource: string, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.watch(resource, check);
    function check(): void {
      if (!isSo()) return;
      stop();
      resolve();
    }
    check();
  });
}
