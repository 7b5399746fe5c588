import { z } from 'zod';

/*
 * What the parts of a fleet file say of each other. Read leniently, so that a wrong value somewhere does not
 * hide a wrong reference elsewhere; what is not of its type here is an error of the schema.
 */

const name = z.string().optional().catch(undefined);

const objects = z.record(z.string(), z.unknown()).catch({});

const cluster = z
  .object({
    name,
    kubeconfig: name,
    context: name,
    inCluster: z.boolean().optional().catch(undefined),
    controlPlane: name,
    source: z
      .object({ keyVault: z.object({ objects }).catch({ objects: {} }) })
      .optional()
      .catch(undefined),
  })
  .catch({});

const mesh = z
  .object({
    name,
    issuer: z.record(z.string(), z.unknown()).optional().catch(undefined),
    clusters: z.array(cluster).catch([]),
    trustHolders: z.array(z.object({ name }).catch({})).catch([]),
  })
  .catch({ clusters: [], trustHolders: [] });

const outline = z.object({ meshes: z.array(mesh).catch([]) }).catch({ meshes: [] });

export type MeshOutline = z.output<typeof mesh>;
export type ClusterOutline = z.output<typeof cluster>;

export function outlineOf(data: unknown): z.output<typeof outline> {
  return outline.parse(data);
}
