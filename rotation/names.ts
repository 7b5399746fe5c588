import type { Known } from './known.ts';
import type { CertFacts, Fingerprint } from './trust.ts';

/** The name that people know a certificate by: its common name, with its fingerprint where two share one. */
export function labelOf(known: Pick<Known, 'facts'>, fingerprint: Fingerprint): string {
  const fact = known.facts.get(fingerprint);
  if (fact === undefined) return shortFingerprint(fingerprint);
  const name = commonName(fact);
  const shared = [...known.facts.values()].some(
    (other) => other.fingerprint !== fingerprint && commonName(other) === name,
  );
  return shared ? `${name} (${shortFingerprint(fingerprint)})` : name;
}

/** `5f3a…0e91` */
export function shortFingerprint(fingerprint: Fingerprint): string {
  return fingerprint.length <= 9 ? fingerprint : `${fingerprint.slice(0, 4)}…${fingerprint.slice(-4)}`;
}

/** From `CN=Root A,O=Test`; the whole subject where it has no common name. */
function commonName({ subject, fingerprint }: CertFacts): string {
  const name = /(?:^|,\s*)CN=((?:\\.|[^,\\])+)/.exec(subject)?.[1];
  return name ?? (subject === '' ? shortFingerprint(fingerprint) : subject);
}

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
