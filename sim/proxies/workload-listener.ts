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
    rejectUnauthorized: true,
    secureOptions: constants.SSL_OP_NO_TICKET,
  });
  server.on('secureConnection', (socket) => {
    socket.on('error', () => undefined);
    if (peerOf(trustDomain, socket.getPeerX509Certificate()?.subjectAltName) === undefined) {
      refuse(socket.remotePort, 'SPIFFE_ID_OF_ANOTHER_DOMAIN');
      socket.destroy();
    } else {
      socket.end(greeting);
    }
  });
  server.on('tlsClientError', (error, socket) => refuse(socket.remotePort, reasonOf(error, socket)));
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

function contextOf({ chainPem, keyPem, rootsPem }: WorkloadIdentity): Parameters<Server['setSecureContext']>[0] {
  return { cert: chainPem, key: keyPem, ca: rootsPem, minVersion: 'TLSv1.3' };
}

/** Node tells why it refused a client on the socket, and of the socket only that it hung up. */
function reasonOf(error: Error, socket: TLSSocket): string {
  const verdict: unknown = socket.authorizationError;
  if (typeof verdict === 'string') return verdict;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
