import { composeBundle, parseBundle } from '../../pki/bundle.ts';
import { checkCaSet, checkSigner, type CaSet } from '../../pki/ca-set.ts';
import type { Certificate } from '../../pki/certificate.ts';
import type { MeshNeeds } from '../../pki/checks/seen-set.ts';
import { isIssuedBy, nameOf, verifyPath } from '../../pki/path.ts';
import { Problem } from '../../problems/problem.ts';
import type { CaFolder } from '../../rotation/wanted.ts';
import { PrivateKey } from '../private-key.ts';
import { readIfThere, rootPath } from './files.ts';
import type { UnitCa } from './new-ca.ts';

interface UnitFiles {
  readonly ca: CaFolder;
  readonly unit: string;
  readonly set: Omit<CaSet, 'root'>;
  readonly at: Date;
  readonly needs: MeshNeeds;
}

/**
 * The CA of one unit, checked against the roots it is to verify under; undefined where those are not known: what
 * is wrong apart from them is found all the same. Throws what checkCaSet throws, or NEW_CA_OTHER_ROOT.
 */
export async function readUnit(
  files: UnitFiles,
  trusted: readonly Certificate[] | undefined,
): Promise<UnitCa> {
  const { ca, unit, set, at } = files;
  const needs = { ...files.needs, rootsInUse: ca.kind === 'intermediate' };
  const asked = { object: `${ca.directory}/${unit}`, at, of: 'new', needs } as const;
  try {
    const { signer, chain } =
      trusted === undefined
        ? checkSigner(set, asked)
        : checkCaSet({ ...set, root: composeBundle(trusted) }, asked);
    return { cert: signer, chain, key: new PrivateKey(set.key) };
  } catch (error) {
    if (ca.kind === 'intermediate' && error instanceof Problem && error.code === 'PATH_BROKEN') {
      throw await belowNoRootInUse(error, files, trusted ?? []);
    }
    throw error;
  }
}

/** Where the folder itself has the root that the intermediate is below, that one was meant. */
async function belowNoRootInUse(
  { details }: Problem,
  { ca, set, at }: UnitFiles,
  trusted: readonly Certificate[],
): Promise<Problem> {
  const expected = `below ${trusted.map(nameOf).join(' or ')}`;
  const path = rootPath(ca.directory);
  const presented = parseBundle(set.chain, details.object);
  const rootText = await readIfThere(path);
  const given = [...presented, ...parseBundle(rootText ?? '', path)];
  const first = rootText === undefined ? `put that into ${path} and ` : '';
  const hint = `issue it from a root in use, or ${first}rotate to its root: --root ${ca.directory}`;
  const [leaf] = parseBundle(set.cert, details.object);
  const roots = given.filter((one) => isIssuedBy(one, one));
  const other = leaf && verifyPath({ leaf, presented, roots, at });
  const root = other?.ok === true ? other.path.at(-1) : undefined;
  return root === undefined
    ? new Problem('PATH_BROKEN', {
        ...details,
        expected,
        hint: 'issue it from a root in use, or rotate the root as well with --root DIR',
      })
    : new Problem('NEW_CA_OTHER_ROOT', {
        object: details.object,
        expected,
        found: `below ${nameOf(root)}`,
        hint,
      });
}
