import { oneContainsOther, parseBundle } from './bundle.ts';
import type { Certificate } from './certificate.ts';
import { distinct } from './distinct.ts';

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
  const [had, has] = [printsOf(was), printsOf(is)];
  const added = is.filter(({ fingerprint }) => !had.has(fingerprint));
  const removed = was.filter(({ fingerprint }) => !has.has(fingerprint));
  const stayed = [...had].filter((fingerprint) => has.has(fingerprint));
  const now = [...has].filter((fingerprint) => had.has(fingerprint));
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
  return distinct(twice);
}

function bytesOf(before: string, after: string): BundleChange['bytes'] {
  if (before === after) return 'same';
  if (!oneContainsOther(before, after)) return 'rewritten';
  return after.length > before.length ? 'grown' : 'shrunk';
}

function printsOf(certificates: readonly Certificate[]): ReadonlySet<string> {
  return new Set(certificates.map(({ fingerprint }) => fingerprint));
}
