import { labelOf } from '../../rotation/names.ts';
import type { CertFacts, Fingerprint } from '../../rotation/trust.ts';

/** Names for certificates, as long as it takes to tell them apart. */
export interface Names {
  /** `Root A`; with the beginning of the fingerprint where two have the same name. */
  readonly full: (fingerprint: Fingerprint) => string;
  /** `A`, where all roots begin with the same words; otherwise the full name. */
  readonly short: (fingerprint: Fingerprint) => string;
}

/** `roots` are those that get short names; `others` only full ones. */
export function namesOf(roots: readonly CertFacts[], others: readonly CertFacts[] = []): Names {
  const facts = new Map([...others, ...roots].map((cert) => [cert.fingerprint, cert]));
  const full = (fingerprint: Fingerprint): string => labelOf({ facts }, fingerprint);
  const known = new Set(roots.map(({ fingerprint }) => fingerprint));
  const prefix = commonWords([...known].map(full));
  return {
    full,
    short: (fingerprint) => full(fingerprint).slice(known.has(fingerprint) ? prefix.length : 0),
  };
}

/** The words, with the blank after them, that two or more names all begin with. */
function commonWords(names: readonly string[]): string {
  const [first, ...rest] = names;
  if (first === undefined || rest.length === 0) return '';
  const words = first.split(' ');
  const beginnings = words.slice(0, -1).map((_, index) => `${words.slice(0, index + 1).join(' ')} `);
  return beginnings.findLast((start) => rest.every((name) => name.startsWith(start))) ?? '';
}
