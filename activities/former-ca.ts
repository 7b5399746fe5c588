import { certFacts } from '../pki/certificate.ts';
import { originOf } from '../rotation/origin.ts';
import type { FormerCa, Wanted } from '../rotation/wanted.ts';
import type { SourceBook } from './ca-source.ts';
import type { MeshRef, NamedUnit } from './contract.ts';
import { distinct } from './distinct.ts';

/** What the CA sources of some units held before a rotation, as a goal. Fingerprints and facts only. Throws Problem. */
export async function readFormerCa(
  sources: SourceBook,
  { fleet, mesh }: MeshRef,
  { kind, before }: FormerCa,
  units: readonly NamedUnit[],
): Promise<Wanted> {
  const read = await Promise.all(
    units.map(async ({ unit, controlPlanes }) => {
      const source = await sources.of({ fleet, mesh, unit, controlPlanes });
      const { observed, certificates } = await source.readBefore(before);
      return { unit, source: observed, certificates };
    }),
  );
  return {
    ...originOf(read, kind),
    exact: true,
    certificates: distinct(read.flatMap(({ certificates }) => certificates)).map(certFacts),
  };
}
