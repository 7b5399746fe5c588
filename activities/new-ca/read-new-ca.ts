import { composeBundle, parseBundle } from '../../pki/bundle.ts';
import { checkCaSet, type CaSetFacts } from '../../pki/ca-set.ts';
import { type Certificate } from '../../pki/certificate.ts';
import { nameOf } from '../../pki/path.ts';
import { Problem } from '../../problems/problem.ts';
import { Problems } from '../../problems/problems.ts';
import { sameSet } from '../../rotation/trust.ts';
import { type CaRef } from '../../rotation/wanted.ts';
import { PrivateKey } from '../private-key.ts';
import { readFiles, readIfThere, rootPath, unitPaths } from './files.ts';
import { type NewCa, type UnitCa } from './new-ca.ts';

/** A unit to make a CA for, and the roots its bundle has now, which an intermediate rotation keeps. */
export interface UnitOfCa {
  readonly unit: string;
  readonly currentRoots: readonly Certificate[];
}

/**
 * Reads a new CA from its folder: `root-cert.pem`, unless only intermediates change, and a folder for each unit
 * with ca-cert.pem, ca-key.pem and cert-chain.pem. Every set is checked as istiod's peers would at `at`.
 * Throws Problem NEW_CA_FOLDER_MISSING, NEW_CA_FILE_MISSING, NEW_CA_FILE_UNREADABLE, NEW_CA_ROOT_DIFFERS, or
 * what checkCaSet throws, naming the file or folder; where several files or units are wrong, Problems.
 */
export async function readNewCa(ca: CaRef, units: readonly UnitOfCa[], at = new Date()): Promise<NewCa> {
  const files = await readFiles(ca.directory, [
    ...(ca.kind === 'root' ? [rootPath(ca.directory)] : []),
    ...units.flatMap(({ unit }) => Object.values(unitPaths(ca.directory, unit))),
  ]);
  const text = (path: string): string => files.get(path) ?? '';
  const roots = ca.kind === 'root' ? readRoots(text(rootPath(ca.directory)), rootPath(ca.directory)) : [];
  const read: [string, UnitCa][] = [];
  const wrong: Problem[] = [];
  for (const { unit, currentRoots } of units) {
    try {
      const trusted = ca.kind === 'root' ? roots : currentRoots;
      if (ca.kind === 'root') await checkOwnRoots(ca.directory, unit, roots);
      read.push([unit, readUnit({ directory: ca.directory, unit, trusted, at, text })]);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      wrong.push(error);
    }
  }
  const [first] = wrong;
  if (first === undefined) return { kind: ca.kind, roots, units: new Map(read) };
  throw wrong.length === 1 ? first : new Problems(first.code, { object: ca.directory }, wrong);
}

function readRoots(pem: string, path: string): readonly Certificate[] {
  const roots = parseBundle(pem, path);
  if (roots.length === 0) {
    throw new Problem('BAD_CERTIFICATE', { object: path, expected: 'PEM blocks CERTIFICATE', found: 'none' });
  }
  // Asked here, though checkCaSet asks it of every unit: one wrong root is one error.
  const wrong = roots.find(({ isCa }) => !isCa);
  if (wrong !== undefined) throw new Problem('NOT_A_CA', { object: `${nameOf(wrong)} in ${path}` });
  return roots;
}

/** A unit's folder may have its own copy of root-cert.pem, as Istio's Makefile leaves it. */
async function checkOwnRoots(directory: string, unit: string, roots: readonly Certificate[]): Promise<void> {
  const path = rootPath(directory, unit);
  const pem = await readIfThere(path);
  if (pem === undefined) return;
  const own = readRoots(pem, path);
  if (sameSet(own.map(fingerprintOf), roots.map(fingerprintOf))) return;
  throw new Problem('NEW_CA_ROOT_DIFFERS', {
    object: path,
    expected: roots.map(({ subject }) => `"${subject}"`).join(', '),
    found: own.map(({ subject }) => `"${subject}"`).join(', '),
  });
}

function readUnit(o: {
  readonly directory: string;
  readonly unit: string;
  readonly trusted: readonly Certificate[];
  readonly at: Date;
  readonly text: (path: string) => string;
}): UnitCa {
  const paths = unitPaths(o.directory, o.unit);
  const key = o.text(paths.key);
  const { signer, chain }: CaSetFacts = checkCaSet(
    { root: composeBundle(o.trusted), cert: o.text(paths.cert), key, chain: o.text(paths.chain) },
    { object: `${o.directory}/${o.unit}`, at: o.at },
  );
  return { cert: signer, chain, key: new PrivateKey(key) };
}

function fingerprintOf({ fingerprint }: Certificate): string {
  return fingerprint;
}
