import fc from 'fast-check';
import { chainOf, intermediate } from './certificates.ts';
import { heldOf, reload, renew, type CaFiles, type ModelMesh, type ModelUnit } from './mesh.ts';

/** Bundles that a mesh may be found with while it signs below one of their roots. */
const startBundles = [['A'], ['A'], ['A', 'X'], ['X', 'A'], ['A', 'X', 'A'], ['X', 'A', 'A']];

interface UnitShape {
  readonly atomic?: boolean;
  readonly istiods: readonly { readonly version: string; readonly live: boolean }[];
  readonly clusters: readonly { readonly proxies: number; readonly pinned?: readonly string[] }[];
}

const istiodShape = fc.record({
  version: fc.constantFrom('1.29.4', '1.30.3', '1.31.0', 'custom'),
  live: fc.boolean(),
});

/** What the mesh configuration may pin; mostly nothing. */
const pins = fc.constantFrom([], [], [], ['A'], ['B'], ['B', 'X']);

const unitShape: fc.Arbitrary<UnitShape> = fc.record({
  atomic: fc.boolean(),
  istiods: fc.array(istiodShape, { minLength: 1, maxLength: 3 }),
  clusters: fc.array(fc.record({ proxies: fc.nat({ max: 2 }), pinned: pins }), {
    minLength: 1,
    maxLength: 2,
  }),
});

export interface MeshShape {
  readonly units: readonly UnitShape[];
  readonly bundle: readonly string[];
  /** The root that it signs below; A where left out. */
  readonly signing?: string;
}

/** A mesh at rest: every unit signs below the same root, everybody trusts the same bundle. */
export function meshOf({ units, bundle, signing = 'A' }: MeshShape): ModelMesh {
  return { units: units.map((shape, i) => unitAtRest(`u${i + 1}`, shape, { roots: bundle, signing })) };
}

export const meshShape = fc
  .record({
    units: fc.array(unitShape, { minLength: 1, maxLength: 3 }),
    bundle: fc.constantFrom(...startBundles),
    tall: fc.boolean(),
  })
  .map(({ tall, ...shape }) => ({ ...shape, signing: tall && shape.bundle.includes('X') ? 'X' : 'A' }));

function unitAtRest(
  name: string,
  shape: UnitShape,
  { roots, signing }: { readonly roots: readonly string[]; readonly signing: string },
): ModelUnit {
  const signer = intermediate(signing, name);
  const files: CaFiles = { roots, chain: chainOf(signer), key: signer, cert: signer };
  return {
    name,
    atomic: shape.atomic ?? false,
    source: files,
    istiods: shape.istiods.map((istiod, i) => ({
      ...istiod,
      pod: `${name}-${i}`,
      silent: false,
      volume: files,
      held: heldOf(files),
      refused: [],
    })),
    clusters: shape.clusters.map(({ proxies, pinned = [] }, i) => ({
      name: `${name}c${i}`,
      proxies: Array.from({ length: proxies }, () => ({
        signer,
        whole: true,
        trust: roots,
        pinned,
        mute: false,
      })),
      secondPlane: roots,
    })),
  };
}

const someRoot = fc.constantFrom('A', 'B', 'X');

/** What somebody may have written into a source by hand, right or wrong. */
export const handWritten = fc.record({
  unit: fc.nat(),
  roots: fc.array(someRoot, { minLength: 1, maxLength: 4 }),
  chain: fc.array(someRoot, { minLength: 1, maxLength: 2 }),
  key: someRoot,
  /** Mostly the key's own. */
  cert: fc.option(someRoot, { freq: 4 }),
  /** Whether the chain lacks what stands above its intermediates. */
  short: fc.boolean(),
  /** How many of the proxies got something new since. */
  renewed: fc.nat({ max: 4 }),
});

export type HandWritten = typeof handWritten extends fc.Arbitrary<infer T> ? T : never;

/** The mesh after a hand-made write has reached every volume, and each istiod did what it does with it. */
export function writeByHand(mesh: ModelMesh, edit: HandWritten): void {
  const unit = mesh.units[edit.unit % mesh.units.length];
  if (unit === undefined) return;
  const own = (root: string): string => intermediate(root, unit.name);
  unit.source = {
    roots: edit.roots,
    chain: edit.chain.flatMap((root) => chainOf(own(root)).slice(0, edit.short ? 1 : 2)),
    key: own(edit.key),
    cert: own(edit.cert ?? edit.key),
  };
  for (const istiod of unit.istiods) {
    istiod.volume = unit.source;
    if (istiod.live) reload(istiod);
  }
  const proxies = unit.clusters.flatMap((cluster) => cluster.proxies);
  for (const proxy of proxies.slice(0, edit.renewed)) {
    const { held } = unit.istiods[0] ?? {};
    if (held === undefined) continue;
    renew(proxy, held);
  }
}
