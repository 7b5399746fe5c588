import { makeInformer, type KubernetesListObject, type KubernetesObject } from '@kubernetes/client-node';
import type { ClusterClient } from './connect.ts';

/** Subscribes to something that changes; returns how to stop. */
export type Changes = (wake: () => void) => () => void;

const restartAfter = 1_000;

/**
 * Changes of a resource, by watch. It only makes a wait look sooner: what cannot be watched is looked at by
 * interval, and an error of the watch shows in the look itself.
 * @param path as the API server has it: `/api/v1/namespaces/aks-istio-system/pods`
 */
export function changesOf<T extends KubernetesObject>(
  client: ClusterClient,
  path: string,
  list: () => Promise<KubernetesListObject<T>>,
  labelSelector?: string,
): Changes {
  return (wake) => {
    const informer = makeInformer(client.config, path, list, labelSelector);
    let stopped = false;
    let timer: NodeJS.Timeout | undefined;
    const restart = () => {
      if (!stopped) timer = setTimeout(start, restartAfter);
    };
    const start = () => {
      // A stop during the first list does not keep the informer from watching: it is stopped once more.
      informer.start().then(() => (stopped ? informer.stop() : undefined), restart);
    };
    informer.on('change', wake);
    informer.on('error', restart);
    start();
    return () => {
      stopped = true;
      clearTimeout(timer);
      informer.stop().catch(restart);
    };
  };
}

/** Several sources of change as one. */
export function anyOf(sources: readonly Changes[]): Changes {
  return (wake) => {
    const stops = sources.map((source) => source(wake));
    return () => {
      for (const stop of stops) stop();
    };
  };
}
