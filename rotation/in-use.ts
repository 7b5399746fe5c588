import { chainByNames, pathAmong, type Known } from './known.ts';
import type { ObservedIstiod, ObservedUnit, TrustCount } from './observed.ts';
import type { Fingerprint } from './trust.ts';

/** The signers that istiods of a unit are seen to issue with, each once; what silent ones issue with is not known. */
export function liveSigners(unit: ObservedUnit): readonly Fingerprint[] {
  return [...new Set(unit.istiods.flatMap(({ serves }) => serves?.signer ?? []))];
}

/**
 * What leaves of a unit verify through now, below their roots: the signers of its source and of its istiods, with
 * their issuers. Of an istiod that signs otherwise than the source these are found by names.
 */
export function signersInUse(unit: ObservedUnit, known: Known): readonly Fingerprint[] {
  const { signer } = unit.source;
  const own =
    signer && pathAmong(known, signer.fingerprint, ({ fingerprint }) => signer.chain.includes(fingerprint));
  const live = liveSigners(unit).flatMap((each) => chainByNames(known, each));
  return [...new Set([...(own ?? []), ...live])];
}

/** The bundle that an istiod holds in memory and hands out; undefined where it is silent. */
export function heldBundle({ serves, handsOut }: ObservedIstiod): readonly Fingerprint[] | undefined {
  return serves?.roots ?? handsOut;
}

/** The root bundles that istiods of a unit are known to hold: a new one is compared with these. */
export function heldBundles(unit: ObservedUnit): readonly (readonly Fingerprint[])[] {
  return unit.istiods.flatMap((istiod) => {
    const held = heldBundle(istiod);
    return held === undefined ? [] : [held];
  });
}

/** Who needs a root, in words: live leaves below it, and istiods or sources that sign below it. */
export interface RootUse {
  readonly root: Fingerprint;
  readonly by: string;
}

/** Where the root of an istiod's signer is not known, all roots that it hands out count as used. */
export function rootUses(unit: ObservedUnit, known: Known, at: string): readonly RootUse[] {
  const { signer } = unit.source;
  return [
    ...liveLeafUses(unit, at),
    ...unit.istiods.flatMap(({ pod, serves }) => {
      if (serves === undefined) return [];
      const issuer = known.signers.get(serves.signer);
      const roots = issuer === undefined ? serves.roots : [issuer.root];
      return roots.map((root) => ({ root, by: `istiod ${pod} of ${unit.unit} signs` }));
    }),
    ...(signer === undefined ? [] : [{ root: signer.root, by: `the CA source of ${unit.unit} signs` }]),
  ];
}

function liveLeafUses(unit: ObservedUnit, at: string): readonly RootUse[] {
  return unit.clusters.flatMap(({ cluster, leaves }) =>
    leaves.flatMap(({ root, count, latestNotAfter }) =>
      root === undefined || count === 0 || Date.parse(latestNotAfter) <= Date.parse(at)
        ? []
        : [{ root, by: `${count} live leaves in ${cluster}` }],
    ),
  );
}

/**
 * Who of a unit is seen not to trust a root yet, in words: proxies, namespaces of the second trust plane, and
 * istiods, whose next answers would hand out a bundle without it. Of what is silent or unreadable `unreadIn` tells.
 */
export function distrusting(unit: ObservedUnit, root: Fingerprint): readonly string[] {
  return [
    ...unit.istiods.flatMap((istiod) =>
      (heldBundle(istiod)?.includes(root) ?? true) ? [] : [`istiod ${istiod.pod} of ${unit.unit}`],
    ),
    ...unit.clusters.flatMap(({ cluster, trust, secondPlane }) => [
      ...lacking(trust, root, (count) => `${count} proxies in ${cluster}`),
      ...lacking(secondPlane, root, (count) => `istio-ca-root-cert in ${count} namespaces of ${cluster}`),
    ]),
  ];
}

function lacking(
  counts: readonly TrustCount[],
  root: Fingerprint,
  words: (count: number) => string,
): readonly string[] {
  const count = counts.reduce((sum, held) => sum + (held.roots.includes(root) ? 0 : held.count), 0);
  return count === 0 ? [] : [words(count)];
}

/** Of whom nothing is known, in words: it may distrust whatever is new, and need whatever is old. */
export interface Unread {
  readonly cluster: string;
  readonly what: string;
}

/** A silent istiod may still sign, and hand out any bundle: it counts like the proxies that it serves. */
export function unreadIn(unit: ObservedUnit): readonly Unread[] {
  return [
    ...unit.istiods.flatMap((istiod) =>
      heldBundle(istiod) === undefined
        ? [{ cluster: istiod.cluster, what: `istiod ${istiod.pod} of ${unit.unit} gives no answer` }]
        : [],
    ),
    ...unit.clusters.flatMap(({ cluster, unreadable }) =>
      unreadable === 0 ? [] : [{ cluster, what: `${unreadable} proxies in ${cluster} cannot be read` }],
    ),
  ];
}
