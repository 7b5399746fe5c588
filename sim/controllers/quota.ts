import { z } from 'zod';
import type { ObjectStore } from '../world.ts';
import { isActive } from './views.ts';

const view = z.looseObject({ spec: z.looseObject({ hard: z.looseObject({ pods: z.string() }) }) });

const podsIn = (store: ObjectStore, namespace: string): number =>
  store.list('pods', namespace).filter(isActive).length;

/** Keeps in the quota's status what it allows, and how much of that is taken. */
export function reconcileQuota(store: ObjectStore, namespace: string, name: string): undefined {
  const quota = store.get('resourcequotas', namespace, name);
  if (quota === undefined) return;
  const { pods } = view.parse(quota).spec.hard;
  const status = { hard: { pods }, used: { pods: String(podsIn(store, namespace)) } };
  store.change('resourcequotas', namespace, name, (object) => ({ ...object, status }));
}

/**
 * What the quota controller says to one pod more in a namespace, in the API server's words; undefined where it lets
 * it in. Of a ResourceQuota only `pods` is looked at.
 */
export function quotaRefusal(store: ObjectStore, namespace: string, pod: string): string | undefined {
  const used = podsIn(store, namespace);
  const quota = store
    .list('resourcequotas', namespace)
    .find((one) => used >= Number(view.parse(one).spec.hard.pods));
  if (quota === undefined) return undefined;
  const { pods } = view.parse(quota).spec.hard;
  return `pods "${pod}" is forbidden: exceeded quota: ${quota.metadata.name}, requested: pods=1, used: pods=${String(used)}, limited: pods=${pods}`;
}
