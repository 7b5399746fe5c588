import { z } from 'zod';
import type { KubeObject } from '../world.ts';
import { wholeNumber, type Call } from './call.ts';
import { apiVersionOf } from './resources.ts';
import { selection } from './selectors.ts';
import { ApiError } from './status.ts';

const continueToken = z.object({ version: z.number(), after: z.string() });

/** A list, in pages where a limit is given; ordered by namespace and name, as etcd's keys are. */
export function list({ cluster: { store }, type, namespace, query }: Call): unknown {
  const selectors = [query.get('labelSelector') ?? '', query.get('fieldSelector') ?? ''] as const;
  const chosen = selection(...selectors);
  const page = startOf(query, store.history.oldest) ?? { version: store.version, after: '' };
  const left = store.history
    .at(type.resource, page.version, store.list(type.resource))
    .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
    .filter(chosen)
    .map((object) => ({ key: keyOf(object), object }))
    .filter(({ key }) => key > page.after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  // A limit of 0 is none.
  const asked = wholeNumber(query, 'limit') ?? 0;
  const limit = asked === 0 ? left.length : asked;
  const items = left.slice(0, limit);
  const last = items.at(-1);
  const more =
    left.length > limit && last
      ? {
          continue: tokenOf(page.version, last.key),
          // Of a selection it is not known.
          ...(selectors.join('') === '' ? { remainingItemCount: left.length - limit } : {}),
        }
      : {};
  return {
    ...{ kind: `${type.kind}List`, apiVersion: apiVersionOf(type) },
    metadata: { resourceVersion: String(page.version), ...more },
    items: items.map(({ object }) => (type.custom ? object : withoutType(object))),
  };
}

/** Where a page begins: every page of a list shows the state of the first, so that a watch misses nothing. */
function startOf(query: URLSearchParams, oldest: number): z.infer<typeof continueToken> | undefined {
  const token = query.get('continue');
  if (!token) return undefined;
  const page = continueToken.safeParse(jsonOf(Buffer.from(token, 'base64url').toString()));
  if (!page.success) throw new ApiError('BadRequest', 'continue key is not valid');
  if (page.data.version < oldest) {
    throw new ApiError(
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    );
  }
  return page.data;
}

function tokenOf(version: number, after: string): string {
  return Buffer.from(JSON.stringify({ version, after })).toString('base64url');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function withoutType(object: KubeObject): unknown {
  const fields = Object.entries(object).filter(([field]) => field !== 'apiVersion' && field !== 'kind');
  return Object.fromEntries(fields);
}
