import { certFacts, type Certificate } from '../../pki/certificate.ts';
import type { LeafCount, ObservedCluster, TrustCount } from '../../rotation/observed.ts';
import { longestLeafByDefault } from '../../rotation/proven-by-time.ts';
import type { CertFacts, Fingerprint } from '../../rotation/trust.ts';
import type { Warning } from '../istiod/warning.ts';
import { beating } from './beating.ts';
import type { WorkloadCluster } from './cluster.ts';
import { foreignAnchors, type ForeignAnchors } from './foreign-anchors.ts';
import { leafPath } from './leaf-path.ts';
import { lookAt, type Look } from './look.ts';
import { listMeshPods } from './pods.ts';
import { presents } from './proxy-state.ts';
import { defaultTtlSeconds } from './proxy-settings.ts';
import { takenAt } from './renewal.ts';
import { readSecondPlane } from './second-plane.ts';

/** What the workloads of a cluster hold, and facts on every certificate that is named in it. */
export interface ClusterCount {
  readonly observed: ObservedCluster;
  readonly certificates: readonly CertFacts[];
  readonly warnings: readonly Warning[];
}

/** Agents of these versions keep one root of a bundle; mended in 1.24.5 and 1.25.2. */
const keepingOneRoot = new Set(['1.24.4', '1.25.1']);

/** What is kept of one proxy; its certificates are let go. */
interface Counted {
  readonly roots: readonly Fingerprint[];
  /** Those of the roots that came with its leaf. */
  readonly presented: readonly Fingerprint[];
  readonly signer: Fingerprint | undefined;
  readonly root: Fingerprint | undefined;
  readonly notAfter: Date;
}

/**
 * Looks at every proxy and at the second trust plane of a cluster, for planning. Trust anchors that the mesh
 * configuration gives by URL are not the CA's and are left out, and so are proxies that have never started; those
 * that it pins by PEM are named. Heartbeats. Throws Problem as the API server refuses.
 * @param longestLeaf seconds; what its istiods sign at most, which may be known only while proxies are looked at
 */
export function countCluster(
  cluster: WorkloadCluster,
  longestLeaf: number | Promise<number> = longestLeafByDefault,
): Promise<ClusterCount> {
  return beating(`the proxies of cluster ${cluster.client.name}`, () => count(cluster, longestLeaf));
}

async function count(cluster: WorkloadCluster, longestLeaf: number | Promise<number>): Promise<ClusterCount> {
  const { client } = cluster;
  const foreign = await foreignAnchors(cluster);
  const pods = await listMeshPods(client);
  const seen = new Map<Fingerprint, CertFacts>();
  const see = (one: Certificate) => void seen.set(one.fingerprint, certFacts(one));
  const looks = await lookAt(cluster, pods.proxies, (look) => {
    const counted = 'secrets' in look ? countOne(look, foreign.fingerprints, new Date(), see) : undefined;
    return { unborn: look.pod.unborn, counted, ttl: ttlOf(look) };
  });
  const longest = await longestLeaf;
  const ttl = ({ asked = longest, held }: Ttl) => Math.max(Math.min(asked, longest), held);
  const fileMounted = pods.proxies.filter(({ settings }) => settings.fromFiles).length;
  const oneRoot = pods.proxies.filter(({ version }) => keepingOneRoot.has(version)).length;
  const started = looks.filter(({ unborn }) => !unborn);
  const counted = started.flatMap((look) => look.counted ?? []);
  const { namespaces, webhooks } = await readSecondPlane(cluster, pods);
  const places = [...namespaces, ...webhooks];
  for (const { certificates } of places) certificates.forEach(see);
  const isKnown = knownAnchors(foreign, [
    ...counted.flatMap(({ presented }) => presented),
    ...places.flatMap(({ roots = [] }) => roots),
  ]);
  const strange = new Set(counted.flatMap(({ roots }) => roots.filter((root) => !isKnown(root))));
  return {
    observed: {
      cluster: client.name,
      proxies: started.length,
      unreadable: started.length - counted.length,
      trust: trustCounts(counted.map(({ roots }) => roots.filter(isKnown))),
      ...(foreign.fingerprints.length === 0 ? {} : { pinned: foreign.fingerprints }),
      leaves: leafCounts(counted),
      secondPlane: trustCounts(places.map(({ roots = [] }) => roots)),
      longestLeafTtlSeconds: looks.reduce((sum, look) => Math.max(sum, ttl(look.ttl)), 0),
      ...(fileMounted === 0 ? {} : { fileMounted }),
      ...(oneRoot === 0 ? {} : { oneRootAgents: oneRoot }),
      ambient: pods.ambient,
    },
    certificates: [...seen.values()].filter(({ fingerprint }) => !strange.has(fingerprint)),
    warnings: foreign.urls.map((url) => ({
      code: 'FOREIGN_ANCHORS_UNKNOWN',
      cluster: client.name,
      text: `caCertificates of the mesh configuration name ${url}`,
    })),
  };
}

