import type { SourceWrite } from '../../rotation/plan.ts';
import type { CaFolder } from '../../rotation/wanted.ts';
import type { NewCa } from '../new-ca/new-ca.ts';
import type { Staging } from '../staging.ts';
import { missing } from './activities.ts';
import type { IssuedCa, StagedRef } from './contract.ts';
import { rootsInFolder } from './wanted-roots.ts';

/** Whether an issuer makes the intermediates of a new CA. */
export function isIssued(ca: CaFolder): ca is IssuedCa {
  return ca.issuer !== undefined;
}

/**
 * The CA that a rotation has staged for one unit: what a write takes bytes from that are in its source nowhere yet.
 * Throws Problem STAGED_SET_MISSING, and what reading the roots throws.
 */
export async function stagedCa(
  staging: Staging,
  { unit, rotationId }: Pick<StagedRef, 'unit' | 'rotationId'>,
  ca: IssuedCa,
  { signer, chain = [] }: SourceWrite,
): Promise<NewCa> {
  const roots = await rootsInFolder(ca);
  const named = signer === undefined ? chain : [signer, ...chain];
  // What another rotation has left there is none of ours to read, and all that is needed may be in the source.
  const staged = await staging.read({ rotationId, takeOver: true }, named);
  if (staged?.ca === undefined) throw missing(staging.object, rotationId);
  return { kind: ca.kind, roots, units: new Map([[unit, staged.ca]]) };
}
