import type { Certificate } from './certificate.ts';

/** By certificate, what came of each public key that its signature was held against. */
const answers = new WeakMap<Certificate, Map<string, boolean>>();

/**
 * Whether the key of a certificate has signed another. Asked once for each key: a bundle may hold hundreds of roots that
 * differ in their dates alone.
 */
export function isSignedBy(certificate: Certificate, issuer: Certificate): boolean {
  const known = answers.get(certificate) ?? new Map<string, boolean>();
  answers.set(certificate, known);
  const key = issuer.profile.publicKeyInfo.toString('base64');
  const answer = known.get(key) ?? certificate.x509.verify(issuer.x509.publicKey);
  known.set(key, answer);
  return answer;
}
