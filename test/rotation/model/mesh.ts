import { takes, strictestRule } from '../../../rotation/bundle-walk.ts';
import type { Fingerprint } from '../../../rotation/trust.ts';
import { chainOf, rootOf } from './certificates.ts';
import type { Dice } from './dice.ts';

/** The four files of a CA source or a volume. */
export interface CaFiles {
  roots: readonly Fingerprint[];
  chain: readonly Fingerprint[];
  key: Fingerprint;
  cert: Fingerprint;
}

export interface ModelIstiod {
  readonly pod: string;
  readonly version: string;
  /** Whether it loads a changed volume by itself. */
  readonly live: boolean;
  /** It runs, and gives no answer to a probe: nobody knows what it holds until it has loaded something. */
  silent: boolean;
  volume: CaFiles;
  /** What it holds in memory; undefined where it crashed at its start. */
  held: Held | undefined;
  /** Bundles that it refused, which a plan must never write. */
  readonly refused: (readonly Fingerprint[])[];
}

export interface Held {
  readonly roots: readonly Fingerprint[];
  readonly chain: readonly Fingerprint[];
  readonly signer: Fingerprint;
}

export interface ModelProxy {
  signer: Fingerprint;
  /** Whether its chain holds its signer and what issued that, without which no peer can verify the leaf. */
  whole: boolean;
  /** What its CA gave it. */
  trust: readonly Fingerprint[];
  /** What the mesh configuration gives it besides. */
  readonly pinned: readonly Fingerprint[];
  /** It serves, and tells nobody what it holds. */
  mute: boolean;
}

/** All that a proxy holds. */
export function anchorsOf({ trust, pinned }: ModelProxy): readonly Fingerprint[] {
  return [...new Set([...trust, ...pinned])];
}

interface ModelCluster {
  readonly name: string;
  readonly proxies: ModelProxy[];
  secondPlane: readonly Fingerprint[];
}

export interface ModelUnit {
  readonly name: string;
  /** Whether its source changes in one write, and every volume likewise. */
  readonly atomic: boolean;
  source: CaFiles;
  readonly istiods: readonly ModelIstiod[];
  readonly clusters: readonly ModelCluster[];
}

export interface ModelMesh {
  readonly units: readonly ModelUnit[];
}

/**
 * As istiod verifies a set: key and certificate match, and the certificate verifies to a root by way of the chain,
 * which need not hold the certificate itself.
 */
export function verifies({ roots, chain, key, cert }: CaFiles): boolean {
  const [, ...issuers] = chainOf(cert);
  return key === cert && roots.includes(rootOf(cert)) && issuers.every((issuer) => chain.includes(issuer));
}

/** Whether a peer can verify the leaves of who holds this. */
export function isVerifiable({ chain, signer }: Held): boolean {
  return chainOf(signer).every((each) => chain.includes(each));
}

/** No leaf that is signed with such a set lacks its issuer. */
export function isWhole(files: CaFiles): boolean {
  return verifies(files) && files.chain.includes(files.cert);
}

/** A running istiod looks at its volume: takes the set whole, or refuses it whole. */
export function reload(istiod: ModelIstiod): void {
  const { volume, held, version } = istiod;
  if (held === undefined) {
    restart(istiod);
    return;
  }
  if (!takes(strictestRule([version]), held.roots, volume.roots)) {
    // Of a set that does not verify istiod would have taken nothing anyway, and of a silent one nobody could know.
    if (verifies(volume) && !istiod.silent) istiod.refused.push(volume.roots);
    return;
  }
  if (verifies(volume)) istiod.held = heldOf(volume);
}

export function restart(istiod: ModelIstiod): void {
  istiod.held = verifies(istiod.volume) ? heldOf(istiod.volume) : undefined;
}

/**
 * A new pod in the place of an istiod: its volume is what the source holds. With a set that does not verify it never
 * becomes ready, and the pod before it stays.
 */
export function startAnew(istiod: ModelIstiod, source: CaFiles): void {
  if (!verifies(source)) return;
  istiod.volume = source;
  restart(istiod);
}

/** The mesh with a new pod beside each istiod: all that anybody may be answered by as soon as pods start. */
export function withStarted({ units }: ModelMesh): ModelMesh {
  return {
    units: units.map((unit) => ({
      ...unit,
      istiods: unit.istiods.flatMap((istiod) => {
        const started = { ...istiod };
        startAnew(started, unit.source);
        return [istiod, started];
      }),
    })),
  };
}

export function heldOf({ roots, chain, cert }: CaFiles): Held {
  return { roots, chain, signer: cert };
}

/** The agent sends a CSR: a new leaf, its chain, and the bundle to trust. */
export function renew(proxy: ModelProxy, held: Held): void {
  proxy.signer = held.signer;
  proxy.whole = isVerifiable(held);
  proxy.trust = held.roots;
}

/** So many of a hundred istiods give no answer from now on, until they have loaded something. */
export function hush({ units }: ModelMesh, dice: Dice, percent: number): void {
  for (const istiod of units.flatMap(({ istiods }) => istiods)) istiod.silent = dice.chance(percent);
}

/** So many of a hundred proxies cannot be read from now on. */
export function mute({ units }: ModelMesh, dice: Dice, percent: number): void {
  const clusters = units.flatMap((unit) => unit.clusters);
  for (const proxy of clusters.flatMap(({ proxies }) => proxies)) proxy.mute = dice.chance(percent);
}
