import type { Certificate } from '../../pki/certificate.ts';
import { envoyJson } from './config-dump.ts';
import type { WorkloadIdentity } from './identity.ts';

/** Envoy lists the pair once for every TLS context: inbound, outbound, and the agent's own cluster. */
const contexts = 3;

/** `GET /certs`: trust anchors, and of the chain the leaf alone. */
export function certs(
  identity: Pick<WorkloadIdentity, 'leaf' | 'roots'> | undefined,
  now = new Date(),
): string {
  if (identity === undefined) return envoyJson({ certificates: [] });
  const anchors = new Map(identity.roots.map((root) => [root.fingerprint, root]));
  const entry = {
    ca_cert: [...anchors.values()].map((root) => details(root, now)),
    cert_chain: [details(identity.leaf, now)],
  };
  return envoyJson({ certificates: Array.from({ length: contexts }, () => entry) });
}

function details({ serial, sans, notBefore, notAfter }: Certificate, now: Date): unknown {
  const days = Math.max(0, Math.floor((notAfter.getTime() - now.getTime()) / 86_400_000));
  return {
    path: '<inline>',
    serial_number: serial,
    subject_alt_names: sans.map((uri) => ({ uri })),
    days_until_expiration: String(days),
    valid_from: `${notBefore.toISOString().slice(0, 19)}Z`,
    expiration_time: `${notAfter.toISOString().slice(0, 19)}Z`,
  };
}
