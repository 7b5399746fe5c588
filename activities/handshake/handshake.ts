import { once } from 'node:events';
import { connect, createServer, type TLSSocket } from 'node:tls';

/** One side of a handshake: what it presents, and whom it accepts. The key must not leave the caller's scope. */
export interface Side {
  /** For words: `payments/ledger-0 of aks-neu-1`. */
  readonly name: string;
  readonly chainPem: string;
  readonly keyPem: string;
  readonly rootsPem: string;
}

const patience = 10_000;
const greeting = 'accepted';

/**
 * A mutual TLS 1.3 handshake on loopback, as two proxies make it: each verifies the other's chain by its own trust
 * anchors. Undefined where both accept; otherwise who refuses whom and why, in OpenSSL's words.
 */
export async function handshake(client: Side, server: Side): Promise<string | undefined> {
  let refusal: string | undefined;
  const listener = createServer({
    ...contextOf(server),
    requestCert: true,
    // OpenSSL verifies as ever; told to reject by itself, Node hangs up before the reason can be read.
    rejectUnauthorized: false,
  });
  listener.on('secureConnection', (socket) => {
    socket.on('error', () => socket.destroy());
    refusal = whyRefused(socket);
    if (refusal === undefined) socket.end(greeting);
    else socket.destroy();
  });
  // A client that refuses this server tells so itself.
  listener.on('tlsClientError', () => undefined);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  try {
    const failed = await dial(client, portOf(listener.address()));
    if (refusal !== undefined) return `${server.name} refuses the client: ${refusal}`;
    return failed === undefined ? undefined : `${client.name} as client: ${failed}`;
  } finally {
    listener.close();
  }
}

function dial(side: Side, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({
      ...{ ...contextOf(side), host: '127.0.0.1', port, rejectUnauthorized: true },
      checkServerIdentity: (_host, { subjectaltname }) =>
        isSpiffe(subjectaltname) ? undefined : new Error('the server shows no SPIFFE ID'),
    });
    let heard = '';
    const end = (failure: string | undefined): void => {
      socket.destroy();
      resolve(failure);
    };
    socket.setTimeout(patience, () => end('no answer'));
    socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
    socket.once('error', (error: Error & { readonly code?: string }) => end(error.code ?? error.message));
    // In TLS 1.3 only the server's word after the handshake proves that it accepts the client.
    socket.once('close', () => end(heard === greeting ? undefined : 'closed without an answer'));
  });
}

function contextOf({ chainPem, keyPem, rootsPem }: Side) {
  return { cert: chainPem, key: keyPem, ca: rootsPem, minVersion: 'TLSv1.3' } as const;
}

function whyRefused(socket: TLSSocket): string | undefined {
  const peer = socket.getPeerX509Certificate();
  if (peer === undefined) return 'it shows no certificate';
  // Typed as an Error; it is OpenSSL's code as a string.
  const verdict: unknown = socket.authorizationError;
  if (!socket.authorized) return typeof verdict === 'string' ? verdict : 'it is not authorized';
  return isSpiffe(peer.subjectAltName) ? undefined : 'it shows no SPIFFE ID';
}

function isSpiffe(alternativeNames: string | undefined): boolean {
  return /URI:"?spiffe:\/\//.test(alternativeNames ?? '');
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  return address === null || typeof address === 'string' ? 0 : address.port;
}
