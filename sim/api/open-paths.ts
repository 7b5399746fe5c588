import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { SimCluster } from './cluster.ts';
import { coreVersions, groupList, resourceList } from './discovery.ts';
import { readiness } from './readiness.ts';
import { ApiError } from './status.ts';

const version = {
  ...{ major: '1', minor: '36', gitVersion: 'v1.36.2', gitTreeState: 'clean', compiler: 'gc' },
  ...{ platform: 'linux/amd64', goVersion: 'go1.26', gitCommit: '', buildDate: '2026-06-01T00:00:00Z' },
};

const groupParams = z.object({ group: z.string().default(''), version: z.string() });

/** Paths that answer without a token: health, version and discovery. */
export function addOpenPaths(app: Pick<FastifyInstance, 'get'>, clusters: readonly SimCluster[]): void {
  const at = '/clusters/:cluster';
  for (const path of ['livez', 'healthz']) app.get(`${at}/${path}`, () => 'ok');
  app.get(`${at}/readyz`, (request, reply) => readiness(clusters, request, reply));
  app.get(`${at}/version`, () => version);
  app.get(`${at}/api`, () => coreVersions);
  app.get(`${at}/apis`, groupList);
  for (const path of ['api/:version', 'apis/:group/:version']) {
    app.get(`${at}/${path}`, ({ params }) => {
      const { group, version: wanted } = groupParams.parse(params);
      const list = resourceList(group, wanted);
      if (list === undefined) {
        throw new ApiError('NotFound', 'the server could not find the requested resource');
      }
      return list;
    });
  }
}
