import { grow, strictestRule, withMissing, type ReloadRule } from './bundle-walk.ts';
import { heldBundles } from './in-use.ts';
import { isBanned } from './known.ts';
import type { Ground } from './mesh-view.ts';
import type { ObservedUnit } from './observed.ts';
import { rootsFor } from './origin.ts';
import type { Fingerprint, Signer } from './trust.ts';
import type { Wanted } from './wanted.ts';

/** Where one write unit is to be at the end of each phase. */
export interface UnitTarget {
  readonly rule: ReloadRule;
  /** The bundles that istiods hold and that a new one must not be refused beside. */
  readonly held: readonly (readonly Fingerprint[])[];
  /** The roots that everybody in the mesh must trust while the rotation runs. */
  readonly needed: readonly Fingerprint[];
  /** The unit's own bundle, grown so that it holds them all. */
  readonly distributed: readonly Fingerprint[];
  /** Undefined where the new CA has none for this unit: a violation of its own. */
  readonly signer: Signer | undefined;
  /** The roots to stay in the end. */
  readonly roots: readonly Fingerprint[];
  /** Whether they are to stay as this list, and not only as this set. */
  readonly exact: boolean;
}

export function ruleOf(unit: ObservedUnit): ReloadRule {
  return strictestRule(unit.istiods.map(({ version }) => version));
}

/** An intermediate rotation leaves every bundle as it is. */
export function targetOf(
  { view, policy, known, inUse }: Ground,
  unit: ObservedUnit,
  wanted: Wanted,
): UnitTarget {
  const own = unit.source.roots;
  const rule = ruleOf(unit);
  const signer = wanted.signers[unit.unit];
  if (wanted.kind === 'intermediate')
    return { rule, held: [], needed: [], distributed: own, signer, roots: own, exact: true };
  const bringsBack = (bundle: readonly Fingerprint[]): boolean =>
    bundle.some((root) => !own.includes(root) && isBanned(known, policy, root, view.at));
  const held = heldBundles(unit).filter((bundle) => !bringsBack(bundle));
  const needed = withMissing(neededByAll(wanted), inUse);
  const roots = rootsFor(wanted, unit.unit);
  const distributed = grow(rule, own, held, withMissing(needed, roots));
  return { rule, held, needed, distributed, signer, roots, exact: wanted.exact === true };
}

/**
 * The roots that everybody must trust before anybody is where the rotation ends: those that every unit is to keep, and
 * those that some unit is to sign below. A root that only some units kept before is theirs alone on the way back.
 */
function neededByAll({ roots, unitRoots = {}, signers }: Wanted): readonly Fingerprint[] {
  const kept = roots.filter((root) => Object.values(unitRoots).every((own) => own.includes(root)));
  return withMissing(
    kept,
    Object.values(signers).map(({ root }) => root),
  );
}
