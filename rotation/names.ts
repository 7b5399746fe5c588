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
