import type { Certificate } from '../../pki/certificate.ts';
import { Problem } from '../../problems/problem.ts';
import { Problems } from '../../problems/problems.ts';
import type { CaFolder } from '../../rotation/wanted.ts';
import type { MeshNames } from './mesh-names.ts';
import { namesOf, readFiles, rootPath, unitPaths } from './files.ts';
import type { NewCa, UnitCa } from './new-ca.ts';
import { readRoots, verifyOwnRoots } from './read-roots.ts';
import { readUnit } from './read-unit.ts';

/** A unit to make a CA for, and the roots its bundle has now, which an intermediate rotation keeps. */
export interface UnitOfCa extends MeshNames {
  readonly unit: string;
  readonly currentRoots: readonly Certificate[];
  /** What it trusts now; asked for only where a new bundle may hold some of it. */
  readonly oldRoots?: () => Promise<readonly Certificate[]>;
}

/**
 * Reads a new CA from its folder: `root-cert.pem`, unless only intermediates change, and a folder for each unit
 * with ca-cert.pem, ca-key.pem and cert-chain.pem. Every set is checked as istiod's peers would at `at`.
 * Throws Problem NEW_CA_FOLDER_MISSING, NEW_CA_FILE_MISSING, NEW_CA_FILE_UNREADABLE, NOT_PEM,
 * KEY_AMONG_CERTIFICATES, ROOT_NOT_SELF_SIGNED, NEW_CA_ROOT_DIFFERS, NEW_CA_OTHER_ROOT, or what checkCaSet throws, naming the file or
 * folder; where several files or units are wrong, Problems with one for each.
 */
export async function readNewCa(ca: CaFolder, units: readonly UnitOfCa[], at = new Date()): Promise<NewCa> {
  const { texts, problems } = await readFiles(ca.directory, [
    ...(ca.kind === 'root' ? [rootPath(ca.directory)] : []),
    ...units.flatMap(({ unit }) => Object.values(unitPaths(ca.directory, unit))),
  ]);
  const wrong = [...problems];
  const orWrong = async <T>(read: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      wrong.push(error);
      return undefined;
    }
  };
  const old = ca.kind === 'root' ? await oldRootsOf(texts.get(rootPath(ca.directory)), units) : [];
  const roots = ca.kind === 'root' ? await orWrong(() => rootsIn(texts, rootPath(ca.directory), old)) : [];
  const read: [string, UnitCa][] = [];
  for (const { unit, currentRoots, trustDomain, istiods } of units) {
    const set = setOf(texts, ca.directory, unit);
    if (set === undefined) continue;
    const unitCa = await orWrong(async () => {
      if (ca.kind === 'root' && roots !== undefined) await verifyOwnRoots(ca.directory, unit, roots, old);
      return readUnit(
        { ca, unit, set, at, needs: { trustDomain, istiods, oldRoots: old } },
        ca.kind === 'root' ? roots : currentRoots,
      );
    });
    if (unitCa !== undefined) read.push([unit, unitCa]);
  }
  const [first] = wrong;
  if (first !== undefined) throw wrong.length === 1 ? first : together(ca.directory, first, wrong);
  return { kind: ca.kind, roots: roots ?? [], units: new Map(read) };
}

/** Undefined where the file could not be read, which was told already. */
function rootsIn(
  texts: ReadonlyMap<string, string>,
  path: string,
  old: readonly Certificate[],
): readonly Certificate[] | undefined {
  const text = texts.get(path);
  return text === undefined ? undefined : readRoots(text, path, old);
}

/** A bundle of one root is the new one, and no source need be looked at. */
async function oldRootsOf(
  bundle: string | undefined,
  units: readonly UnitOfCa[],
): Promise<readonly Certificate[]> {
  if ((bundle?.match(/-----BEGIN CERTIFICATE-----/g)?.length ?? 0) < 2) return [];
  return (await Promise.all(units.map(async ({ oldRoots }) => (await oldRoots?.()) ?? []))).flat();
}

/** Undefined where one of the files could not be read, likewise. */
function setOf(
  texts: ReadonlyMap<string, string>,
  directory: string,
  unit: string,
): { cert: string; key: string; chain: string } | undefined {
  const paths = unitPaths(directory, unit);
  const [cert, key, chain] = [texts.get(paths.cert), texts.get(paths.key), texts.get(paths.chain)];
  return cert === undefined || key === undefined || chain === undefined ? undefined : { cert, key, chain };
}

function together(directory: string, first: Problem, wrong: readonly Problem[]): Problems {
  if (wrong.some(({ code }) => code !== first.code)) {
    const hint = 'mend the files named, and run the same command again';
    return new Problems(first.code, { object: directory, hint }, wrong);
  }
  const missing = wrong.map(({ details }) => details.object);
  const expected = first.code === 'NEW_CA_FILE_MISSING' ? { expected: namesOf(directory, missing) } : {};
  return new Problems(first.code, { object: directory, ...expected }, wrong);
}
