import type { HandWritten, MeshShape } from './arbitrary.ts';

/** A mesh whose sources somebody tore by hand, and what is wanted of it. */
export interface TornMesh {
  readonly shape: MeshShape & { readonly signing: string };
  readonly edits: readonly HandWritten[];
  /** After so much of a first rotation a second one is planned. */
  readonly cutAfter: number | null;
  readonly goal: { readonly roots: readonly string[]; readonly signing: string };
}

/** Istiods of one unit: `1.29.4 live`, `1.31.0`. */
function unit(istiods: readonly string[], proxies: readonly number[] = [0]): MeshShape['units'][number] {
  return {
    atomic: false,
    istiods: istiods.map((one) => ({ version: one.replace(' live', ''), live: one.endsWith(' live') })),
    clusters: proxies.map((count) => ({ proxies: count, pinned: [] })),
  };
}

const byHand = { unit: 0, cert: null, short: false, renewed: 0 };

/** In a wrong order each is led through a set that no istiod must load, or stops. */
export const tornMeshes: readonly TornMesh[] = [
  {
    // One source signs below A, which all trust, the other trusts only X: whoever starts next hands that out.
    shape: {
      units: [unit(['1.29.4 live', '1.29.4']), unit(['1.29.4'])],
      ...{ bundle: ['A', 'X'], signing: 'X' },
    },
    edits: [
      { ...byHand, roots: ['X'], chain: ['A'], key: 'X' },
      { ...byHand, unit: 1, roots: ['A'], chain: ['A'], key: 'A' },
    ],
    ...{ cutAfter: null, goal: { roots: ['B'], signing: 'B' } },
  },
  {
    // The issuer that the chain lacks is one of a signer that is live: with it the set verifies, without A.
    shape: {
      units: [unit(['1.31.0 live', '1.29.4']), unit(['1.31.0 live', '1.29.4'])],
      ...{ bundle: ['X', 'A'], signing: 'X' },
    },
    edits: [
      { ...byHand, roots: ['A', 'X'], chain: ['A'], key: 'A' },
      { ...byHand, roots: ['X'], chain: ['A'], key: 'X' },
    ],
    ...{ cutAfter: null, goal: { roots: ['B'], signing: 'B' } },
  },
  {
    // Of two torn sources one has no root in use, the other only one of two.
    shape: {
      units: [unit(['1.30.3 live']), unit(['1.29.4 live', '1.29.4'])],
      ...{ bundle: ['A', 'X', 'A'], signing: 'X' },
    },
    edits: [
      { ...byHand, unit: 1, roots: ['X'], chain: ['A'], key: 'X' },
      { ...byHand, roots: ['B'], chain: ['A'], key: 'A' },
    ],
    ...{ cutAfter: null, goal: { roots: ['B'], signing: 'B' } },
  },
  {
    // The bundle was mended and had not reached every volume.
    shape: { units: [unit(['1.29.4 live', '1.29.4'])], bundle: ['X', 'A', 'A'], signing: 'A' },
    edits: [{ ...byHand, roots: ['X'], chain: ['A'], key: 'X' }],
    ...{ cutAfter: 4, goal: { roots: ['X'], signing: 'X' } },
  },
  {
    // The same, and nothing is left to distribute.
    shape: {
      units: [unit(['custom live', '1.31.0 live', '1.30.3'])],
      ...{ bundle: ['A', 'X'], signing: 'A' },
    },
    edits: [{ ...byHand, roots: ['X'], chain: ['A', 'X'], key: 'X', short: true }],
    ...{ cutAfter: 3, goal: { roots: ['X'], signing: 'X' } },
  },
  {
    // What is live is below X, which many distrust; what is in the torn source is below A, which all trust.
    shape: { units: [unit(['1.31.0 live'], [2, 2])], bundle: ['A'], signing: 'A' },
    edits: [
      { ...byHand, roots: ['X', 'B', 'A'], chain: ['X'], key: 'X', renewed: 1 },
      { ...byHand, roots: ['B'], chain: ['A'], key: 'A', short: true, renewed: 1 },
    ],
    ...{ cutAfter: 48, goal: { roots: ['A'], signing: 'A' } },
  },
  {
    // One istiod signs with a torn chain, the other with an intermediate of which no leaf tells the root.
    shape: { units: [unit(['1.30.3 live', '1.31.0'])], bundle: ['X', 'A'], signing: 'X' },
    edits: [
      { ...byHand, roots: ['A'], chain: ['B'], key: 'A' },
      { ...byHand, roots: ['A'], chain: ['B'], key: 'B', cert: 'A' },
    ],
    ...{ cutAfter: null, goal: { roots: ['B', 'A'], signing: 'B' } },
  },
];
