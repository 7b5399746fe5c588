import { certFacts, type Certificate } from '../../pki/certificate.ts';
import { type LeafCount, type ObservedCluster, type TrustCount } from '../../rotation/observed.ts';
import { type CertFacts, type Fingerprint } from '../../rotation/trust.ts';
import { type WorkloadCluster } from './cluster.ts';
import { foreignAnchors } from './foreign-anchors.ts';
import { leafPath } from './leaf-path.ts';
import { lookAt, type Look } from './look.ts';
import { listMeshPods } from './pods.ts';
import { takenAt } from './renewal.ts';
import { namespacesOf, readSecondPlane } from './second-plane.ts';

const defaultTtl = 24 * 3600;

/** What the workloads of a cluster hold, and facts on every certificate that is named in it. */
export interface ClusterCount {
  readonly observed: ObservedCluster;
  readonly certificates: readonly CertFacts[];
}

/** What is kept of one proxy; its certificates are let go. */
interface Counted {
  readonly roots: readonly Fingerprint[];
  readonly signer: Fingerprint | undefined;
  readonly root: Fingerprint | undefined;
  readonly notAfter: Date;
}

/**
 * Looks at every proxy and at the second trust plane of a cluster, for planning. Trust anchors of the mesh
 * configuration are not the CA's and are left out. Throws Problem as the API server refuses.
 */
export async function countCluster(cluster: WorkloadCluster, now = () => new Date()): Promise<ClusterCount> {
  const { client } = cluster;
  const foreign = new Set(await foreignAnchors(cluster));
  const { proxies, ambient } = await listMeshPods(client);
  const seen = new Map<Fingerprint, CertFacts>();
  const see = (one: Certificate) => void seen.set(one.fingerprint, certFacts(one));
  let longestLeafTtlSeconds = 0;
  const looks = await lookAt(client, proxies, (look) => {
    longestLeafTtlSeconds = Math.max(longestLeafTtlSeconds, ttlOf(look));
    return 'secrets' in look ? countOne(look, foreign, now(), see) : undefined;
  });
  const counted = looks.filter((one) => one !== undefined);
  const namespaces = await readSecondPlane(client, namespacesOf(proxies));
  for (const { certificates } of namespaces) certificates.forEach(see);
  return {
    observed: {
      cluster: client.name,
      proxies: looks.length,
      unreadable: looks.length - counted.length,
      trust: trustCounts(counted.map(({ roots }) => roots)),
      leaves: leafCounts(counted),
      secondPlane: trustCounts(namespaces.map(({ roots = [] }) => roots)),
      longestLeafTtlSeconds,
      ambient,
    },
    certificates: [...seen.values()],
  };
}

function countOne(
  { secrets }: Extract<Look, { secrets: unknown }>,
  foreign: ReadonlySet<Fingerprint>,
  at: Date,
  see: (certificate: Certificate) => void,
): Counted {
  const own = secrets.roots.filter(({ fingerprint }) => !foreign.has(fingerprint));
  const result = leafPath(
    secrets,
    own.map(({ fingerprint }) => fingerprint),
    at,
  );
  const [, signer] = result.ok ? result.path : [];
  const root = result.ok ? result.path.at(-1) : undefined;
  for (const certificate of [...own, signer, root]) if (certificate !== undefined) see(certificate);
  return {
    roots: [...new Set(own.map(({ fingerprint }) => fingerprint))],
    signer: signer?.fingerprint,
    root: root?.fingerprint,
    notAfter: secrets.chain[0].notAfter,
  };
}

/** What the pod asks for, or how long the leaf that it holds lives, whichever is longer; seconds. */
function ttlOf(look: Look): number {
  const asked = look.pod.settings.ttlSeconds ?? 0;
  if (!('secrets' in look)) return asked === 0 ? defaultTtl : asked;
  const lives = look.secrets.chain[0].notAfter.getTime() - takenAt(look.secrets).getTime();
  return Math.max(asked, Math.ceil(lives / 1000));
}

/** Bundles of the same roots in another order are counted together. */
export function trustCounts(bundles: readonly (readonly Fingerprint[])[]): readonly TrustCount[] {
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
