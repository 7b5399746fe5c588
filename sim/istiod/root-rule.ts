import { oneContainsOther } from '../../pki/bundle.ts';
import type { IstiodOptions } from './options.ts';
import { poolOf } from './signing-ca.ts';

/**
 * Whether a running istiod takes a changed root file in place of its own. Up to 1.29 the bytes of one must
 * contain the other's; from 1.30 one must hold all certificates of the other, compared by their DER.
 */
export function mayReplaceRoots(
  { major, minor }: IstiodOptions['version'],
  current: string,
  next: string,
): boolean {
  if (major === 1 && minor < 30) return oneContainsOther(current, next);
  const [ours, theirs] = [setOf(current), setOf(next)];
  // A text without any certificate is a subset of everything, and is refused all the same.
  return theirs.size > 0 && (ours.isSubsetOf(theirs) || theirs.isSubsetOf(ours));
}

/** Whether the two hold the same certificates: then the workload trust bundle stays as it is. */
export function sameRoots(a: string, b: string): boolean {
  const [left, right] = [setOf(a), setOf(b)];
  return left.size === right.size && left.isSubsetOf(right);
}

function setOf(pem: string): ReadonlySet<string> {
  return new Set(poolOf(pem).map(({ fingerprint }) => fingerprint));
}
