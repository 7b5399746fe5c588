import { Problem } from '../../problems/problem.ts';
import type { EvidenceBook, KeptDocument } from './book.ts';
import type { PhaseDocument } from './document.ts';
import { prefixOfUnits, type RotationName } from './names.ts';

/** Of those that lack, so many are named. */
const mostNamed = 5;

/**
 * The evidence of every unit of a phase, of each the last. A phase that was gone through before has some of an
 * older date, which proves nothing of this one.
 * @throws Problem EVIDENCE_MISSING
 */
export async function unitReferences(
  book: EvidenceBook,
  rotation: RotationName,
  {
    phase,
    startedAt,
    units,
  }: { readonly phase: string; readonly startedAt: string; readonly units: readonly string[] },
): Promise<PhaseDocument['units']> {
  const kept = await book.documents(prefixOfUnits(rotation, phase));
  const newest = new Map<string, KeptDocument & { readonly endedAt: string }>();
  for (const one of kept) {
    if (one.document.kind !== 'unit' || one.document.endedAt < startedAt) continue;
    const { unit, endedAt } = one.document;
    if (endedAt >= (newest.get(unit)?.endedAt ?? '')) newest.set(unit, { ...one, endedAt });
  }
  const missing = units.filter((unit) => !newest.has(unit));
  if (missing.length > 0) {
    const more = missing.length > mostNamed ? ` and ${missing.length - mostNamed} more` : '';
    throw new Problem('EVIDENCE_MISSING', {
      object: book.place,
      expected: `evidence of ${phase} for ${missing.slice(0, mostNamed).join(', ')}${more}`,
    });
  }
  return units.flatMap((unit) => {
    const found = newest.get(unit);
    return found === undefined ? [] : [{ unit, name: found.name, sha256: found.sha256 }];
  });
}
