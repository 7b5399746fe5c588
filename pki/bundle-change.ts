import { oneContainsOther, parseBundle } from './bundle.ts';
import type { Certificate } from './certificate.ts';

/** What became of a bundle from one text to another: by its certificates, and by its bytes. */
export interface BundleChange {
  /** Each once, in the order of the text. */
  readonly added: readonly Certificate[];
  readonly removed: readonly Certificate[];
  /**
   * Those that the new text holds more than once. A root that stands there twice changes no trust; where proxies are
   * told of new bundles (PCDS) it makes all of them renew at once, which may be what is wanted.
   */
  readonly repeated: readonly Certificate[];
  /** Those that both hold do not stand in the same order. */
  readonly reordered: boolean;
  /** Neither holds a certificate that the other lacks: the same trust, whatever the bytes. */
  readonly sameSet: boolean;
  /** `rewritten` is what a running istiod up to 1.29 refuses: neither text contains the other. */
  readonly bytes: 'same' | 'grown' | 'shrunk' | 'rewritten';
}

/** Compares two bundles. Throws Problem BAD_CERTIFICATE; `object` names them in it. */
export function bundleChange(before: string, after: string, object: string): BundleChange {
  const [was, is] = [distinct(parseBundle(before, object)), distinct(parseBundle(after, object))];
  const added = [...is].filter(([fingerprint]) => !was.has(fingerprint)).map(([, one]) => one);
  const removed = [...was].filter(([fingerprint]) => !is.has(fingerprint)).map(([, one]) => one);
  const stayed = [...was.keys()].filter((fingerprint) => is.has(fingerprint));
  const now = [...is.keys()].filter((fingerprint) => was.has(fingerprint));
  return {
    added,
    removed,
    repeated: repeatedIn(parseBundle(after, object)),
    reordered: stayed.some((fingerprint, place) => fingerprint !== now[place]),
    sameSet: added.length === 0 && removed.length === 0,
    bytes: bytesOf(before, after),
  };
}

/** The certificates that a bundle holds more than once, each once. */
export function repeatedIn(bundle: readonly Certificate[]): readonly Certificate[] {
  const twice = bundle.filter(
    ({ fingerprint }, place) => bundle.findIndex((other) => other.fingerprint === fingerprint) < place,
  );
  return [...distinct(twice).values()];
}

function bytesOf(before: string, after: string): BundleChange['bytes'] {
  if (before === after) return 'same';
  if (!oneContainsOther(before, after)) return 'rewritten';
  return after.length > before.length ? 'grown' : 'shrunk';
}

/** By fingerprint, in the order of the first place of each. */
function distinct(certificates: readonly Certificate[]): ReadonlyMap<string, Certificate> {
  const found = new Map<string, Certificate>();
  for (const one of certificates) if (!found.has(one.fingerprint)) found.set(one.fingerprint, one);
  return found;
}
