import type { Certificate } from '../certificate.ts';
import { mostSignatures } from '../path.ts';
import { isSignedBy } from '../is-signed-by.ts';

/**
 * A path by names and signatures alone: whatever else keeps verifiers from taking it is then a finding of its own,
 * which "no path" would hide. Empty where there is none.
 */
export function linkedPath({
  leaf,
  presented,
  roots,
}: {
  readonly leaf: Certificate;
  readonly presented: readonly Certificate[];
  readonly roots: readonly Certificate[];
}): readonly Certificate[] {
  const left = new Map([...roots, ...presented].map((one) => [one.fingerprint, one]));
  const anchors = new Set(roots.map(({ fingerprint }) => fingerprint));
  const paths: (readonly [Certificate, ...Certificate[]])[] = [[leaf]];
  left.delete(leaf.fingerprint);
  let signatures = 0;
  for (const path of paths) {
    const [last] = path;
    if (anchors.has(last.fingerprint)) return path.toReversed();
    for (const issuer of left.values()) {
      if (last.issuer !== issuer.subject) continue;
      signatures += 1;
      if (signatures > mostSignatures) return [];
      if (!isSignedBy(last, issuer)) continue;
      paths.push([issuer, ...path]);
      left.delete(issuer.fingerprint);
    }
  }
  return [];
}
