import { signersInUse } from './in-use.ts';
import type { WriteAbout } from './invariants.ts';
import { isBanned } from './known.ts';
import { labelOf } from './names.ts';
import { rootsFor } from './origin.ts';

/**
 * Invariant 7. Relied upon are the wanted roots and signers, what signs now, whoever issued these, and every root with
 * live leaves. Leaves themselves renew.
 */
export function outlives(about: WriteAbout): readonly string[] {
  const { view, unit, wanted, known, endsAt } = about;
  const next = wanted.signers[unit.unit];
  const signers = next === undefined ? [] : [next.fingerprint, ...next.chain];
  const ahead = [...signers, ...rootsFor(wanted, unit.unit)];
  const relied = about.leavesOld === true ? ahead : [...ahead, ...signersInUse(unit, known), ...view.roots];
  return [...new Set(relied)].flatMap((certificate) => {
    const notAfter = known.facts.get(certificate)?.notAfter;
    if (notAfter === undefined || Date.parse(notAfter) >= Date.parse(endsAt)) return [];
    return [`${labelOf(known, certificate)} expires ${notAfter}, the rotation may last until ${endsAt}`];
  });
}

/** Invariant 8. */
export function neverBringsBack({ view, unit, write, policy, known }: WriteAbout): readonly string[] {
  const added = (write.roots ?? []).filter((root) => !unit.source.roots.includes(root));
  const live = unit.istiods.some(({ serves }) => serves?.signer === write.signer);
  const signedBelow = write.signer === undefined || live ? undefined : known.signers.get(write.signer)?.root;
  return [...new Set([...added, ...(signedBelow === undefined ? [] : [signedBelow])])]
    .filter((root) => isBanned(known, policy, root, view.at))
    .map((root) => {
      const why = policy.compromised.includes(root) ? 'is marked compromised' : 'has expired';
      return `${labelOf(known, root)} ${why} and would come back to ${unit.unit}`;
    });
}
