import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from './refusal.ts';
import type { SecretVersion } from './secret-book.ts';
import type { VaultCore } from './core.ts';
import { bundle, deletedItem, item, page, parseSet, parseUpdate } from './wire.ts';

interface Path {
  readonly Params: { readonly name: string; readonly version?: string };
}

/** The secrets operations of the Key Vault data plane REST API, 7.4 to 2026-04-01. */
export function addRoutes(app: FastifyInstance, core: VaultCore, url: () => string): void {
  const { store } = core;

  /** Answers a request for one secret, or for all where the path has no name, through the vault's core. */
  async function answer<T>(request: FastifyRequest, name: string | undefined, work: () => T): Promise<T> {
    const caller = core.callers.of(request.headers.authorization);
    if (caller === undefined) throw new Refusal(401, 'Unauthorized', 'AKV10000: Request is missing a token.');
    return core.handle({ method: request.method, name, caller }, work);
  }

  app.put<Path>('/secrets/:name', (request) => {
    const { name } = request.params;
    return answer(request, name, () => {
      const { value, ...input } = parseSet(request.body);
      return bundle(url(), store.set(name, value, input));
    });
  });
  const get = ({ name, version }: Path['Params']): object => bundle(url(), store.get(name, version));
  app.get<Path>('/secrets/:name', (request) =>
    answer(request, request.params.name, () => get(request.params)),
  );
  app.get<Path>('/secrets/:name/:version', (request) =>
    answer(request, request.params.name, () => get(request.params)),
  );
  const patch = (request: FastifyRequest<Path>): Promise<object> => {
    const { name, version } = request.params;
    return answer(request, name, () =>
      item(url(), store.update(name, version, parseUpdate(request.body)), true),
    );
  };
  app.patch<Path>('/secrets/:name', patch);
  app.patch<Path>('/secrets/:name/:version', patch);
  app.delete<Path>('/secrets/:name', (request) => {
    const { name } = request.params;
    return answer(request, name, () => deletedItem(url(), store.remove(name)));
  });

  app.get('/secrets', (request) =>
    answer(request, undefined, () => {
      const newest = store.names().flatMap((name) => store.versions(name).at(-1) ?? []);
      return page({ items: newest.map((one) => item(url(), one, false)), self: selfOf(request, url()) });
    }),
  );
  app.get<Path>('/secrets/:name/versions', (request) => {
    const { name } = request.params;
    return answer(request, name, () => {
      const versions = byId(store.versions(name));
      return page({ items: versions.map((one) => item(url(), one, true)), self: selfOf(request, url()) });
    });
  });

  app.get('/deletedsecrets', (request) =>
    answer(request, undefined, () => {
      const deleted = store.deletedNames().map((name) => deletedItem(url(), store.deleted(name)));
      return page({ items: deleted, self: selfOf(request, url()) });
    }),
  );
  app.get<Path>('/deletedsecrets/:name', (request) => {
    const { name } = request.params;
    return answer(request, name, () => deletedItem(url(), store.deleted(name)));
  });
  app.post<Path>('/deletedsecrets/:name/recover', (request) => {
    const { name } = request.params;
    return answer(request, name, () => item(url(), store.recover(name), true));
  });
  app.delete<Path>('/deletedsecrets/:name', async (request, reply): Promise<FastifyReply> => {
    const { name } = request.params;
    await answer(request, name, () => store.purge(name));
    return reply.code(204).send();
  });
}

/** Key Vault lists versions by their ids, which says nothing of their age. */
function byId(versions: readonly SecretVersion[]): readonly SecretVersion[] {
  return versions.toSorted((a, b) => (a.version < b.version ? -1 : 1));
}

function selfOf(request: FastifyRequest, url: string): URL {
  return new URL(request.url, url);
}
