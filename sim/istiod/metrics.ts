import { createServer } from 'node:http';
import type { Certificate } from '../../pki/certificate.ts';
import { listenOnLoopback, type LoopbackServer } from '../loopback.ts';
import type { IstiodCa } from './ca.ts';
import type { CertificateCounts } from './certificate-service.ts';

/** Port 15014: the metrics about the CA, in Prometheus text form. */
export function openMetricsPort(ca: IstiodCa, counts: CertificateCounts): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(metrics(ca, counts));
  });
  return listenOnLoopback(server);
}

function metrics(ca: IstiodCa, counts: CertificateCounts): string {
  const { roots, chain } = ca.current;
  const rows: readonly (readonly [string, 'gauge' | 'counter', number])[] = [
    ['citadel_server_root_cert_expiry_timestamp', 'gauge', expiry(roots[0])],
    ['citadel_server_cert_chain_expiry_timestamp', 'gauge', expiry(chain[0])],
    ['citadel_server_csr_count', 'counter', counts.csr],
    ['citadel_server_success_cert_issuance_count', 'counter', counts.issued],
    ['citadel_server_authentication_failure_count', 'counter', counts.unauthenticated],
    ['citadel_server_csr_sign_err_count', 'counter', counts.signErrors],
  ];
  return rows.map(([name, type, value]) => `# TYPE ${name} ${type}\n${name} ${value}\n`).join('');
}

/** The first certificate only, as the real gauges. */
function expiry(certificate: Certificate | undefined): number {
  return certificate === undefined ? 0 : Math.floor(certificate.notAfter.getTime() / 1000);
}
