import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Certificate } from '../../pki/certificate.ts';
import { judge, type Finding } from '../../pki/checks/judge.ts';
import { sameSerials } from '../../pki/checks/profile-checks.ts';
import { pathOf, seeSet, type MeshNeeds, type Part, type SeenSet } from '../../pki/checks/seen-set.ts';
import type { IstiodPlace } from '../../pki/name-constraints.ts';
import { Problem } from '../../problems/problem.ts';
import { isMissing, systemCode } from '../../problems/system-code.ts';
import { fileNames, ifThere, namesOf, readBytes, rootPath } from './files.ts';
import { rootsDiffer } from './read-roots.ts';

/** One set of a new CA, and all that was found of it. */
export interface VerifiedSet {
  /** Its folder. */
  readonly object: string;
  readonly findings: readonly Finding[];
  /** From the certificate that signs to its root, as far as there is such a path. */
  readonly path: readonly Certificate[];
}

const own = [fileNames.cert, fileNames.key, fileNames.chain];

/**
 * Holds a new CA in a folder against the table of checks: the set in the folder itself, and one in each folder in it,
 * which has the root-cert.pem beside these folders unless it has its own. Where the mesh is known, a set is asked for
 * the istiod of its name, and one by itself for all of them. Private keys are read, compared and forgotten. Throws
 * Problem NEW_CA_FOLDER_MISSING, CA_FILE_MISSING where there is no set.
 */
export async function verifyFolder(
  folder: string,
  {
    istiods = new Map(),
    ...o
  }: {
    readonly at: Date;
    readonly needs: MeshNeeds;
    /** Of the mesh, by the cluster of each. */
    readonly istiods?: ReadonlyMap<string, IstiodPlace>;
  },
): Promise<readonly VerifiedSet[]> {
  const folders = await setFolders(folder);
  const common = await ifThere(readBytes(rootPath(folder)));
  const sets = await Promise.all(
    folders.map(async (object) => {
      const { parts, missing } = await readParts(object, common);
      const own = istiods.get(basename(object));
      const needs = { ...o.needs, istiods: own === undefined ? [...istiods.values()] : [own] };
      return { seen: seeSet(parts, { ...o, object, needs }), missing };
    }),
  );
  const all = sets.flatMap(({ seen }) => [
    ...seen.chain,
    ...(seen.signer === undefined ? [] : [seen.signer]),
  ]);
  const repeated = sets.length > 1 ? sameSerials(all) : [];
  const roots = common === undefined ? [] : (seeSet({ root: common }, { object: folder, ...o }).roots ?? []);
  const absent = sets.some(({ seen }) => seen.object === folder)
    ? []
    : unitsWithout(folder, folders, istiods);
  const verified = sets.map(({ seen, missing }) => ({
    object: seen.object,
    path: pathOf(seen),
    findings: [
      ...missing.map(fatal),
      ...judge(seen, 'new'),
      ...(roots.length === 0 ? [] : otherRoots(seen, roots)),
      ...repeated.flatMap((found) => acrossSets(seen, found)),
    ],
  }));
  return [...verified, ...absent];
}

/** Which clusters share a CA source they alone can tell: one without a set is told of, and not refused. */
function unitsWithout(
  folder: string,
  folders: readonly string[],
  istiods: ReadonlyMap<string, IstiodPlace>,
): readonly VerifiedSet[] {
  const absent = [...istiods.keys()]
    .map((unit) => join(folder, unit))
    .filter((path) => !folders.includes(path));
  return absent.map((object) => {
    const found = namesOf(folder, folders);
    const problem = new Problem('NEW_CA_UNIT_MISSING', { object, expected: own.join(', '), found });
    return { object, path: [], findings: [{ problem, severity: 'warning' }] };
  });
}

async function setFolders(folder: string): Promise<readonly string[]> {
  const names = await namesIn(folder);
  if (names === undefined) {
    throw new Problem('NEW_CA_FOLDER_MISSING', {
      object: folder,
      expected: 'a folder with root-cert.pem, and a folder for each cluster',
      found: 'no folder of that name',
    });
  }
  const inner = await Promise.all(
    names.toSorted().map(async (name) => {
      const files = await namesIn(join(folder, name));
      return files !== undefined && isSet(files) ? [join(folder, name)] : [];
    }),
  );
  const found = [...(isSet(names) ? [folder] : []), ...inner.flat()];
  if (found.length > 0) return found;
  throw new Problem('CA_FILE_MISSING', {
    object: folder,
    expected: `${own.join(', ')}, here or in a folder for each cluster`,
    found: 'none of them',
  });
}

function isSet(names: readonly string[]): boolean {
  return own.some((name) => names.includes(name));
}

/** Undefined where it is no folder. */
async function namesIn(path: string): Promise<readonly string[] | undefined> {
  try {
    return (await stat(path)).isDirectory() ? await readdir(path) : undefined;
  } catch (error) {
    const code = systemCode(error);
    if (isMissing(code)) return undefined;
    throw new Problem('CA_FILE_UNREADABLE', { object: path, found: code });
  }
}

async function readParts(
  folder: string,
  root: Buffer | undefined,
): Promise<{ readonly parts: Partial<Record<Part, Buffer>>; readonly missing: readonly Problem[] }> {
  const parts: Partial<Record<Part, Buffer>> = {};
  const missing: Problem[] = [];
  for (const part of ['root', 'cert', 'key', 'chain'] as const) {
    try {
      parts[part] = await readBytes(join(folder, fileNames[part]));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (part === 'root' && root !== undefined && error.code === 'NEW_CA_FILE_MISSING') parts.root = root;
      else missing.push(error);
    }
  }
  return { parts, missing };
}

function fatal(problem: Problem): Finding {
  return { problem, severity: 'fatal' };
}

function otherRoots({ roots = [], object }: SeenSet, common: readonly Certificate[]): readonly Finding[] {
  const differ = roots.length === 0 ? undefined : rootsDiffer(rootPath(object), roots, common);
  return differ === undefined ? [] : [fatal(differ)];
}

/** What is repeated within one set is told by the table. */
function acrossSets({ signer, chain, object }: SeenSet, found: string): readonly Finding[] {
  const certificates = signer === undefined ? chain : [signer, ...chain];
  const isOf = certificates.some(({ serial, issuer }) => found.startsWith(`${serial} of "${issuer}"`));
  if (!isOf || sameSerials(certificates).length > 0) return [];
  return [fatal(new Problem('SERIAL_REPEATED', { object, expected: 'serial numbers that differ', found }))];
}
