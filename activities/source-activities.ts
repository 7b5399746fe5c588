import type { Certificate } from '../pki/certificate.ts';
import { Problem } from '../problems/problem.ts';
import type { CaFolder } from '../rotation/wanted.ts';
import { Briefly } from './briefly.ts';
import { anchorsOf, type SourceBook } from './ca-source.ts';
import type { Activities, MeshRef, NamedUnit, UnitRef } from './contract.ts';
import { readFormerCa } from './former-ca.ts';
import { inspectIssued } from './issuer/inspect.ts';
import type { IssuerBook } from './issuer/issuer.ts';
import { isIssued, stagedCa } from './issuer/staged-ca.ts';
import type { NameBook } from './new-ca/mesh-names.ts';
import type { NewCa } from './new-ca/new-ca.ts';
import { readNewCa, type UnitOfCa } from './new-ca/read-new-ca.ts';
import { wantedOf } from './new-ca/wanted.ts';
import { tellingUntouched } from './untouched.ts';

/** The activities that read a new CA and write to CA sources. They throw Problems. */
export function createSourceActivities({
  sources,
  names,
  issuers,
}: {
  readonly sources: SourceBook;
  readonly names: NameBook;
  /** Where the keys of issuers are at hand: on workers. Whoever plans need not have them. */
  readonly issuers?: IssuerBook | undefined;
}): Pick<Activities, 'writeSource' | 'inspectCa'> {
  /** An intermediate rotation keeps the roots that a unit's source has, and is checked against those. */
  async function unitOfCa(ref: UnitRef, ca: CaFolder): Promise<UnitOfCa> {
    const known = { unit: ref.unit, ...names.namesOf(ref) };
    const oldRoots = async () => anchorsOf(await (await sources.of(ref)).read());
    return ca.kind === 'root'
      ? { ...known, currentRoots: [], oldRoots }
      : { ...known, currentRoots: await oldRoots() };
  }

  async function unitsOfCa(
    { fleet, mesh }: MeshRef,
    units: readonly NamedUnit[],
    ca: CaFolder,
  ): Promise<readonly UnitOfCa[]> {
    return Promise.all(
      units.map(({ unit, controlPlanes }) => unitOfCa({ fleet, mesh, unit, controlPlanes }, ca)),
    );
  }

  // A mesh is read in groups of units, and has one issuer.
  const tried = new Briefly<void>(60_000);

  /** A key that cannot be opened is to be told before any are made in every cluster. */
  async function tryIssuer({ fleet, mesh }: MeshRef, roots: readonly Certificate[]): Promise<void> {
    const below = roots.map(({ fingerprint }) => fingerprint).join(' ');
    await tried.get(`${fleet}/${mesh} ${below}`, async () => {
      await issuers?.issuerOf({ fleet, mesh }).online?.attempt?.(roots);
    });
  }

  return {
    inspectCa: async ({ ca, units, rotationId, ...mesh }) => {
      if ('before' in ca) return readFormerCa(sources, mesh, ca, units);
      if (isIssued(ca)) {
        const attempt = (roots: readonly Certificate[]) => tryIssuer(mesh, roots);
        return inspectIssued({ sources, names, attempt }, { ...mesh, ca, units, rotationId });
      }
      const named = await unitsOfCa(mesh, units, ca);
      return wantedOf(await readNewCa(ca, named), named);
    },
    writeSource: ({ write, ca, from, reached, takeOver, ...ref }) =>
      tellingUntouched(async (sending) => {
        const source = await sources.of(ref);
        const input = { ref, write, from, takeOver, sending };
        if ('before' in ca) return source.write({ ...input, newCa: undefined, before: ca.before });
        const newCa = await ifWhole(async () => {
          const unit = await unitOfCa(ref, ca);
          return isIssued(ca) ? stagedCa(source.staging, ref, ca, { write, unit }) : readNewCa(ca, [unit]);
        });
        try {
          return await source.write({ ...input, newCa: newCa.ca, reached });
        } catch (error) {
          throw newCa.problem !== undefined && isLackOfBytes(error) ? newCa.problem : error;
        }
      }),
  };
}

/**
 * A folder of a new CA, or a staged set, may be gone, its certificates expired or replaced, once the source holds all
 * that a stage needs: its problem matters only where bytes cannot be found otherwise.
 */
async function ifWhole(
  read: () => Promise<NewCa>,
): Promise<{ readonly ca: NewCa | undefined; readonly problem?: Problem }> {
  try {
    return { ca: await read() };
  } catch (error) {
    if (error instanceof Problem) return { ca: undefined, problem: error };
    throw error;
  }
}

function isLackOfBytes(error: unknown): boolean {
  return (
    error instanceof Problem &&
    (error.code === 'CERTIFICATE_NOT_FOUND' || error.code === 'SIGNING_KEY_NOT_FOUND')
  );
}
