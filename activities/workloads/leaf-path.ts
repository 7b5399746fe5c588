import type { Certificate } from '../../pki/certificate.ts';
import { isSignedBy } from '../../pki/is-signed-by.ts';
import { verifyPath, type PathResult } from '../../pki/path.ts';
import type { Fingerprint } from '../../rotation/trust.ts';
import type { ProxySecrets } from './config-dump.ts';

/**
 * The path of a proxy's leaf through what the proxy presents, and no other intermediate. A root is one of
 * `preferred` where that can be; otherwise any trust anchor or self-signed certificate that the proxy holds.
 */
export function leafPath(secrets: ProxySecrets, preferred: readonly Fingerprint[], at: Date): PathResult {
  const [leaf, ...presented] = secrets.chain;
  const held = [...secrets.roots, ...presented];
  const wanted = held.filter(({ fingerprint }) => preferred.includes(fingerprint));
  const found = verifyPath({ leaf, presented, roots: wanted, at });
  return found.ok ? found : verifyPath({ leaf, presented, roots: held.filter(isRoot), at });
}

function isRoot(certificate: Certificate): boolean {
  return certificate.isCa && isSignedBy(certificate, certificate);
}
