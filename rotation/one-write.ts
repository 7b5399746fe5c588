import type { SourceWrite } from './plan.ts';

/** Whether a set is whole only with the write after this one: nobody may come to rest between the two. */
export function leavesOpen({ rootsLater, chainLater }: SourceWrite): boolean {
  return rootsLater === true || chainLater === true;
}

/** Whether a write leaves all as it is, and only reads. */
export function onlyReads({ roots, chain, signer }: SourceWrite): boolean {
  return roots === undefined && chain === undefined && signer === undefined;
}

/** Whether a write that is cut off may leave a set of which a part is new and a part is old. */
export function mayTear(write: SourceWrite): boolean {
  return write.signer !== undefined || (write.roots !== undefined && write.chain !== undefined);
}
