import type { Known } from './known.ts';
import type { MeshView } from './mesh-view.ts';
import type { ObservedUnit } from './observed.ts';
import type { SourceWrite, Violation } from './plan.ts';
import {
  chainWhole,
  heldByOther,
  oneBundleInTheOther,
  restorable,
  subjectsDiffer,
} from './invariants-source.ts';
import { neverBringsBack, outlives } from './invariants-time.ts';
import { provenByReading, rootNotInUse, trustedBeforeSigning } from './invariants-trust.ts';
import type { PlanPolicy, Wanted } from './wanted.ts';

/** A write about to happen in a mesh as it is observed. */
export interface WriteAbout {
  readonly view: MeshView;
  /** The unit written to, as it is now; the view is asked for the others only. */
  readonly unit: ObservedUnit;
  readonly write: SourceWrite;
  /** Whether istiod has to load the set after this write; one that nobody can load yet is mended write by write. */
  readonly mustLoad: boolean;
  readonly wanted: Wanted;
  readonly policy: PlanPolicy;
  readonly known: Known;
  /** When the rotation is expected to end, ISO 8601. */
  readonly endsAt: string;
  /** Asks of certificates that the rotation leads away from nothing more: they may end while it is under way. */
  readonly leavesOld?: boolean;
  /** Clusters of whose unreadable proxies and silent istiods it is proven, by time or by the phase before, that none lags behind. */
  readonly provenUnread: readonly string[];
}

/** One of the invariants that no write may break. `broken` says how, once a finding; nothing where it holds. */
export interface Invariant {
  readonly number: number;
  readonly code: string;
  readonly title: string;
  readonly mend: string;
  /** False where no reason is good enough. */
  readonly overridable: boolean;
  readonly broken: (about: WriteAbout) => readonly string[];
}

export const invariants: readonly Invariant[] = [
  {
    number: 1,
    code: 'SIGNER_NOT_TRUSTED',
    title: 'no unit signs with a CA whose root someone in the mesh does not yet trust',
    mend: 'distribute the root everywhere first: plan a root rotation in three phases',
    overridable: true,
    broken: trustedBeforeSigning,
  },
  {
    number: 2,
    code: 'ROOT_IN_USE',
    title: 'a root is dropped only when no live leaf in the mesh chains to it',
    mend: 'let every proxy renew under the new signer first: plan three phases, not two',
    overridable: true,
    broken: rootNotInUse,
  },
  {
    number: 3,
    code: 'NOT_RESTORABLE',
    title: 'nothing is overwritten before its previous version is known to be restorable',
    mend: 'enable the previous versions of the CA source and let the caller read them',
    overridable: true,
    broken: restorable,
  },
  {
    number: 4,
    code: 'BUNDLE_NOT_CONTIGUOUS',
    title: 'of the old and the new bundle one contains the other, as the running istiod demands',
    mend: 'let the istiods named load what the CA source holds, restart those that do not within minutes, and plan again',
    overridable: true,
    broken: oneBundleInTheOther,
  },
  {
    number: 5,
    code: 'TORN_CHAIN',
    title: 'no set is reachable in which certificate and key match and the chain lacks that certificate',
    mend: 'write a chain that holds both generations before key and certificate: leave the policy at its default',
    overridable: true,
    broken: chainWhole,
  },
  {
    number: 5,
    code: 'SUBJECT_REUSED',
    title: 'old and new intermediates have different subjects',
    mend: 'make the new intermediate with a subject of its own',
    overridable: true,
    broken: subjectsDiffer,
  },
  {
    number: 6,
    code: 'UNREADABLE_NOT_PROVEN',
    title: 'unreadable means not converged, until time has proven it',
    mend: 'make the proxies readable or restart their workloads, and make the istiods answer; time proves nothing before a sound CA source is loaded',
    overridable: true,
    broken: provenByReading,
  },
  {
    number: 7,
    code: 'EXPIRES_BEFORE_END',
    title: 'the rotation ends before anything expires that it relies on',
    mend: 'make the rotation shorter: workloads: { mode: restart }, or a wider wave',
    overridable: true,
    broken: outlives,
  },
  {
    number: 8,
    code: 'ROOT_COMPROMISED',
    title: 'a root marked compromised or expired is never brought back',
    mend: 'choose another root; this one cannot be overridden',
    overridable: false,
    broken: neverBringsBack,
  },
  {
    number: 9,
    code: 'HELD_BY_OTHER_ROTATION',
    title: 'a CA source has one writer',
    mend: 'wait until its lease has run out; override only where that rotation is lost, and no worker of it writes any more',
    overridable: true,
    broken: heldByOther,
  },
];

/** The invariants that a write would break, to be asked again right before it; none of them is a promise kept. */
export function violationsOf(about: WriteAbout): readonly Violation[] {
  return invariants.flatMap((invariant) => {
    const found = invariant.broken(about);
    return found.length === 0 ? [] : [named(invariant, about.unit.unit, found, about.policy)];
  });
}

const namedFindings = 3;

/** A finding in words, overridden where the policy gives a reason. */
export function named(
  rule: Omit<Invariant, 'broken'>,
  unit: string,
  found: readonly string[],
  policy: PlanPolicy,
): Violation {
  const { number, code, mend, overridable } = rule;
  const reason = policy.overrides.find((override) => override.invariant === code)?.reason.trim();
  const more = found.length > namedFindings ? ` and ${found.length - namedFindings} more` : '';
  return {
    invariant: number,
    code,
    unit,
    text: found.slice(0, namedFindings).join('; ') + more,
    mend,
    ...(overridable && reason !== undefined && reason !== '' ? { overridden: reason } : {}),
  };
}
