import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { VaultCore } from './core.ts';
import type { KeyVersion } from './key-book.ts';
import { badParameter, Refusal } from './refusal.ts';

interface Path {
  readonly Params: { readonly name: string; readonly version?: string };
}

const creation = z.object({
  kty: z.string(),
  key_size: z.number().int().optional(),
  crv: z.string().optional(),
  key_ops: z.array(z.string()).optional(),
  attributes: z.object({ nbf: z.number().int().optional(), exp: z.number().int().optional() }).optional(),
});
const change = z.object({ attributes: z.object({ enabled: z.boolean() }) });
const signing = z.object({ alg: z.string(), value: z.string() });

/** The keys operations of the Key Vault data plane REST API that a CA needs: create, get, update, sign. */
export function addKeyRoutes(app: FastifyInstance, core: VaultCore, url: () => string): void {
  const { keys } = core;

  async function answer<T>(request: FastifyRequest<Path>, action: string, work: () => T): Promise<T> {
    const caller = core.callers.of(request.headers.authorization);
    if (caller === undefined) throw new Refusal(401, 'Unauthorized', 'AKV10000: Request is missing a token.');
    const { name } = request.params;
    return core.handle({ method: request.method, name, caller, collection: 'keys', action }, work);
  }

  app.post<Path>('/keys/:name/create', (request) =>
    answer(request, 'create/action', () =>
      bundle(url(), keys.create(request.params.name, read(creation, request.body))),
    ),
  );
  const get = (request: FastifyRequest<Path>): Promise<object> => {
    const { name, version } = request.params;
    return answer(request, 'read', () => bundle(url(), keys.get(name, version)));
  };
  app.get<Path>('/keys/:name', get);
  app.get<Path>('/keys/:name/:version', get);
  app.patch<Path>('/keys/:name/:version', (request) => {
    const { name, version } = request.params;
    return answer(request, 'update/action', () =>
      bundle(url(), keys.enable(name, version, read(change, request.body).attributes.enabled)),
    );
  });
  app.post<Path>('/keys/:name/:version/sign', (request) => {
    const { name, version = '' } = request.params;
    return answer(request, 'sign/action', () => {
      const { alg, value } = read(signing, request.body);
      const signature = keys.sign(name, version, alg, Buffer.from(value, 'base64url'));
      return { kid: `${url()}/keys/${name}/${version}`, value: signature.toString('base64url') };
    });
  });
}

function read<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw badParameter(
    `Property ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')} has invalid value`,
  );
}

/** A KeyBundle: the public key as a JWK. */
function bundle(
  url: string,
  { name, version, publicKey, enabled, kty, ops, created, nbf, exp }: KeyVersion,
): object {
  const kid = `${url}/keys/${name}/${version}`;
  return {
    key: { ...publicKey.export({ format: 'jwk' }), kid, kty, key_ops: ops },
    attributes: {
      ...{ enabled, created, updated: created, nbf, exp, exportable: false },
      ...{ recoveryLevel: 'Recoverable+Purgeable', recoverableDays: 90 },
    },
  };
}
