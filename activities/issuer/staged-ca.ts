import type { SourceWrite } from '../../rotation/plan.ts';
import type { CaFolder } from '../../rotation/wanted.ts';
import type { NewCa } from '../new-ca/new-ca.ts';
import type { UnitOfCa } from '../new-ca/read-new-ca.ts';
import type { Staging } from '../staging.ts';
import { checkIssued, needsOf } from './accept.ts';
import { missing } from './activities.ts';
import type { IssuedCa, StagedRef } from './contract.ts';
import { rootsInFolder } from './wanted-roots.ts';

/** Whether an issuer makes the intermediates of a new CA. */
export function isIssued(ca: CaFolder): ca is IssuedCa {
  return ca.issuer !== undefined;
}

/**
 * The CA that a rotation has staged for one unit: what a write takes bytes from that are in its source nowhere yet.
 * Throws Problem STAGED_SET_MISSING, and what checking it and reading the roots throws.
 */
export async function stagedCa(
  staging: Staging,
  { rotationId }: Pick<StagedRef, 'rotationId'>,
  ca: IssuedCa,
  o: { readonly write: SourceWrite; readonly unit: UnitOfCa },
): Promise<NewCa> {
  const { unit, currentRoots } = o.unit;
  const { signer, chain = [] } = o.write;
  const roots = await rootsInFolder(ca);
  const named = signer === undefined ? chain : [signer, ...chain];
  // What another rotation has left there is none of ours to read, and all that is needed may be in the source.
  const staged = await staging.read({ rotationId, takeOver: true }, { among: named });
  if (staged?.ca === undefined) throw missing(staging.object, rotationId);
  const above = ca.kind === 'root' ? roots : currentRoots;
  checkIssued(staged.ca, { object: `the new CA of ${unit}`, roots: above, ...needsOf(ca, o.unit) });
  return { kind: ca.kind, roots, units: new Map([[unit, staged.ca]]) };
}
