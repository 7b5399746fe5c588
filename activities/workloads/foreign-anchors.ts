import { parse } from 'yaml';
import { z } from 'zod';
import { parseBundle } from '../../pki/bundle.ts';
import { Problem } from '../../problems/problem.ts';
import type { Fingerprint } from '../../rotation/trust.ts';
import { listAll } from '../kube/list-all.ts';
import type { WorkloadCluster } from './cluster.ts';

const meshConfig = z.object({
  caCertificates: z
    .array(z.object({ pem: z.string().optional(), spiffeBundleUrl: z.string().optional() }))
    .optional(),
});

/** Trust anchors that proxies hold besides their CA's own. */
export interface ForeignAnchors {
  readonly fingerprints: readonly Fingerprint[];
  /** Where istiod fetches more of them from, which change at any time; Meshturn does not know these. */
  readonly urls: readonly string[];
}

/**
 * Trust anchors that istiod hands to proxies besides its own CA's roots: `caCertificates` of the mesh
 * configuration, in the ConfigMaps `istio`, `istio-<revision>` and their shared ones, key `mesh`.
 * Throws Problem BAD_CERTIFICATE, MESH_CONFIG_INVALID, or as the API server refuses.
 */
export async function foreignAnchors({
  client,
  istioNamespace: namespace,
}: WorkloadCluster): Promise<ForeignAnchors> {
  const maps = await listAll(`configmaps in ${namespace} of cluster ${client.name}`, (page) =>
    client.core.listNamespacedConfigMap({ namespace, ...page }),
  );
  const found = maps.flatMap(({ metadata, data }) => {
    const name = metadata?.name ?? '';
    const mesh = /^istio(-|$)/.test(name) ? data?.['mesh'] : undefined;
    return mesh === undefined
      ? []
      : anchorsOf(mesh, `configmap ${namespace}/${name} of cluster ${client.name}`);
  });
  return {
    fingerprints: [...new Set(found.flatMap(({ fingerprints }) => fingerprints))],
    urls: [...new Set(found.flatMap(({ urls }) => urls))],
  };
}

/** `caCertificates` of a mesh configuration: by PEM, or by the URL of a SPIFFE bundle. */
export function anchorsOf(mesh: string, object: string): ForeignAnchors {
  const config = meshConfig.safeParse(fromYaml(mesh, object) ?? {});
  if (!config.success) throw new Problem('MESH_CONFIG_INVALID', { object, found: 'another shape' });
  const anchors = config.data.caCertificates ?? [];
  return {
    fingerprints: anchors.flatMap(({ pem = '' }) =>
      parseBundle(pem, `caCertificates of ${object}`).map(({ fingerprint }) => fingerprint),
    ),
    urls: anchors.flatMap(({ spiffeBundleUrl = '' }) => (spiffeBundleUrl === '' ? [] : [spiffeBundleUrl])),
  };
}

function fromYaml(text: string, object: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new Problem('MESH_CONFIG_INVALID', { object, found: 'no YAML' }, { cause: error });
  }
}
