import { z } from 'zod';
import type { KubeObject } from '../../sim/world.ts';

const container = z.looseObject({
  name: z.string(),
  args: z.array(z.string()).default([]),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().default('') })).default([]),
});
const podShape = z.looseObject({
  spec: z.looseObject({
    serviceAccountName: z.string().default('default'),
    containers: z.array(container),
    initContainers: z.array(container).default([]),
  }),
});

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
  const { serviceAccountName, containers, initContainers } = podShape.parse(pod).spec;
  const own = [...containers, ...initContainers].find((one) => one.name === of);
  if (own === undefined) throw new Error(`pod ${name} has no container ${of}`);
  return {
    ...{ namespace, name, serviceAccount: serviceAccountName, labels, args: own.args },
    variables: {
      ...Object.fromEntries(own.env.map((variable) => [variable.name, variable.value])),
      ...{ POD_NAME: name, POD_NAMESPACE: namespace, SERVICE_ACCOUNT: serviceAccountName },
    },
    folder: `${namespace}_${name}_`,
  };
}
