import type { LeafCount, ObservedIstiod, ObservedMesh, ObservedUnit } from '../../../rotation/observed.ts';
import type { CertFacts, Fingerprint } from '../../../rotation/trust.ts';
import type { PlanPolicy, Wanted } from '../../../rotation/wanted.ts';
import { chainOf, facts, intermediate, rootOf, signer } from './certificates.ts';
import {
  anchorsOf,
  isVerifiable,
  verifies,
  type Held,
  type ModelMesh,
  type ModelProxy,
  type ModelUnit,
} from './mesh.ts';

export const now = '2026-12-01T00:00:00.000Z';

export const defaultPolicy: PlanPolicy = {
  phases: 'three',
  chain: 'beforeKey',
  waveWidth: 3,
  expectedSeconds: 172_800,
  compromised: [],
  overrides: [],
};

export function observe({ units }: ModelMesh): ObservedMesh {
  return { mesh: 'model', at: now, units: units.map(observeUnit) };
}

/** A new root for the whole mesh with one intermediate a unit. */
export function wantedRoots(mesh: ModelMesh, roots: readonly string[], signing = roots[0] ?? ''): Wanted {
  const signers = mesh.units.map(({ name }) => signer(intermediate(signing, name)));
  return {
    kind: 'root',
    roots,
    signers: Object.fromEntries(mesh.units.map(({ name }) => [name, signer(intermediate(signing, name))])),
    certificates: [
      ...roots.map((root) => facts(root)),
      ...signers.flatMap(({ chain }) => chain.map((each) => facts(each))),
    ],
  };
}

/** Another intermediate for every unit, below the root that it signs below. */
export function wantedIntermediates({ units }: ModelMesh, root = 'A'): Wanted {
  const signers = units.map(({ name }) => [name, signer(intermediate(root + root, name))] as const);
  return {
    kind: 'intermediate',
    roots: [],
    signers: Object.fromEntries(signers),
    certificates: signers.flatMap(([, { chain }]) => chain.map((each) => facts(each))),
  };
}

/** The same with some certificates expiring at `notAfter`. */
export function expiring(mesh: ObservedMesh, which: readonly Fingerprint[], notAfter: string): ObservedMesh {
  return {
    ...mesh,
    units: mesh.units.map((unit) => ({ ...unit, certificates: ending(unit.certificates, which, notAfter) })),
  };
}

export function ending(
  certificates: readonly CertFacts[],
  which: readonly Fingerprint[],
  notAfter: string,
): readonly CertFacts[] {
  return certificates.map((each) => (which.includes(each.fingerprint) ? { ...each, notAfter } : each));
}

export function observeUnit({ name, atomic, source, istiods, clusters }: ModelUnit): ObservedUnit {
  const sound = verifies(source);
  return {
    unit: name,
    controlPlanes: [name],
    source: {
      kind: 'keyVault',
      roots: source.roots,
      signer: sound ? { ...signer(source.cert), chain: source.chain } : undefined,
      certificate: source.cert,
      ...(!sound && source.key === source.cert ? { paired: true } : {}),
      chain: source.chain,
      atomic,
      restorable: true,
      heldBy: undefined,
    },
    reload: 'live',
    istiods: istiods.map(({ pod, version, held, silent }) => ({
      cluster: name,
      pod,
      revision: 'default',
      version,
      ...answerOf(silent ? undefined : held),
    })),
    clusters: clusters.map((cluster) => {
      const read = cluster.proxies.filter(({ mute }) => !mute);
      return {
        cluster: cluster.name,
        proxies: cluster.proxies.length,
        unreadable: cluster.proxies.length - read.length,
        trust: read.map((proxy) => ({ roots: anchorsOf(proxy), count: 1 })),
        pinned: cluster.proxies.flatMap(({ pinned }) => pinned),
        leaves: read.map(leafOf),
        secondPlane: cluster.proxies.length === 0 ? [] : [{ roots: cluster.secondPlane, count: 1 }],
        longestLeafTtlSeconds: 86_400,
        ambient: false,
      };
    }),
    certificates: ['A', 'B', 'X'].flatMap((root) => [
      facts(root),
      ...[root, root + root].flatMap((one) => chainOf(intermediate(one, name)).map((each) => facts(each))),
    ]),
    strangers: [],
    warnings: [],
  };
}

function leafOf(proxy: ModelProxy): LeafCount {
  return {
    signer: proxy.whole ? proxy.signer : undefined,
    root: proxy.whole ? rootOf(proxy.signer) : undefined,
    count: 1,
    latestNotAfter: '2026-12-02T00:00:00.000Z',
  };
}

/** A probe leaf that no peer could verify tells nothing of its signer. */
function answerOf(held: Held | undefined): Pick<ObservedIstiod, 'serves' | 'handsOut'> {
  if (held === undefined) return { serves: undefined };
  if (!isVerifiable(held)) return { serves: undefined, handsOut: held.roots };
  return { serves: { roots: held.roots, signer: held.signer } };
}
