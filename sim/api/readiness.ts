import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { SimCluster } from './cluster.ts';
import { ApiError } from './status.ts';

const params = z.object({ cluster: z.string() });
const masters = 'system:masters';

/** Reads the token of a request; none where it has none. */
export function bearerOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** `/readyz`, which everybody may ask once it is known who may do what. */
export function readiness(
  clusters: readonly SimCluster[],
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { cluster: name } = params.parse(request.params);
  const cluster = clusters.find((each) => each.name === name);
  if (cluster === undefined) {
    throw new ApiError('NotFound', 'the server could not find the requested resource');
  }
  const text = reply.type('text/plain');
  const { access, tokens } = cluster;
  if (access.start === 'ready') return text.send('ok');
  const token = bearerOf(request);
  const user = token === undefined ? undefined : tokens.review(token);
  if (user?.authenticated === false) throw new ApiError('Unauthorized', 'Unauthorized');
  if (access.start === 'loads' && user?.groups.includes(masters) !== true) {
    const who = user?.username ?? 'system:anonymous';
    throw new ApiError('Forbidden', `forbidden: User "${who}" cannot get path "/readyz"`, {});
  }
  const checks = ['[+]ping ok', '[-]poststarthook/rbac/bootstrap-roles failed: reason withheld'];
  return text.code(500).send([...checks, 'readyz check failed', ''].join('\n'));
}
