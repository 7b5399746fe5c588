import { connect, type ConnectionOptions } from 'node:tls';
import { peerOf } from '../proxies/identity.ts';
import type { Workload } from '../proxies/workload.ts';
import { greeting } from '../proxies/workload-listener.ts';

/** What came of one handshake: accepted by both sides, or why not, in OpenSSL's code or the socket's. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** What a process that ends does to its connections, without a word about their certificates. */
const cutOff = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'CLOSED_WITHOUT_AN_ANSWER', 'NOT_LISTENING'];

/** True where a side was gone, false where it refused the other. */
export function isCutOff(outcome: Outcome): boolean {
  return !outcome.ok && cutOff.includes(outcome.reason);
}

/**
 * No handshake on loopback takes as long as ten of these, in milliseconds. Counted in turns of the event loop, which
 * both sides share, and only in those that come in time: where the machine lets the whole process wait, neither could
 * have said a word, and a handshake is some eight turns by itself.
 */
const patience = { every: 500, turns: 10, late: 250 };

/**
 * A real mutual TLS 1.3 handshake, without resumption, from one proxy to another: each with its own chain and
 * its own trusted roots. It is accepted once the server has said so.
 */
export function handshake(client: Workload, server: Workload, trustDomain: string): Promise<Outcome> {
  const [context, port] = [client.identity?.context, server.workloadPort];
  if (context === undefined || port === undefined) return Promise.resolve(failed('NOT_LISTENING'));
  return dial(
    {
      ...{ port, secureContext: context, minVersion: 'TLSv1.3' },
      checkServerIdentity: (_host, { subjectaltname }) =>
        peerOf(trustDomain, subjectaltname) === undefined
          ? new Error('SPIFFE_ID_OF_ANOTHER_DOMAIN')
          : undefined,
    },
    (clientPort) => server.takeRefusal(clientPort),
  );
}

/** A TLS handshake as an agent begins its CSR: istiod must show a certificate for its name by these roots. */
export function dialIstiod(o: {
  readonly port: number;
  readonly host: string;
  readonly rootPem: string;
}): Promise<Outcome> {
  const { port, host, rootPem } = o;
  return dial({ port, servername: host, ca: rootPem, ALPNProtocols: ['h2'] });
}

function dial(
  options: ConnectionOptions,
  refusalOf?: (clientPort: number) => string | undefined,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', rejectUnauthorized: true, ...options });
    let clientPort = 0;
    let turns = 0;
    let due = performance.now() + patience.every;
    const impatience = setInterval(() => {
      const now = performance.now();
      if (now - due < patience.late) turns += 1;
      due = now + patience.every;
      if (turns >= patience.turns) end(failed('TIMEOUT'));
    }, patience.every);
    const end = (outcome: Outcome): void => {
      clearInterval(impatience);
      socket.destroy();
      resolve(outcome);
    };
    socket.once('connect', () => (clientPort = socket.localPort ?? 0));
    // Without a hook into the server its silence counts as consent: a certificate was not asked for.
    if (refusalOf === undefined) socket.once('secureConnect', () => end({ ok: true }));
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
    const ended = (reason: string): void => {
      if (heard === greeting) end({ ok: true });
      // The server learns why it hung up in a later turn than the client learns that it did.
      else setImmediate(() => end(failed(refusalOf?.(clientPort) ?? reason)));
    };
    socket.once('error', (error: Error) => ended(codeOf(error)));
    socket.once('close', () => ended('CLOSED_WITHOUT_AN_ANSWER'));
    socket.once('end', () => ended('CLOSED_WITHOUT_AN_ANSWER'));
  });
}

function failed(reason: string): Outcome {
  return { ok: false, reason };
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
