import type { ObservedCluster, ObservedIstiod } from './observed.ts';
import type { Fingerprint } from './trust.ts';

/** One cluster, as far as it could be seen, for the question who trusts what. */
export interface SeenCluster {
  readonly cluster: string;
  /** Of a cluster whose control plane has a CA source that could be read. */
  readonly source?: {
    readonly roots: readonly Fingerprint[];
    readonly signer: Fingerprint | undefined;
  };
  readonly istiods: readonly ObservedIstiod[];
  readonly workloads?: ObservedCluster;
}

/** So many of so many. */
export interface Share {
  readonly count: number;
  readonly total: number;
}

/** How far a certificate is trusted, or signed with, in one cluster or in all. */
export interface Trusting {
  /** CA sources whose root bundle holds it. */
  readonly bundles: Share;
  /** CA sources that sign with it. */
  readonly signers: Share;
  /** istiods that hand it out as a root. */
  readonly istiods: Share;
  /** istiods that sign with it. */
  readonly signing: Share;
  /** Proxies that have it among their trust anchors. */
  readonly proxies: Share;
  /** Proxies whose leaf it signed, or is the root of. */
  readonly leaves: Share;
  /** istio-ca-root-cert by namespace, and webhooks of istiod, that hold it. */
  readonly secondPlane: Share;
}

/** Counts in one cluster. Proxies that could not be read are in the total: they may hold anything. */
export function trustingIn(fingerprint: Fingerprint, seen: SeenCluster): Trusting {
  const { source, istiods, workloads } = seen;
  const holds = (roots: readonly Fingerprint[] = []) => roots.includes(fingerprint);
  const answering = istiods.filter(({ handsOut, serves }) => handsOut !== undefined || serves !== undefined);
  const proxies = workloads?.proxies ?? 0;
  const sources = source === undefined ? 0 : 1;
  return {
    bundles: share(holds(source?.roots) ? 1 : 0, sources),
    signers: share(source?.signer === fingerprint ? 1 : 0, sources),
    istiods: share(
      answering.filter(({ handsOut, serves }) => holds(handsOut ?? serves?.roots)).length,
      answering.length,
    ),
    signing: share(answering.filter(({ serves }) => serves?.signer === fingerprint).length, answering.length),
    proxies: share(sum(workloads?.trust.filter(({ roots }) => holds(roots))), proxies),
    leaves: share(
      sum(workloads?.leaves.filter(({ signer, root }) => signer === fingerprint || root === fingerprint)),
      proxies,
    ),
    secondPlane: share(
      sum(workloads?.secondPlane.filter(({ roots }) => holds(roots))),
      sum(workloads?.secondPlane),
    ),
  };
}

/** The same over all clusters. */
export function trustingOf(fingerprint: Fingerprint, clusters: readonly SeenCluster[]): Trusting {
  const none = share(0, 0);
  const nothing: Trusting = {
    ...{ bundles: none, signers: none, istiods: none, signing: none },
    ...{ proxies: none, leaves: none, secondPlane: none },
  };
  return clusters.map((seen) => trustingIn(fingerprint, seen)).reduce(added, nothing);
}

function added(a: Trusting, b: Trusting): Trusting {
  const add = (key: keyof Trusting) => share(a[key].count + b[key].count, a[key].total + b[key].total);
  return {
    ...{ bundles: add('bundles'), signers: add('signers'), istiods: add('istiods'), signing: add('signing') },
    ...{ proxies: add('proxies'), leaves: add('leaves'), secondPlane: add('secondPlane') },
  };
}

function share(count: number, total: number): Share {
  return { count, total };
}

function sum(counts: readonly { readonly count: number }[] = []): number {
  return counts.reduce((all, { count }) => all + count, 0);
}