function countOne(
  { secrets }: Extract<Look, { secrets: unknown }>,
  pinned: readonly Fingerprint[],
  at: Date,
  see: (certificate: Certificate) => void,
): Counted {
  const roots = [...new Set(secrets.roots.map(({ fingerprint }) => fingerprint))];
  const own = roots.filter((root) => !pinned.includes(root));
  const result = leafPath(secrets, own, at);
  const [, signer] = result.ok ? result.path : [];
  const root = result.ok ? result.path.at(-1) : undefined;
  for (const certificate of [...secrets.roots, signer, root]) if (certificate !== undefined) see(certificate);
  return {
    roots,
    presented: roots.filter((one) => presents(secrets, one)),
    signer: signer?.fingerprint,
    root: root?.fingerprint,
    notAfter: secrets.chain[0].notAfter,
  };
}

/** Where anchors come from URLs too, only those are known that are pinned, came with a leaf or are in the second plane. */
function knownAnchors(
  { urls, fingerprints }: ForeignAnchors,
  seen: readonly Fingerprint[],
): (root: Fingerprint) => boolean {
  const known = new Set([...fingerprints, ...seen]);
  return (root) => urls.length === 0 || known.has(root);
}

/** Seconds that a leaf of one pod may live. */
interface Ttl {
  /** What it asks for, of which istiod refuses what is beyond its own longest; undefined where the pod does not tell. */
  readonly asked: number | undefined;
  /** Of the leaf that it holds; 0 where that cannot be seen. */
  readonly held: number;
}

/** Of a leaf that cannot be seen it is the life by which time will prove it. */
function ttlOf(look: Look): Ttl {
  const { settings, unborn } = look.pod;
  const asked = settings.ttlSeconds ?? 0;
  if (unborn) return { asked: asked === 0 ? defaultTtlSeconds : asked, held: 0 };
  if (!('secrets' in look))
    return { asked: settings.longestTtlSeconds, held: settings.longestTtlSeconds ?? 0 };
  const lives = look.secrets.chain[0].notAfter.getTime() - takenAt(look.secrets).getTime();
  return { asked, held: Math.ceil(lives / 1000) };
}

/** Bundles of the same roots in another order are counted together. */
function trustCounts(bundles: readonly (readonly Fingerprint[])[]): readonly TrustCount[] {
  const groups = Map.groupBy(bundles, (roots) => [...new Set(roots)].sort().join(' '));
  return [...groups.values()].map((group) => ({ roots: group[0] ?? [], count: group.length }));
}

function leafCounts(counted: readonly Counted[]): readonly LeafCount[] {
  const groups = Map.groupBy(counted, ({ signer, root }) => `${signer ?? ''} ${root ?? ''}`);
  return [...groups.values()].map((group) => ({
    signer: group[0]?.signer,
    root: group[0]?.root,
    count: group.length,
    latestNotAfter: new Date(Math.max(...group.map(({ notAfter }) => notAfter.getTime()))).toISOString(),
  }));
}
