import { cutOut, joined } from '../../pki/bundle-text.ts';
import { composeBundle, oneContainsOther } from '../../pki/bundle.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { sameList, type Fingerprint } from '../../rotation/trust.ts';
import type { HeldSet } from './held-set.ts';

/** What a bundle is made of. */
interface BundleParts {
  readonly get: (fingerprint: Fingerprint) => Certificate;
  /** The bundle that the source held before a rotation: it comes back to the byte. */
  readonly former?: Pick<HeldSet, 'roots' | 'rootText'> | undefined;
}

/**
 * The text of a new root bundle. istiod up to 1.29 asks that one file's bytes contain the other's, so a bundle
 * that grows around the present one has the present text in it, and one that is a run of the present one is cut
 * out of the present text: to the byte, whatever ends a line or stands between the certificates.
 */
export function rootText(
  wanted: readonly Fingerprint[],
  held: Pick<HeldSet, 'roots' | 'rootText'>,
  { get, former }: BundleParts,
): string {
  const now = held.roots.map(({ fingerprint }) => fingerprint);
  const isFormer = (fingerprints: readonly Fingerprint[]): boolean =>
    former !== undefined &&
    sameList(
      former.roots.map(({ fingerprint }) => fingerprint),
      fingerprints,
    );
  const compose = (fingerprints: readonly Fingerprint[]): string =>
    former !== undefined && isFormer(fingerprints) ? former.rootText : composeBundle(fingerprints.map(get));
  if (isFormer(wanted) && oneContainsOther(compose(wanted), held.rootText)) return compose(wanted);
  const grown = runWithin(wanted, now);
  if (grown !== undefined) {
    const [before, after] = [wanted.slice(0, grown), wanted.slice(grown + now.length)];
    return demandContained(joined(compose(before), held.rootText, compose(after)), held.rootText);
  }
  const cut = runWithin(now, wanted);
  return cut === undefined
    ? compose(wanted)
    : demandContained(cutOut(held.rootText, cut, cut + wanted.length), held.rootText);
}

/** Where in a list another stands as one run; an empty one stands nowhere. */
function runWithin(list: readonly Fingerprint[], run: readonly Fingerprint[]): number | undefined {
  if (run.length === 0) return undefined;
  const at = list.findIndex((_, i) => sameList(list.slice(i, i + run.length), run));
  return at === -1 ? undefined : at;
}

function demandContained(text: string, present: string): string {
  if (oneContainsOther(text, present)) return text;
  throw new RangeError('expected one of the present and the new bundle to contain the other');
}
