import { z } from 'zod';
import type { KubeObject } from './world.ts';

const container = z.looseObject({
  name: z.string(),
  image: z.string().default(''),
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

/** What a container is told by its pod. */
export interface ContainerSpec {
  readonly serviceAccount: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env: ReadonlyMap<string, string>;
}

/** The container of that name, be it one of the pod's own or a native sidecar. Throws where there is none. */
export function containerOf(pod: KubeObject, name: string): ContainerSpec {
  const { serviceAccountName, containers, initContainers } = podShape.parse(pod).spec;
  const own = [...containers, ...initContainers].find((one) => one.name === name);
  if (own === undefined) throw new Error(`pod ${pod.metadata.name} has no container ${name}`);
  const { image, args, env } = own;
  const variables = env.map((variable) => [variable.name, variable.value] as const);
  return { serviceAccount: serviceAccountName, image, args, env: new Map(variables) };
}
