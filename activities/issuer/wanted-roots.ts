import type { Certificate } from '../../pki/certificate.ts';
import type { CaFolder } from '../../rotation/wanted.ts';
import { anchorsOf, type SourceReading } from '../ca-source.ts';
import { readFiles, rootPath } from '../new-ca/files.ts';
import { readRoots } from '../new-ca/read-roots.ts';

/** The roots that a folder without intermediates brings; none where the roots stay. Throws as `readNewCa`. */
export async function rootsInFolder({ kind, directory }: CaFolder): Promise<readonly Certificate[]> {
  if (kind === 'intermediate') return [];
  const path = rootPath(directory);
  const { texts, problems } = await readFiles(directory, [path]);
  const [problem] = problems;
  if (problem !== undefined) throw problem;
  return readRoots(texts.get(path) ?? '', path);
}

/** Those that a unit's new intermediate may be below. */
export function rootsAbove(
  brought: readonly Certificate[],
  { kind }: CaFolder,
  reading: SourceReading,
): readonly Certificate[] {
  return kind === 'root' ? brought : anchorsOf(reading);
}

/** Whether a unit signs below a root that is wanted already, by hand or by a rotation that was lost: it keeps that. */
export function isThere({ kind }: CaFolder, reading: SourceReading, roots: readonly Certificate[]): boolean {
  const root = reading.observed.signer?.root;
  return kind === 'root' && roots.some(({ fingerprint }) => fingerprint === root);
}
