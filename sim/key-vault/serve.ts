import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import { closing } from '../connections.ts';
import { badParameter, Refusal, tenant } from './refusal.ts';
import { addKeyRoutes } from './key-routes.ts';
import { addRoutes } from './routes.ts';
import { Cut, type VaultCore } from './core.ts';

/** The certificate for `localhost`, chain included, and its key; PEM. */
export interface VaultTls {
  readonly cert: string;
  readonly key: string;
  readonly port?: number;
}

export interface ServedVault {
  /** `https://localhost:PORT`, without a path: the SDK takes no other. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** The versions that @azure/keyvault-secrets 4.12 can speak. */
const apiVersions = ['7.0', '7.1', '7.2', '7.3', '7.4', '7.5', '7.6', '2025-07-01', '2026-04-01'];

export async function serveVault(core: VaultCore, { cert, key, port = 0 }: VaultTls): Promise<ServedVault> {
  const app = fastify({
    https: { cert, key },
    // Names have up to 127 characters, and the SDK ends the path of the newest version with a slash.
    routerOptions: { maxParamLength: 300, ignoreTrailingSlash: true },
  });
  const close = closing(app);
  checkRequests(app, core);
  app.setErrorHandler((error, _request, reply) => answerError(error, reply));
  app.setNotFoundHandler((_request, reply) =>
    answerError(new Refusal(404, 'NotFound', 'The resource was not found.'), reply),
  );
  const url = (): string => `https://localhost:${portOf(app)}`;
  addRoutes(app, core, url);
  addKeyRoutes(app, core, url);
  await app.listen({ host: '127.0.0.1', port });
  return { url: url(), close };
}

/** Every request needs a token before anything else is looked at, then a known api-version. */
function checkRequests(app: FastifyInstance, core: VaultCore): void {
  app.addHook('onRequest', async (request, reply) => {
    if (core.callers.of(request.headers.authorization) === undefined) {
      const reason = request.headers.authorization === undefined ? missingToken : badToken;
      await reply.code(401).header('www-authenticate', challenge).send(reason.body());
      return;
    }
    const version = new URL(request.url, 'https://vault').searchParams.get('api-version');
    if (version === null) throw badParameter('The api-version query parameter is required.');
    if (!apiVersions.includes(version)) {
      throw badParameter(
        `The specified version (${version}) is not recognized. Consider using the latest supported version (${String(apiVersions.at(-1))}).`,
      );
    }
  });
}

const challenge = `Bearer authorization="https://login.microsoftonline.com/${tenant}", resource="https://vault.azure.net"`;
const missingToken = new Refusal(401, 'Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.');
const badToken = new Refusal(
  401,
  'Unauthorized',
  `AKV10032: Invalid issuer. Expected one of https://sts.windows.net/${tenant}/, found another.`,
);

function answerError(error: unknown, reply: FastifyReply): FastifyReply {
  if (error instanceof Cut) {
    reply.hijack();
    reply.raw.destroy();
    return reply;
  }
  if (error instanceof Refusal) {
    return reply.code(error.status).headers(error.headers).send(error.body());
  }
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 400) {
    return answerError(badParameter('The request body is not valid JSON.'), reply);
  }
  return answerError(new Refusal(500, 'InternalServerError', String(error)), reply);
}

function portOf(app: FastifyInstance): number {
  const address: AddressInfo | string | null = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a server on a TCP port');
  return address.port;
}
