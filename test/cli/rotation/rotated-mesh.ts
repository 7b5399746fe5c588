import { observed, wanted } from '../samples.ts';

const { units } = observed();

/** The CA that the mesh had before a rotation, as its sources tell it. */
export const former = {
  ...wanted,
  roots: units[0]?.source.roots ?? [],
  signers: Object.fromEntries(
    units.flatMap(({ unit, source }) => (source.signer ? [[unit, source.signer]] : [])),
  ),
};

/** The mesh once a rotation has brought its new root. */
export const rotatedMesh = observed((unit) => ({
  ...unit,
  source: { ...unit.source, roots: [...unit.source.roots, ...wanted.roots] },
  certificates: [...unit.certificates, ...wanted.certificates],
}));
