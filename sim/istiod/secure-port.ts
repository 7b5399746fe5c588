import { type Server as TlsServer, createServer, type TLSSocket } from 'node:tls';
import { Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js';
import { createCertificate } from '../certificate-protocol.ts';
import { listenOnLoopback, type LoopbackServer } from '../loopback.ts';
import type { IstiodCa } from './ca.ts';
import type { Tokens } from '../world.ts';
import { CertificateService } from './certificate-service.ts';

export interface SecurePort extends LoopbackServer {
  readonly service: CertificateService;
}

/**
 * Port 15012: TLS with the serving certificate of the moment, gRPC within. Client certificates are taken if
 * given, and verified against the roots that istiod had when it STARTED: the real one builds that verifier
 * once, and no reload refreshes it (pilot/pkg/bootstrap/server.go, peerCertVerifier).
 */
export async function openSecurePort(o: {
  readonly ca: IstiodCa;
  readonly tokens: Tokens;
  readonly trustDomain: string;
  readonly leafTtl: number;
  /** What its clock says. */
  readonly now?: () => Date;
}): Promise<SecurePort> {
  const { ca, tokens, trustDomain, leafTtl } = o;
  const rootsAtStart = ca.current.rootPem;
  const bySocket = new Map<string, string>();
  const service = new CertificateService({
    ...{ ca, leafTtl, now: o.now ?? (() => new Date()) },
    identityOf: async (call) => (await byToken(call, tokens, trustDomain)) ?? bySocket.get(call.getPeer()),
  });
  const grpc = new Server();
  grpc.addService({ createCertificate }, { createCertificate: service.answer });
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const context = (): Parameters<TlsServer['setSecureContext']>[0] => ({
    cert: ca.serving.pem,
    key: ca.serving.keyPem,
    ca: rootsAtStart,
    minVersion: 'TLSv1.2',
  });
  const tls = createServer({
    ...context(),
    requestCert: true,
    rejectUnauthorized: false,
    ALPNProtocols: ['h2'],
  });
  ca.onReload(() => tls.setSecureContext(context()));
  tls.on('secureConnection', (socket) => {
    const peer = socket.getPeerX509Certificate();
    if (peer !== undefined && !socket.authorized) {
      socket.destroy();
      return;
    }
    const address = addressOf(socket);
    const identity = /URI:(spiffe:\/\/[^,\s]+)/.exec(peer?.subjectAltName ?? '')?.[1];
    if (identity !== undefined) bySocket.set(address, identity);
    socket.once('close', () => bySocket.delete(address));
    injector.injectConnection(socket);
  });
  // A client that breaks off its handshake is its own affair.
  tls.on('tlsClientError', () => undefined);
  const listening = await listenOnLoopback(tls);
  return {
    ...listening,
    service,
    close: async () => {
      await listening.close();
      injector.destroy();
      grpc.forceShutdown();
    },
  };
}

async function byToken(
  call: ServerUnaryCall<unknown, unknown>,
  tokens: Tokens,
  trustDomain: string,
): Promise<string | undefined> {
  const [header] = call.metadata.get('authorization');
  const token = /^Bearer (.+)$/.exec(String(header ?? ''))?.[1];
  const review = token === undefined ? undefined : await tokens.review(token, 'istio-ca');
  if (review?.authenticated !== true) return undefined;
  const { namespace, serviceAccount } = review;
  if (namespace === undefined || serviceAccount === undefined) return undefined;
  return `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
}

function addressOf(socket: TLSSocket): string {
  return `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
}
