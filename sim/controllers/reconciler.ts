import type { ObjectStore } from '../world.ts';
import { Timers } from './timers.ts';
import { controllerOf } from './views.ts';

export interface ReconcilerOptions {
  readonly store: ObjectStore;
  /** What it reconciles. */
  readonly resource: string;
  readonly kind: string;
  /** Resources whose objects, by their controller reference, wake their owner. */
  readonly owns: readonly string[];
  /** Other resources of which any change wakes everything. */
  readonly also?: readonly string[];
  /** Brings one object towards its spec. May name milliseconds after which to look again. */
  reconcile(namespace: string, name: string): number | undefined;
}

/** A controller's work queue: wakes are gathered until the events of the moment are over. */
export function startReconciler(options: ReconcilerOptions): () => void {
  const { store, resource, kind, owns, also = [] } = options;
  const timers = new Timers();
  const queue = new Map<string, readonly [namespace: string, name: string]>();
  let running: NodeJS.Immediate | undefined;

  const work = (): void => {
    running = undefined;
    const woken = [...queue.values()];
    queue.clear();
    for (const [namespace, name] of woken) {
      if (store.get(resource, namespace, name) === undefined) continue;
      const again = options.reconcile(namespace, name);
      if (again !== undefined) timers.after(again, () => wake(namespace, name));
    }
  };
  const wake = (namespace: string, name: string): void => {
    queue.set(`${namespace}/${name}`, [namespace, name]);
    running ??= setImmediate(work);
  };
  const wakeAll = (): void => {
    for (const { metadata } of store.list(resource)) wake(metadata.namespace ?? '', metadata.name);
  };

  const unwatch = [
    store.watch(resource, ({ object: { metadata } }) => wake(metadata.namespace ?? '', metadata.name)),
    ...owns.map((owned) =>
      store.watch(owned, ({ object }) => {
        const owner = controllerOf(object);
        if (owner?.kind === kind) wake(object.metadata.namespace ?? '', owner.name);
      }),
    ),
    ...also.map((other) => store.watch(other, wakeAll)),
  ];
  wakeAll();
  return () => {
    for (const stop of unwatch) stop();
    timers.stop();
    clearImmediate(running);
  };
}
