import { certFacts } from '../../pki/certificate.ts';
import { Problem } from '../../problems/problem.ts';
import { labelOf } from '../../rotation/names.ts';
import type { Stage } from '../../rotation/plan.ts';
import { putBack, sourceDifferences } from '../../rotation/source-differences.ts';
import type { SourceReading } from '../ca-source.ts';

/**
 * Demands that a CA source holds what was proven, whoever wrote it: a version of the same contents does no harm.
 * @param may what it may hold, and first what it is expected to; where that is nothing, nothing is known of it
 * @param o.leases the rotations whose leases are its own; undefined where any is
 * @throws Problem SOURCE_CHANGED_BY_OTHER, HELD_BY_OTHER_ROTATION
 */
export function demandSourceAsProven(
  { observed, versions, certificates }: SourceReading,
  may: readonly Pick<Stage, 'expect' | 'chain'>[],
  o: { readonly leases: readonly string[] | undefined; readonly object: string },
): void {
  if (may.length === 0) return;
  if (observed.heldBy !== undefined && o.leases?.includes(observed.heldBy) === false) {
    const until = observed.heldUntil === undefined ? '' : ` until ${observed.heldUntil}`;
    const found = `a lease of rotation ${observed.heldBy}${until}`;
    throw new Problem('HELD_BY_OTHER_ROTATION', { object: o.object, found });
  }
  const facts = new Map(certificates.map((one) => [one.fingerprint, certFacts(one)]));
  const label = (fingerprint: string) => labelOf({ facts }, fingerprint);
  const [differences = [], ...others] = may.map((each) =>
    sourceDifferences(observed, each, { label, versions }),
  );
  if ([differences, ...others].some(({ length }) => length === 0)) return;
  const parts = differences.flatMap((difference) => difference.parts);
  throw new Problem('SOURCE_CHANGED_BY_OTHER', {
    object: o.object,
    expected: differences.map(({ expected }) => expected).join('; '),
    found: differences.map(({ found }) => found).join('; '),
    // What was proven is still there as a past version: the way back changes nothing for the mesh.
    hint: putBack(observed.place, parts, goesOn),
  });
}

const goesOn = 'the rotation goes on by itself then, or at once: meshturn rotation retry …';
