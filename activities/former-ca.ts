import { certFacts } from '../pki/certificate.ts';
import { Problem } from '../problems/problem.ts';
import { originOf } from '../rotation/origin.ts';
import type { FormerCa, ReadCa } from '../rotation/wanted.ts';
import type { SourceBook } from './ca-source.ts';
import type { MeshRef, NamedUnit } from './contract.ts';
import { distinct } from '../pki/distinct.ts';

/**
 * What the CA sources of some units held before a rotation, as a goal. Of which kind one is that a person named, what
 * was written tells. Fingerprints and facts only. Throws Problem.
 */
export async function readFormerCa(
  sources: SourceBook,
  { fleet, mesh }: MeshRef,
  { kind, before, named }: FormerCa,
  units: readonly NamedUnit[],
): Promise<ReadCa> {
  const read = await Promise.all(
    units.map(async ({ unit, controlPlanes }) => {
      const source = await sources.of({ fleet, mesh, unit, controlPlanes });
      const { observed, kind: led, ...rest } = await source.readBefore(before);
      return { unit, source: observed, led, ...rest };
    }),
  );
  const kinds = read.flatMap(({ led }) => led ?? []);
  if (named === true && kinds.length === 0) {
    throw new Problem('ROTATION_UNKNOWN', {
      object: `rotation ${before} of ${fleet}/${mesh}`,
      expected: 'a version of it in some CA source',
    });
  }
  const known = named !== true ? kind : kinds.includes('root') ? 'root' : 'intermediate';
  return {
    ...originOf(read, known),
    exact: true,
    certificates: distinct(read.flatMap(({ certificates }) => certificates)).map(certFacts),
    had: Object.fromEntries(read.map(({ unit, had }) => [unit, had])),
  };
}
