import type { Known } from './known.ts';
import type { ObservedCluster, ObservedUnit } from './observed.ts';
import type { Proof } from './plan.ts';
import type { SourceState } from './stages.ts';

/**
 * The unit as it will be observed once its source holds `state` and the proofs named were given: what the
 * planner checks the writes after them against. Trust that was not proven again stays as it was.
 */
export function project(
  unit: ObservedUnit,
  state: SourceState,
  proofs: readonly Proof[],
  known: Known,
  at: string,
): ObservedUnit {
  const signer = known.signers.get(state.signer);
  const serves = { roots: state.roots, signer: state.signer };
  const loaded = proofs.includes('loaded');
  return {
    ...unit,
    source: {
      ...unit.source,
      roots: state.roots,
      chain: state.chain,
      signer: state.sound && signer !== undefined ? { ...signer, chain: state.chain } : undefined,
    },
    istiods: loaded ? unit.istiods.map((istiod) => ({ ...istiod, serves })) : unit.istiods,
    clusters: unit.clusters.map((cluster) =>
      converged(planeTwo(cluster, state, proofs), state, proofs, signer?.root, at),
    ),
  };
}

function planeTwo(cluster: ObservedCluster, state: SourceState, proofs: readonly Proof[]): ObservedCluster {
  if (!proofs.includes('secondPlane')) return cluster;
  const count = cluster.secondPlane.reduce((sum, held) => sum + held.count, 0);
  return { ...cluster, secondPlane: [{ roots: state.roots, count }] };
}

function converged(
  cluster: ObservedCluster,
  state: SourceState,
  proofs: readonly Proof[],
  root: string | undefined,
  at: string,
): ObservedCluster {
  if (!proofs.includes('converged')) return cluster;
  // Proven means that every leaf was issued anew, so it lives on past any instant of the plan.
  const latestNotAfter = later(at, cluster.longestLeafTtlSeconds + 1);
  const count = cluster.proxies;
  return {
    ...cluster,
    unreadable: 0,
    trust: [{ roots: state.roots, count }],
    leaves: [{ signer: state.signer, root, count, latestNotAfter }],
  };
}

const endOfTime = 8_640_000_000_000_000;

/** An ISO instant so many seconds later; the last one there is where that lies beyond. */
export function later(at: string, seconds: number): string {
  return new Date(Math.min(Date.parse(at) + 1000 * seconds, endOfTime)).toISOString();
}
