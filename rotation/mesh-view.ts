import { distrusting, rootUses, unreadIn, type RootUse, type Unread } from './in-use.ts';
import { isBanned, type Known } from './known.ts';
import type { ObservedMesh, ObservedUnit } from './observed.ts';
import type { Fingerprint } from './trust.ts';
import type { PlanPolicy } from './wanted.ts';

interface OfUnit<T> {
  readonly unit: string;
  readonly found: T;
}

/**
 * What a whole mesh says to a question that every write of every unit asks. Each is answered once, so that a
 * mesh of a thousand units is planned within a workflow task.
 */
export class MeshView {
  readonly at: string;
  readonly roots: ReadonlySet<Fingerprint>;
  readonly #units: readonly ObservedUnit[];
  readonly #uses: ReadonlyMap<Fingerprint, readonly OfUnit<RootUse>[]>;
  readonly #unread: readonly OfUnit<Unread>[];
  readonly #distrusting = new Map<Fingerprint, readonly OfUnit<string>[]>();

  constructor({ units, at }: ObservedMesh, known: Known) {
    this.at = at;
    this.#units = units;
    const uses = units.flatMap((unit) => tagged(unit, rootUses(unit, known, at)));
    this.#uses = Map.groupBy(uses, ({ found }) => found.root);
    this.roots = new Set(this.#uses.keys());
    this.#unread = units.flatMap((unit) => tagged(unit, unreadIn(unit)));
  }

  /** Uses of a root by all units but one. */
  usesBesides(unit: string, root: Fingerprint): readonly RootUse[] {
    return besides(unit, this.#uses.get(root) ?? []);
  }

  unreadBesides(unit: string): readonly Unread[] {
    return besides(unit, this.#unread);
  }

  /** Who does not trust a root, in all units but one. */
  distrustingBesides(unit: string, root: Fingerprint): readonly string[] {
    return besides(unit, this.#distrust(root));
  }

  /** Nobody is seen to distrust it; of what is silent or unreadable nothing is known. */
  isTrustedByAllSeen(root: Fingerprint): boolean {
    return this.#distrust(root).length === 0;
  }

  /** Everybody is seen to trust it. */
  isTrustedByAll(root: Fingerprint): boolean {
    return this.#unread.length === 0 && this.isTrustedByAllSeen(root);
  }

  /** A source that lacks it would be handed out by the next istiod that starts, whatever all hold now. */
  isInEverySource(root: Fingerprint): boolean {
    return this.#units.every(({ source }) => source.roots.includes(root));
  }

  #distrust(root: Fingerprint): readonly OfUnit<string>[] {
    const asked = this.#distrusting.get(root);
    if (asked !== undefined) return asked;
    const answer = this.#units.flatMap((unit) => tagged(unit, distrusting(unit, root)));
    this.#distrusting.set(root, answer);
    return answer;
  }
}

/** What every decision about one unit looks at. */
export interface Ground {
  readonly view: MeshView;
  readonly policy: PlanPolicy;
  readonly known: Known;
  /** Roots in use that may be brought to where they are not. */
  readonly inUse: readonly Fingerprint[];
}

export function groundOf(mesh: ObservedMesh, policy: PlanPolicy, known: Known): Ground {
  const view = new MeshView(mesh, known);
  // A banned root that is still in use stays where it is, and comes back nowhere.
  const inUse = [...view.roots].filter((root) => !isBanned(known, policy, root, view.at));
  return { view, policy, known, inUse };
}

function tagged<T>({ unit }: ObservedUnit, all: readonly T[]): readonly OfUnit<T>[] {
  return all.map((found) => ({ unit, found }));
}

function besides<T>(unit: string, all: readonly OfUnit<T>[]): readonly T[] {
  return all.filter((each) => each.unit !== unit).map(({ found }) => found);
}
