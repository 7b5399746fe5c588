import { later } from './projection.ts';

/** That every istiod of a unit serves a trust state: what is issued from then on is of it. */
export interface Loaded {
  /** When the last replica had proven it, ISO 8601, by the clock that the census is taken by as well. */
  readonly since: string;
  /** Seconds; no istiod of the unit signs a leaf for longer (MAX_WORKLOAD_CERT_TTL). */
  readonly longestLeaf: number;
  /** Seconds by which the clocks of istiods, peers and API servers may be off, all taken together. */
  readonly clockSkew: number;
}

/** Seconds; MAX_WORKLOAD_CERT_TTL where nothing is set (pilot, DefaultMaxWorkloadCertTTL). */
export const longestLeafByDefault = 90 * 24 * 3600;

/** What a pod tells of the leaves that its proxy may hold, where the proxy itself tells nothing. */
export interface LeafHolder {
  /** By the API server's clock; undefined where it does not say. */
  readonly createdAt: Date | undefined;
  /** Seconds that its agent asks for; undefined where that cannot be told from the pod. */
  readonly longestTtl: number | undefined;
  /** True where it exists only because Meshturn replaced its predecessor after the state was loaded. */
  readonly replaced: boolean;
}

/**
 * The instant (ISO 8601) from which a proxy that cannot be read is known to hold nothing from before a trust state
 * was loaded. Every leaf issued before then has expired by now plus its longest life plus the skew of clocks; a proxy
 * that still takes part has renewed since, and what brings its leaf brings its trust anchors (pkg/security,
 * CreateCertificate). One whose renewals fail holds old anchors beside an expired leaf, and no peer talks to it.
 * A pod that is younger than the state has never been given anything else.
 */
export function provenAt({ createdAt, longestTtl, replaced }: LeafHolder, loaded: Loaded): string {
  const { since, longestLeaf, clockSkew } = loaded;
  const younger = createdAt !== undefined && createdAt.toISOString() > later(since, clockSkew);
  if (replaced || younger) return since;
  return later(since, (longestTtl ?? longestLeaf) + clockSkew);
}
