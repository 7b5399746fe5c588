import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { Start } from './access.ts';
import type { SimCluster } from './cluster.ts';
import { closing } from '../connections.ts';
import { answer, fail } from './answer.ts';
import { addOpenPaths } from './open-paths.ts';
import { ApiError } from './status.ts';
import { webSockets } from './web-sockets.ts';

export interface ServeOptions {
  /** The certificate for `localhost`, chain included, and its key; PEM. */
  readonly tls: { readonly cert: string; readonly key: string };
  /** Default: any free one. */
  readonly port?: number;
  /** Milliseconds between two bookmarks of a watch; a minute, as in the real server, by default. */
  readonly bookmarkEvery?: number;
}

/** The API servers of all clusters behind one port. */
export interface ServedClusters {
  /** `https://localhost:PORT`. */
  readonly url: string;
  /** `https://localhost:PORT/clusters/NAME`: the `server` of a kubeconfig. */
  urlOf(cluster: string): string;
  /**
   * Cuts every connection, stays away for so many milliseconds, and listens again on the same port. Both
   * parts of its start take so many more each, none by default; resolves once it is ready.
   */
  restart(downFor?: number, starts?: number): Promise<void>;
  close(): Promise<void>;
}

export async function serveClusters(
  clusters: readonly SimCluster[],
  options: ServeOptions,
): Promise<ServedClusters> {
  let close = await listen(clusters, options, options.port ?? 0);
  const { port } = close;
  const url = `https://localhost:${port}`;
  const begin = (start: Start): void => {
    for (const { access } of clusters) access.start = start;
  };
  return {
    url,
    urlOf: (cluster) => `${url}/clusters/${cluster}`,
    restart: async (downFor = 0, starts = 0) => {
      await close();
      for (const { store } of clusters) store.history.restarted(store.version);
      await delay(downFor);
      if (starts > 0) begin('loads');
      close = await listen(clusters, options, port);
      if (starts === 0) return;
      await delay(starts);
      begin('serves');
      await delay(starts);
      begin('ready');
    },
    close: () => close(),
  };
}

const shapes = ['/:resource', '/:resource/:name', '/:resource/:name/:subresource'];

async function listen(clusters: readonly SimCluster[], options: ServeOptions, wanted: number) {
  const app = fastify({
    https: options.tls,
    bodyLimit: 3 * 1024 * 1024,
    routerOptions: { maxParamLength: 253 },
  });
  const close = closing(app);
  // A type of its own for each patch: bodies are read by the handlers.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler(fail);
  app.setNotFoundHandler((request, reply) => {
    fail(new ApiError('NotFound', 'the server could not find the requested resource'), request, reply);
  });
  const sockets = webSockets(app.server, (request, response) => app.routing(request, response));
  const context = { webSockets: sockets, bookmarkEvery: options.bookmarkEvery ?? 60_000 };
  const handle = (request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
    answer(clusters, request, reply, context);
  for (const group of ['/api/:version', '/apis/:group/:version']) {
    for (const shape of [...shapes, ...shapes.map((path) => `/namespaces/:namespace${path}`)]) {
      app.all(`/clusters/:cluster${group}${shape}`, handle);
    }
  }
  addOpenPaths(app, clusters);
  await app.listen({ host: '127.0.0.1', port: wanted });
  const { port } = addressOf(app.server);
  return Object.assign(close, { port });
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the API server has no port');
  return address;
}
