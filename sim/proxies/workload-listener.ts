import { constants } from 'node:crypto';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { listenOnLoopback, type LoopbackServer } from '../loopback.ts';
import { peerOf, type WorkloadIdentity } from './identity.ts';

export interface WorkloadListener extends LoopbackServer {
  /** From now on new connections are met with this; those that are open stay. */
  use(identity: WorkloadIdentity): void;
  /** Why the connection from that client port was refused; told once. */
  takeRefusal(clientPort: number): string | undefined;
}

/** What the server says once it has accepted its client: in TLS 1.3 only this proves the second half. */
export const greeting = 'accepted';

/** A refusal that nobody asks for must not pile up. */
const keptRefusals = 1000;

/**
 * Port 15006: mutual TLS 1.3 as Envoy does it in STRICT mode. The client must show a chain to a trusted root
 * and a SPIFFE ID of the mesh's trust domain.
 */
export async function openWorkloadListener(
  identity: WorkloadIdentity,
  trustDomain: string,
): Promise<WorkloadListener> {
  const refusals = new Map<number, string>();
  const refuse = (port: number | undefined, reason: string): void => {
    if (port === undefined) return;
    if (refusals.size >= keptRefusals) refusals.clear();
    refusals.set(port, reason);
  };
  const server = createServer({
    ...contextOf(identity),
    requestCert: true,
    // OpenSSL verifies as ever; told to reject by itself, Node hangs up before the reason can be read.
    rejectUnauthorized: false,
    secureOptions: constants.SSL_OP_NO_TICKET,
  });
  server.on('secureConnection', (socket) => {
    socket.on('error', () => undefined);
    const reason = whyRefused(socket, trustDomain);
    if (reason === undefined) {
      socket.end(greeting);
    } else {
      refuse(socket.remotePort, reason);
      socket.destroy();
    }
  });
  // A client that refuses this server tells so itself.
  server.on('tlsClientError', () => undefined);
  const listening = await listenOnLoopback(server);
  return {
    ...listening,
    use: (next) => server.setSecureContext(contextOf(next)),
    takeRefusal: (port) => {
      const reason = refusals.get(port);
      refusals.delete(port);
      return reason;
    },
  };
}

function contextOf({
  chainPem,
  keyPem,
  rootsPem,
}: WorkloadIdentity): Parameters<Server['setSecureContext']>[0] {
  return { cert: chainPem, key: keyPem, ca: rootsPem, minVersion: 'TLSv1.3' };
}

function whyRefused(socket: TLSSocket, trustDomain: string): string | undefined {
  const peer = socket.getPeerX509Certificate();
  if (peer === undefined) return 'NO_CLIENT_CERTIFICATE';
  // Typed as an Error; it is OpenSSL's code as a string.
  const verdict: unknown = socket.authorizationError;
  if (!socket.authorized) return typeof verdict === 'string' ? verdict : 'CERTIFICATE_NOT_AUTHORIZED';
  return peerOf(trustDomain, peer.subjectAltName) === undefined ? 'SPIFFE_ID_OF_ANOTHER_DOMAIN' : undefined;
}
