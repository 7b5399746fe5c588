import { oneContainsOther } from './bundle.ts';
import type { Certificate } from './certificate.ts';
import { distinct } from './distinct.ts';

/** A bundle as it is written, and what it holds. */
export interface Bundle {
  readonly text: string;
  /** In the order of the text, duplicates included. */
  readonly certificates: readonly Certificate[];
}

/** What became of a bundle from one text to another: by its certificates, and by its bytes. */
export interface BundleChange {
  /** Each once, in the order of the text. */
  readonly removed: readonly Certificate[];
  /** Those that both hold do not stand in the same order. */
  readonly reordered: boolean;
  /** Neither text contains the other: what a running istiod up to 1.29 refuses. */
  readonly rewritten: boolean;
}

export function bundleChange(before: Bundle, after: Bundle): BundleChange {
  const was = distinct(before.certificates);
  const [had, has] = [printsOf(was), printsOf(after.certificates)];
  const stayed = [...had].filter((fingerprint) => has.has(fingerprint));
  const now = [...has].filter((fingerprint) => had.has(fingerprint));
  return {
    removed: was.filter(({ fingerprint }) => !has.has(fingerprint)),
    reordered: stayed.some((fingerprint, place) => fingerprint !== now[place]),
    rewritten: !oneContainsOther(before.text, after.text),
  };
}

/** The certificates that a bundle holds more than once, each once. */
export function repeatedIn(bundle: readonly Certificate[]): readonly Certificate[] {
  const twice = bundle.filter(
    ({ fingerprint }, place) => bundle.findIndex((other) => other.fingerprint === fingerprint) < place,
  );
  return distinct(twice);
}

function printsOf(certificates: readonly Certificate[]): ReadonlySet<string> {
  return new Set(certificates.map(({ fingerprint }) => fingerprint));
}
