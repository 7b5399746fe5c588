import { takes } from './bundle-walk.ts';
import { heldBundle } from './in-use.ts';
import type { ObservedCluster, ObservedUnit } from './observed.ts';
import type { UnitTarget } from './targets.ts';
import { sameList, sameSet, type Fingerprint, type Signer } from './trust.ts';

/**
 * Whether a unit is observed to be where a phase would bring it: source, istiods, proxies and the second trust
 * plane. What cannot be read proves nothing, and its phase has to be walked again; unless `forgiving`, where that
 * phase has just been proven and what is silent now spoke then, or started since.
 */
export function isDistributed(unit: ObservedUnit, target: UnitTarget, forgiving: boolean): boolean {
  const trusts = (roots: readonly Fingerprint[]): boolean =>
    target.needed.every((root) => roots.includes(root));
  return (
    sameList(unit.source.roots, target.distributed) &&
    unit.istiods.every((istiod) => {
      const held = heldBundle(istiod);
      return held === undefined ? forgiving : trusts(held) && takes(target.rule, held, target.distributed);
    }) &&
    unit.clusters.every((cluster) => allHold(cluster, trusts, forgiving))
  );
}

export function isActivated(unit: ObservedUnit, signer: Signer | undefined, forgiving: boolean): boolean {
  if (signer === undefined) return true;
  return (
    signsWith(unit, signer) &&
    unit.istiods.every(({ serves }) =>
      serves === undefined ? forgiving : serves.signer === signer.fingerprint,
    ) &&
    unit.clusters.every(
      ({ unreadable, leaves }) =>
        (unreadable === 0 || forgiving) &&
        leaves.every(
          (leaf) => leaf.count === 0 || (leaf.signer === signer.fingerprint && leaf.root === signer.root),
        ),
    )
  );
}

export function isRevoked(unit: ObservedUnit, roots: readonly Fingerprint[], forgiving: boolean): boolean {
  const exact = (held: readonly Fingerprint[]): boolean => sameSet(held, roots);
  return (
    exact(unit.source.roots) &&
    unit.istiods.every(({ serves }) => (serves === undefined ? forgiving : exact(serves.roots))) &&
    unit.clusters.every((cluster) => allHold(cluster, exact, forgiving))
  );
}

/** Whether the CA source itself is right: signer, key and exactly its chain. */
function signsWith({ source }: ObservedUnit, signer: Signer): boolean {
  return source.signer?.fingerprint === signer.fingerprint && sameList(source.chain, signer.chain);
}

function allHold(
  cluster: ObservedCluster,
  right: (roots: readonly Fingerprint[]) => boolean,
  forgiving: boolean,
): boolean {
  return (
    (cluster.unreadable === 0 || forgiving) &&
    [...cluster.trust, ...cluster.secondPlane].every(({ roots, count }) => count === 0 || right(roots))
  );
}
