import type { AddressInfo } from 'node:net';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import { closing } from '../connections.ts';
import { BlobContainer } from './container.ts';
import { BlobRefusal, listing } from './wire.ts';

/** What strikes the next requests in place of an answer. */
interface BlobFault {
  readonly status: number;
  readonly code: string;
  readonly retryAfterSeconds?: number;
  /** How many requests; all of them where left out. */
  readonly times?: number;
  /** The work is done, and only the answer is lost. */
  readonly cutAfter?: boolean;
}

export interface SimBlobService {
  /** `https://localhost:PORT/CONTAINER` */
  readonly url: string;
  /** A bearer token that the server takes. */
  readonly token: string;
  /** Puts a fault in force in place of the one before; undefined mends. */
  readonly suffer: (fault: BlobFault | undefined) => void;
  /** `PUT start.json`, in the order in which they came. */
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

/** One container of a simulated Azure Blob storage account, by the REST API of the Blob service. */
export async function serveBlobs(o: {
  readonly container: string;
  readonly tls: { readonly cert: string; readonly key: string };
  /** Blobs in a page of a list. */
  readonly page?: number;
}): Promise<SimBlobService> {
  const token = 'simulated-storage-token';
  const container = new BlobContainer();
  const requests: string[] = [];
  let fault: { readonly what: BlobFault; left: number } | undefined;
  const app = fastify({ https: o.tls, routerOptions: { maxParamLength: 1100 } });
  const close = closing(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });

  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const url = new URL(request.url, 'https://blobs');
    const [, first = '', ...rest] = url.pathname.split('/');
    const name = rest.map(decodeURIComponent).join('/');
    requests.push(`${request.method} ${name}`);
    reply.headers({ 'x-ms-version': '2025-11-05', 'x-ms-request-id': String(requests.length) });
    demandToken(request.headers.authorization, token);
    const struck = strike();
    if (struck !== undefined && struck.cutAfter !== true) throw refusalOf(struck);
    if (first !== o.container) {
      throw new BlobRefusal(404, 'ContainerNotFound', 'The specified container does not exist.');
    }
    const done = serve(request, reply, { url, name });
    if (struck === undefined) return done();
    reply.hijack();
    reply.raw.destroy();
    return reply;
  };

  /** Does the work at once; what it returns sends the answer. */
  function serve(
    { method, headers, body }: FastifyRequest,
    reply: FastifyReply,
    { url, name }: { readonly url: URL; readonly name: string },
  ): () => FastifyReply {
    if (method === 'PUT') {
      if (headers['x-ms-blob-type'] !== 'BlockBlob') {
        throw new BlobRefusal(400, 'MissingRequiredHeader', 'x-ms-blob-type is required.');
      }
      const { etag } = container.put(name, bytesOf(body), headers['if-none-match'] === '*');
      return () => reply.code(201).header('etag', etag).send();
    }
    if (name !== '') {
      const { bytes, etag, modified } = container.get(name);
      const facts = { etag, 'last-modified': modified.toUTCString(), 'x-ms-blob-type': 'BlockBlob' };
      return () => reply.headers(facts).type('application/json').send(bytes);
    }
    const prefix = url.searchParams.get('prefix') ?? '';
    const marker = url.searchParams.get('marker') ?? '';
    const { blobs, next } = container.list(prefix, { marker, most: o.page });
    const text = listing({ url: url.origin, container: o.container, prefix, blobs, next });
    return () => reply.type('application/xml').send(text);
  }

  function strike(): BlobFault | undefined {
    if (fault === undefined || fault.left === 0) return undefined;
    fault.left -= 1;
    return fault.what;
  }

  app.setErrorHandler((error, _request, reply) => {
    const refusal =
      error instanceof BlobRefusal ? error : new BlobRefusal(500, 'InternalError', String(error));
    return reply
      .code(refusal.status)
      .headers({ ...refusal.headers, 'x-ms-error-code': refusal.code })
      .type('application/xml')
      .send(refusal.body());
  });
  app.all('/*', answer);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url: `https://localhost:${portOf(app.server.address())}/${o.container}`,
    token,
    suffer: (what) => {
      fault = what && { what, left: what.times ?? Infinity };
    },
    requests,
    close,
  };
}

function demandToken(authorization: string | undefined, token: string): void {
  if (authorization === `Bearer ${token}`) return;
  const tenant = 'https://login.microsoftonline.com/72f988bf-0000-0000-0000-000000000000/oauth2/authorize';
  throw new BlobRefusal(401, 'InvalidAuthenticationInfo', 'Server failed to authenticate the request.', {
    'www-authenticate': `Bearer authorization_uri=${tenant} resource_id=https://storage.azure.com`,
  });
}

function refusalOf({ status, code, retryAfterSeconds }: BlobFault): BlobRefusal {
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return new BlobRefusal(status, code, `The service answers ${code}.`, headers);
}

function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('expected a server on a TCP port');
  return address.port;
}
