import { certFacts } from '../pki/certificate.ts';
import { Problem } from '../problems/problem.ts';
import { originOf } from '../rotation/origin.ts';
import type { FormerCa, Wanted } from '../rotation/wanted.ts';
import type { SourceBook } from './ca-source.ts';
import type { MeshRef, NamedUnit } from './contract.ts';
import { distinct } from './distinct.ts';

/** What the CA sources of some units held before a rotation, as a goal. Fingerprints and facts only. Throws Problem. */
export async function readFormerCa(
  sources: SourceBook,
  { fleet, mesh }: MeshRef,
  { kind, before, named }: FormerCa,
  units: readonly NamedUnit[],
): Promise<Wanted> {
  const read = await Promise.all(
    units.map(async ({ unit, controlPlanes }) => {
      const source = await sources.of({ fleet, mesh, unit, controlPlanes });
      const { observed, certificates, wrote } = await source.readBefore(before);
      return { unit, source: observed, certificates, wrote };
    }),
  );
  if (named === true && !read.some(({ wrote }) => wrote)) {
    throw new Problem('ROTATION_UNKNOWN', {
      object: `rotation ${before} of ${fleet}/${mesh}`,
      expected: 'a version of it in some CA source',
    });
  }
  return {
    ...originOf(read, kind),
    exact: true,
    certificates: distinct(read.flatMap(({ certificates }) => certificates)).map(certFacts),
  };
}
