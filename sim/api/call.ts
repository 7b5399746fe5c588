import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiRequest } from './access.ts';
import type { SimCluster } from './cluster.ts';
import { findType, type ResourceType } from './resources.ts';
import { ApiError, notFound } from './status.ts';
import type { Review } from '../world.ts';

/** One request to one cluster's API server, told who asks and what for. */
export interface Call extends ApiRequest {
  readonly cluster: SimCluster;
  readonly type: ResourceType;
  readonly query: URLSearchParams;
  /** The body as sent. */
  readonly body: string;
  readonly contentType: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What the path patterns of the routes capture. */
export const pathParts = z.object({
  cluster: z.string(),
  group: z.string().default(''),
  version: z.string(),
  namespace: z.string().optional(),
  resource: z.string(),
  name: z.string().optional(),
  subresource: z.string().optional(),
});

/** Reviews that are created, never stored, and so have no row in the table of resources. */
const reviewTypes: readonly ResourceType[] = (
  [
    ['authentication.k8s.io', 'tokenreviews', 'TokenReview'],
    ['authorization.k8s.io', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview'],
  ] as const
).map(([group, resource, kind]) => ({ group, version: 'v1', resource, kind, namespaced: false }));

/** Reads a request; 404 where its path names no resource. */
export function toCall(
  cluster: SimCluster,
  user: Extract<Review, { authenticated: true }>,
  request: FastifyRequest,
  reply: FastifyReply,
): Call {
  const { group, version, resource, ...path } = pathParts.parse(request.params);
  const review = reviewTypes.find((type) => type.group === group && type.resource === resource);
  const type = findType(group, version, resource) ?? review;
  if (type === undefined) {
    throw new ApiError('NotFound', 'the server could not find the requested resource');
  }
  const query = new URL(request.url, 'https://localhost').searchParams;
  return {
    ...{ cluster, type, query, group, resource, request, reply },
    ...{ user: user.username, groups: user.groups },
    ...{ namespace: path.namespace, name: path.name, subresource: path.subresource },
    ...{ method: request.method, url: request.url, verb: verbOf(request.method, path, query) },
    body: typeof request.body === 'string' ? request.body : '',
    contentType: (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
  };
}

function verbOf(
  method: string,
  path: { readonly name?: string | undefined },
  query: URLSearchParams,
): string {
  const one = path.name !== undefined;
  if (method === 'GET') return one ? 'get' : flag(query, 'watch') ? 'watch' : 'list';
  if (method === 'DELETE') return one ? 'delete' : 'deletecollection';
  return { POST: 'create', PUT: 'update', PATCH: 'patch' }[method] ?? method.toLowerCase();
}

/** True of `?name=true` and `?name=1`, as Go parses it. */
export function flag(query: URLSearchParams, name: string): boolean {
  return ['1', 't', 'true'].includes((query.get(name) ?? '').toLowerCase());
}

/** A whole number of the query; undefined where it is absent or none. */
export function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  return value === null || !/^\d+$/.test(value) ? undefined : Number(value);
}

/** The object that the call names; 404 where there is none. */
export function existing({ cluster, type, namespace, name = '' }: Call) {
  const object = cluster.store.get(type.resource, namespace, name);
  if (object === undefined) throw notFound(type, name);
  return object;
}

/** True where nothing may be stored. */
export function isDryRun({ query }: Call): boolean {
  return query.get('dryRun') === 'All';
}
