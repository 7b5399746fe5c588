import { z } from 'zod';
import { apiVersionOf, type ResourceType } from '../../sim/api/resources.ts';
import type { KubeObject } from '../../sim/world.ts';

const texts = z.record(z.string(), z.string());
const owner = z.looseObject({
  ...{ apiVersion: z.string(), kind: z.string(), name: z.string(), uid: z.string() },
  controller: z.boolean().exactOptional(),
});

const kubeObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    ...{ name: z.string(), uid: z.string(), resourceVersion: z.string(), creationTimestamp: z.string() },
    namespace: z.string().exactOptional(),
    generation: z.number().exactOptional(),
    deletionTimestamp: z.string().exactOptional(),
    labels: texts.exactOptional(),
    annotations: texts.exactOptional(),
    ownerReferences: z.array(owner).exactOptional(),
  }),
});

const list = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string() }),
  items: z.array(z.looseObject({})),
});

export const readObject = (body: unknown): KubeObject => kubeObject.parse(body);

/** The objects of a list, which do not say of what kind they are, and the version that it shows. */
export function readList(
  type: ResourceType,
  body: unknown,
): { readonly items: readonly KubeObject[]; readonly version: string } {
  const { metadata, items } = list.parse(body);
  const kind = { apiVersion: apiVersionOf(type), kind: type.kind };
  return {
    items: items.map((item) => kubeObject.parse({ ...item, ...kind })),
    version: metadata.resourceVersion,
  };
}

const watchEvent = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['ADDED', 'MODIFIED', 'DELETED']), object: kubeObject }),
  z.object({
    type: z.literal('BOOKMARK'),
    object: z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string() }) }),
  }),
  z.object({ type: z.literal('ERROR'), object: z.looseObject({}) }),
]);

export const readWatchEvent = (line: unknown): z.infer<typeof watchEvent> => watchEvent.parse(line);

const status = z.looseObject({
  message: z.string().default(''),
  reason: z.string().default(''),
  details: z
    .looseObject({ causes: z.array(z.looseObject({ reason: z.string().default('') })).default([]) })
    .default({ causes: [] }),
});

/** What an answer that refuses says of why. */
export function readStatus(body: unknown): { message: string; reasons: readonly string[] } {
  const { message, reason, details } = status.parse(body);
  return { message, reasons: [reason, ...details.causes.map((cause) => cause.reason)] };
}

/** The path of a resource, of all namespaces or of one. */
export function pathOf({ group, version, resource, namespaced }: ResourceType, namespace?: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}${namespaced && namespace !== undefined ? `/namespaces/${namespace}` : ''}/${resource}`;
}
