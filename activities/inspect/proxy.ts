import { verifyPath } from '../../pki/path.ts';
import { recognise } from '../../pki/recognise.ts';
import { Problem } from '../../problems/problem.ts';
import { calling } from '../kube/problems.ts';
import type { ProxyReach } from '../workloads/cluster.ts';
import { secretsIn, type ProxySecret } from '../workloads/config-dump.ts';
import { proxyPods } from '../workloads/pods.ts';
import { readDump } from '../workloads/read-proxy.ts';
import type { Holding, Place } from './place.ts';
import type { ObjectName } from './secret.ts';

/**
 * Looks at every secret that a proxy holds, in use or warming, as istioctl does; whether its peers can verify its
 * leaf is asked of the first two. Throws Problem PROXY_UNREADABLE, or what the API server says.
 */
export async function inspectProxy(
  reach: ProxyReach,
  { namespace, name }: ObjectName,
  at: Date,
): Promise<Place> {
  const { client } = reach;
  const object = `proxy of pod ${namespace}/${name} in cluster ${client.name}`;
  const pod = await calling(`pod ${namespace}/${name} of cluster ${client.name}`, () =>
    client.core.readNamespacedPod({ namespace, name }),
  );
  const [proxy] = proxyPods([pod]);
  if (proxy === undefined) {
    throw new Problem('PROXY_UNREADABLE', {
      object,
      expected: 'a running container istio-proxy',
      found: 'none',
    });
  }
  if (proxy.down !== undefined) throw new Problem('PROXY_UNREADABLE', { object, found: proxy.down });
  return placeOfDump(await readDump(reach, proxy), { object, cluster: client.name, at });
}

/** What Envoy's answer says. */
export function placeOfDump(
  dump: string,
  { object, cluster, at }: { readonly object: string; readonly cluster: string; readonly at: Date },
): Place {
  const findings: Problem[] = [];
  const holdings = secretsIn(dump, object).flatMap((secret) => {
    const { held, found } = holdingsOf(secret, object);
    findings.push(...found);
    return held;
  });
  const inUse = (name: string) =>
    holdings.flatMap((one) => (one.name === name && one.status === 'ACTIVE' ? [one.certificate] : []));
  const [leaf, ...presented] = inUse('default');
  if (leaf === undefined) return { kind: 'proxy', object, cluster, holdings, keys: [], findings, path: [] };
  const verified = verifyPath({ leaf, presented, roots: inUse('ROOTCA'), at });
  if (!verified.ok) findings.push(new Problem('PATH_BROKEN', { object, found: verified.reason }));
  const path = verified.ok ? verified.path : [];
  return { kind: 'proxy', object, cluster, holdings, keys: [], findings, path };
}

function holdingsOf(
  { name, status, chain, anchors }: ProxySecret,
  object: string,
): { readonly held: readonly Holding[]; readonly found: readonly Problem[] } {
  const read = (bytes: Buffer) => recognise(bytes, `${name} of ${object}`);
  const own = chain === undefined ? undefined : read(chain);
  const trusted = anchors.map(({ bytes, ...domain }) => ({ domain, seen: read(bytes) }));
  return {
    held: [
      ...(own?.certificates ?? []).map((certificate): Holding => ({
        name,
        type: 'Cert Chain',
        status,
        certificate,
      })),
      ...trusted.flatMap(({ domain, seen }) =>
        seen.certificates.map((certificate): Holding => ({
          name,
          type: 'CA',
          status,
          certificate,
          ...domain,
        })),
      ),
    ],
    found: [own, ...trusted.map(({ seen }) => seen)].flatMap((seen) => seen?.findings ?? []),
  };
}
