import { createHash } from 'node:crypto';
import { certFacts, type Certificate } from '../../pki/certificate.ts';
import { usualDays } from '../../pki/profiles.ts';
import type { CertFacts, Signer } from '../../rotation/trust.ts';

const dayMs = 86_400_000;

/**
 * What is known of a unit's intermediate before there is a key for it: its root, and until when it will be valid at
 * least roughly. Its fingerprint is none of a certificate, which `toBeIssued` says of it.
 */
export function toBeIssued(
  unit: string,
  roots: readonly Certificate[],
  at = new Date(),
): { readonly signer: Signer; readonly certificates: readonly CertFacts[] } {
  const [root] = roots;
  if (root === undefined) throw new RangeError(`expected a root for the new intermediate of ${unit}`);
  const fingerprint = createHash('sha256').update(`to be issued for ${unit} below ${root.fingerprint}`);
  const end = Math.min(at.getTime() + usualDays.intermediate * dayMs, root.notAfter.getTime());
  const facts: CertFacts = {
    fingerprint: fingerprint.digest('hex'),
    subject: `CN=Intermediate CA - ${unit},L=${unit},O=Istio`,
    issuer: root.subject,
    serial: '',
    notBefore: at.toISOString(),
    notAfter: new Date(end).toISOString(),
    toBeIssued: true,
  };
  return {
    signer: {
      fingerprint: facts.fingerprint,
      root: root.fingerprint,
      chain: [facts.fingerprint, root.fingerprint],
    },
    certificates: [...roots.map(certFacts), facts],
  };
}
