import { certFacts, type Certificate } from '../../pki/certificate.ts';
import { distinct } from '../../pki/distinct.ts';
import type { CertFacts, Signer } from '../../rotation/trust.ts';
import type { ReadCa } from '../../rotation/wanted.ts';
import type { SourceBook } from '../ca-source.ts';
import type { MeshRef, NamedUnit } from '../contract.ts';
import type { MeshNames, NameBook } from '../new-ca/mesh-names.ts';
import { signerOf } from '../new-ca/wanted.ts';
import { checkIssued, needsOf } from './accept.ts';
import { missing } from './activities.ts';
import type { IssuedCa, StagedRef } from './contract.ts';
import { toBeIssued } from './to-be-issued.ts';
import { isThere, rootsAbove, rootsInFolder } from './wanted-roots.ts';

interface InspectedBy {
  readonly sources: SourceBook;
  readonly names: NameBook;
  /** Tries whether the issuer could issue below these roots. */
  readonly attempt: (roots: readonly Certificate[]) => Promise<void>;
}

/** What one unit is to sign with, and the facts that tell of it. */
interface UnitWanted {
  readonly unit: string;
  readonly signer: Signer;
  readonly certificates: readonly CertFacts[];
  /** The rotation that has staged something where one is to be made. */
  readonly stagedBy?: string | undefined;
}

/**
 * What an issued CA wants: by what the rotation has staged, or before there is any rotation, by what would be asked
 * for, and by whose staged sets are in the way of that. Nothing is written. Throws Problem STAGED_SET_MISSING, and what
 * checking it and reading the roots throws.
 */
export async function inspectIssued(
  books: InspectedBy,
  {
    ca,
    units,
    rotationId,
    ...mesh
  }: MeshRef & {
    readonly ca: IssuedCa;
    readonly units: readonly NamedUnit[];
    readonly rotationId?: string | undefined;
  },
): Promise<ReadCa> {
  const roots = await rootsInFolder(ca);
  const read = await Promise.all(
    units.map((unit) => {
      const ref = { ...mesh, ...unit };
      const known = { ca, brought: roots, ...books.names.namesOf(ref) };
      return unitWanted(books, { ...ref, rotationId }, known);
    }),
  );
  const facts = [...roots.map(certFacts), ...read.flatMap(({ certificates }) => certificates)];
  const staged = read.flatMap(({ unit, stagedBy }) =>
    stagedBy === undefined ? [] : [[unit, stagedBy] as const],
  );
  return {
    ...(staged.length === 0 ? {} : { stagedBy: Object.fromEntries(staged) }),
    kind: ca.kind,
    roots: roots.map(({ fingerprint }) => fingerprint),
    signers: Object.fromEntries(read.map(({ unit, signer }) => [unit, signer])),
    certificates: [...new Map(facts.map((fact) => [fact.fingerprint, fact])).values()],
  };
}

async function unitWanted(
  { sources, attempt }: Pick<InspectedBy, 'sources' | 'attempt'>,
  { rotationId, ...ref }: Omit<StagedRef, 'rotationId'> & { readonly rotationId: string | undefined },
  o: MeshNames & { readonly ca: IssuedCa; readonly brought: readonly Certificate[] },
): Promise<UnitWanted> {
  const { ca, brought } = o;
  const { unit } = ref;
  const source = await sources.of(ref);
  const reading = await source.read();
  const roots = rootsAbove(brought, ca, reading);
  const { signer } = reading.observed;
  const live = isThere(ca, reading, roots) && signer !== undefined ? signer : undefined;
  const staged =
    rotationId === undefined
      ? undefined
      : await source.staging.read(
          { rotationId, takeOver: live !== undefined },
          { among: [reading.observed.certificate].flatMap((one) => one ?? []) },
        );
  if (staged?.ca !== undefined) {
    const { cert, chain } = staged.ca;
    const needs = needsOf(ca, o);
    checkIssued(staged.ca, { object: `the new CA of ${unit}`, roots, ...needs });
    const certificates = distinct([...roots, cert, ...chain]).map(certFacts);
    return { unit, certificates, signer: signerOf(unit, staged.ca, roots, needs.at) };
  }
  if (live !== undefined) {
    return { unit, signer: live, certificates: distinct(reading.certificates).map(certFacts) };
  }
  if (rotationId !== undefined) throw missing(source.staging.object, rotationId);
  const held = await source.staging.heldBy(reading.observed.certificate);
  const stagedBy = held?.rotationId;
  // Whoever takes over adopts it.
  if (ca.kind === 'intermediate' && held?.inUse === true && signer !== undefined)
    return { unit, stagedBy, signer, certificates: distinct(reading.certificates).map(certFacts) };
  await attempt(roots);
  return { unit, stagedBy, ...toBeIssued(unit, inUse(roots, reading.observed.signer)) };
}

/** The root that a unit signs below now first, where it is one of several that stay. */
function inUse(roots: readonly Certificate[], signer: Signer | undefined): readonly Certificate[] {
  return roots.toSorted(
    (a, b) => Number(b.fingerprint === signer?.root) - Number(a.fingerprint === signer?.root),
  );
}
