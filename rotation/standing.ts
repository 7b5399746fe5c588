import { distrusting, signersInUse, unreadIn } from './in-use.ts';
import { knownOf } from './known.ts';
import { MeshView } from './mesh-view.ts';
import { labelOf } from './names.ts';
import type { ObservedMesh, ObservedUnit } from './observed.ts';
import { rootsFor } from './origin.ts';
import type { CertFacts, Fingerprint, Signer } from './trust.ts';
import { type TrustStateName, trustStateOf } from './trust-state.ts';
import type { Wanted } from './wanted.ts';

/** Where one write unit was left. */
interface UnitStand {
  readonly unit: string;
  readonly clusters: readonly string[];
  /** Undefined where certificate and key of its source do not verify, or nothing tells which CA they are of. */
  readonly state: TrustStateName | undefined;
  readonly trusts: readonly Fingerprint[];
  readonly signsWith: Fingerprint | undefined;
}

/** Where a rotation has left its mesh when it ended before its goal, as the units were seen then. */
export interface Standing {
  readonly at: string;
  readonly units: readonly UnitStand[];
  /** Units that could not be looked at: of these only what the phases tell is known. */
  readonly unseen: readonly string[];
  /** What does not trust a CA that somebody signs with, and what istiod would not load, in words. */
  readonly unsafe: readonly string[];
  /** Who of the units looked at could not be read, in words: it may distrust anything. Left out where nobody. */
  readonly unread?: readonly string[];
  /** The first certificate to expire of those that the mesh relies on: until then it may stay as it is. */
  readonly until: CertFacts | undefined;
}

const mostFindings = 5;

/** @param to the roots that the rotation led to */
export function standingOf(
  mesh: ObservedMesh,
  origin: Wanted,
  { to, unseen }: { readonly to: readonly CertFacts[]; readonly unseen: readonly string[] },
): Standing {
  const known = knownOf(mesh, origin);
  const view = new MeshView(mesh, known);
  const distrust = [...view.roots].flatMap((root) =>
    mesh.units.flatMap((unit) =>
      distrusting(unit, root).map((who) => `${who}: no trust in ${labelOf(known, root)}`),
    ),
  );
  const unsafe = [...mesh.units.flatMap(tornIn), ...distrust];
  const unread = mesh.units.flatMap((unit) => unreadIn(unit).map(({ what }) => what));
  const relied = [...view.roots, ...mesh.units.flatMap((unit) => signersInUse(unit, known))].flatMap(
    (each) => known.facts.get(each) ?? [],
  );
  return {
    at: mesh.at,
    units: mesh.units.map((unit) => standOf(unit, origin, to)),
    unseen,
    unsafe: unsafe.slice(0, mostFindings),
    ...(unread.length === 0 ? {} : { unread: unread.slice(0, mostFindings) }),
    until: relied.toSorted((a, b) => a.notAfter.localeCompare(b.notAfter))[0],
  };
}

/** Why an istiod of the unit that starts now would not load its source, or sign what nobody can verify. */
function tornIn({ unit, source: { signer, chain } }: ObservedUnit): readonly string[] {
  if (signer === undefined) return [`CA source of ${unit}: certificate and key do not verify`];
  return chain.includes(signer.fingerprint) ? [] : [`CA source of ${unit}: its chain lacks its signer`];
}

function standOf(unit: ObservedUnit, origin: Wanted, to: readonly CertFacts[]): UnitStand {
  const { roots, signer } = unit.source;
  return {
    unit: unit.unit,
    clusters: unit.clusters.map(({ cluster }) => cluster),
    state: signer && nameOf(unit.unit, { roots, signer }, origin, to),
    trusts: roots,
    signsWith: signer?.fingerprint,
  };
}

function nameOf(
  unit: string,
  { roots, signer }: { readonly roots: readonly Fingerprint[]; readonly signer: Signer },
  origin: Wanted,
  to: readonly CertFacts[],
): TrustStateName | undefined {
  const before = rootsFor(origin, unit);
  const stays = new Set(to.map(({ fingerprint }) => fingerprint));
  const first = origin.signers[unit]?.fingerprint;
  if (first === undefined && origin.kind === 'intermediate') return undefined;
  const signsOld =
    first === undefined
      ? !stays.has(signer.root) && before.includes(signer.root)
      : signer.fingerprint === first;
  return trustStateOf({ roots, signsOld }, { kind: origin.kind, before, stays });
}
