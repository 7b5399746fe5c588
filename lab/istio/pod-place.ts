import { containerOf } from '../../sim/container-of.ts';
import { notListening } from '../../sim/refusals.ts';
import type { KubeObject } from '../../sim/world.ts';

/** What a container of a pod is told by it. */
export interface PodPlace {
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** How the names of its folders begin. */
  readonly folder: string;
}

export function podPlace(pod: KubeObject, of: string): PodPlace {
  const { namespace = '', name, labels = {} } = pod.metadata;
  const { serviceAccount, args, env } = containerOf(pod, of);
  return {
    ...{ namespace, name, serviceAccount, labels, args },
    variables: {
      ...Object.fromEntries(env),
      ...{ POD_NAME: name, POD_NAMESPACE: namespace, SERVICE_ACCOUNT: serviceAccount },
    },
    folder: `${namespace}_${name}_`,
  };
}

/** The port of loopback that is behind one of a pod's; rejects where nothing listens. */
export function portBehind(
  ports: Readonly<Record<number, number>> | undefined,
  port: number,
): Promise<number> {
  const behind = ports?.[port];
  return behind === undefined ? Promise.reject(notListening(port)) : Promise.resolve(behind);
}
