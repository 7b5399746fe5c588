import { parseBundle } from '../../pki/bundle.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { notSelfSigned, whyNotCa } from '../../pki/checks/signer-checks.ts';
import { nameOf } from '../../pki/path.ts';
import { recognise } from '../../pki/recognise.ts';
import { Problem } from '../../problems/problem.ts';
import { sameSet } from '../../rotation/trust.ts';
import { readIfThere, rootPath } from './files.ts';

/**
 * The roots of a root-cert.pem, of which those that are trusted already (`old`) are taken as they are. Throws Problem
 * BAD_CERTIFICATE, CERT_MALFORMED where a block of another label stands among them, NOT_A_CA, or ROOT_NOT_SELF_SIGNED:
 * Envoy takes no path that ends in an intermediate.
 */
export function readRoots(
  pem: string,
  path: string,
  old: readonly Certificate[] = [],
): readonly Certificate[] {
  const roots = parseBundle(pem, path);
  if (roots.length === 0) {
    throw new Problem('BAD_CERTIFICATE', { object: path, expected: 'PEM blocks CERTIFICATE', found: 'none' });
  }
  const lost = recognise(Buffer.from(pem), path).findings.find(({ code }) => code === 'CERT_MALFORMED');
  if (lost !== undefined) throw lost;
  const known = new Set(old.map(fingerprintOf));
  for (const root of roots) {
    if (!known.has(root.fingerprint)) verifyIsRoot(root, `${nameOf(root)} in ${path}`);
  }
  return roots;
}

function verifyIsRoot(root: Certificate, object: string): void {
  for (const details of whyNotCa(root, object)) throw new Problem('NOT_A_CA', details);
  for (const details of notSelfSigned(root, object)) throw new Problem('ROOT_NOT_SELF_SIGNED', details);
}

/**
 * A unit's folder may have its own copy of root-cert.pem, as Istio's Makefile leaves it. Throws Problem
 * NEW_CA_ROOT_DIFFERS where that has other roots, or what `readRoots` throws.
 */
export async function verifyOwnRoots(
  directory: string,
  unit: string,
  roots: readonly Certificate[],
  old: readonly Certificate[] = [],
): Promise<void> {
  const path = rootPath(directory, unit);
  const pem = await readIfThere(path);
  if (pem === undefined) return;
  const differ = rootsDiffer(path, readRoots(pem, path, old), roots);
  if (differ !== undefined) throw differ;
}

/** NEW_CA_ROOT_DIFFERS where a unit's own roots are not those of all; undefined where they are. */
export function rootsDiffer(
  path: string,
  own: readonly Certificate[],
  roots: readonly Certificate[],
): Problem | undefined {
  if (sameSet(own.map(fingerprintOf), roots.map(fingerprintOf))) return undefined;
  return new Problem('NEW_CA_ROOT_DIFFERS', {
    object: path,
    expected: roots.map(nameOf).join(', '),
    found: own.map(nameOf).join(', '),
  });
}

function fingerprintOf({ fingerprint }: Certificate): string {
  return fingerprint;
}
