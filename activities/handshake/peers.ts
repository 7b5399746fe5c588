import { composeBundle } from '../../pki/bundle.ts';
import { keyPem } from '../../pki/make.ts';
import { Problem } from '../../problems/problem.ts';
import { anchorsOf } from '../ca-source.ts';
import { requestLeaf, trustedByConfigMap, type RequestedLeaf } from '../istiod/probe.ts';
import { listReplicas } from '../istiod/replicas.ts';
import type { ClusterRef, MeshWorld } from '../mesh-world.ts';
import { listMeshPods, podName, type ProxyPod } from '../workloads/pods.ts';
import { readProxy } from '../workloads/read-proxy.ts';
import type { Side } from './handshake.ts';

/** Of a cluster's proxies so many are asked for their trust anchors, of as many namespaces as may be. */
const proxiesAsked = 2;

/** A leaf that the istiod of a cluster signs now, as one side of a handshake that trusts what came with it. */
export async function newLeaf(world: MeshWorld, ref: ClusterRef): Promise<Side> {
  const { controlPlane } = world.cluster(ref);
  const leaf = await leafOf(world, { ...ref, cluster: controlPlane });
  return {
    name: `a new leaf of ${leaf.object}`,
    chainPem: leaf.answer.join(''),
    keyPem: keyPem(leaf.key),
    rootsPem: leaf.answer.at(-1) ?? '',
  };
}

/**
 * What proxies of a cluster would be in a handshake: their key cannot be had, so a leaf by their istiod stands for
 * theirs; whom they accept is what they hold. None where no proxy runs.
 * @throws Problem where proxies run and none can be read, or as the cluster refuses
 */
export async function peersOf(world: MeshWorld, ref: ClusterRef): Promise<readonly Side[]> {
  const cluster = await world.clusterOf(ref);
  const { proxies } = await listMeshPods(cluster.client);
  const asked = spread(
    proxies.filter(({ down, terminating, unborn }) => down === undefined && !terminating && !unborn),
  );
  const held = await Promise.all(
    asked.map(async (pod) => ({ pod, secrets: await readProxy(cluster, pod).catch(asProblem) })),
  );
  const readable = held.flatMap(({ pod, secrets }) => (secrets instanceof Problem ? [] : [{ pod, secrets }]));
  const [unread] = held.flatMap(({ secrets }) => (secrets instanceof Problem ? [secrets] : []));
  if (readable.length === 0 && unread !== undefined) throw unread;
  if (readable.length === 0) return [];
  const leaf = await newLeaf(world, ref);
  return readable.map(({ pod, secrets }) => ({
    ...leaf,
    name: `proxy ${podName(pod)} of cluster ${ref.cluster}`,
    rootsPem: composeBundle(secrets.roots),
  }));
}

async function leafOf(world: MeshWorld, ref: ClusterRef): Promise<RequestedLeaf> {
  const client = world.client(ref);
  for (const plane of await world.controlPlanes(ref)) {
    const replicas = await listReplicas(client, plane);
    const replica = replicas.find(({ ready, terminating }) => ready && !terminating);
    if (replica === undefined) continue;
    const token = await world.probeToken(ref, plane.namespace);
    // While the signer changes the ConfigMap lags behind: the source tells the roots as well, where it can be read.
    const { source } = await world.sourceOf(ref);
    const held = await source.read().catch(asProblem);
    const anchors = held instanceof Problem ? '' : composeBundle(anchorsOf(held));
    const trusted = `${await trustedByConfigMap(client, plane.namespace)}\n${anchors}`;
    const leaf = await requestLeaf(client, replica, { token, trusted }).catch(asProblem);
    if (!(leaf instanceof Problem)) return leaf;
    throw held instanceof Problem ? held : leaf;
  }
  throw new Problem('PROBE_FAILED', {
    object: `istiod of cluster ${ref.cluster}`,
    found: 'no replica that is ready',
  });
}

/** The first of each namespace, then others. */
function spread(pods: readonly ProxyPod[]): readonly ProxyPod[] {
  const first = [...Map.groupBy(pods, ({ namespace }) => namespace).values()].flatMap((group) =>
    group.slice(0, 1),
  );
  const rest = pods.filter((pod) => !first.includes(pod));
  return [...first, ...rest].slice(0, proxiesAsked);
}

/** What keeps a pod or a cluster from being asked is no reason to ask no other; anything else is a defect. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}
