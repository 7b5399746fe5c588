import type { Certificate } from '../../pki/certificate.ts';
import type { IstiodLog } from './log.ts';
import { rfc3339 } from './signing-ca.ts';

/** What istiod prints each time it has taken its serving certificate in use. */
export function printLoaded(log: IstiodLog, certificates: readonly Certificate[]): void {
  for (const { issuer, subject, serial, notBefore, notAfter } of certificates) {
    log.info(
      `x509 cert - Issuer: ${quoted(issuer)}, Subject: ${quoted(subject)}, SN: ${serial}, ` +
        `NotBefore: "${rfc3339(notBefore)}", NotAfter: "${rfc3339(notAfter)}"`,
    );
  }
  log.info('Istiod certificates are reloaded');
}

/** Printed since 1.30 whenever the workload trust bundle changed: the whole of it, over many lines. */
export function printTrustBundle(log: IstiodLog, roots: readonly Certificate[]): void {
  const distinct = new Map(roots.map((root) => [root.fingerprint, root.pem]));
  log.info(`updating Source IstioCA with certs ${[...distinct.values()].join('')}`, 'trustBundle');
}

/** Go's %q for the printable text of a name. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
