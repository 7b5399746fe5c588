import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClusterClient } from '../../../activities/kube/connect.ts';
import { execIn } from '../../../activities/kube/exec.ts';
import { readLog } from '../../../activities/kube/follow-logs.ts';
import { forwardTo } from '../../../activities/kube/port-forward.ts';
import { calling, sessionProblem } from '../../../activities/kube/problems.ts';
import { lookAt } from '../../../activities/workloads/look.ts';
import type { ProxyPod } from '../../../activities/workloads/pods.ts';
import { serveCluster, type ServedCluster } from './api-server.ts';
import { clientOf } from './client-of.ts';

const settings = {
  ttlSeconds: undefined,
  longestTtlSeconds: undefined,
  fromFiles: false,
  graceRatio: 0.5,
  graceJitter: 0.01,
};
const proxy: ProxyPod = {
  ...{
    namespace: 'default',
    name: 'web',
    uid: 'u1',
    createdAt: undefined,
    mark: undefined,
    version: '1.30.3',
    owner: undefined,
  },
  ...{ terminating: false, down: undefined, unborn: false, settings },
};

const list = (client: ClusterClient) => calling('nodes', () => client.core.listNode());

describe('an API server that starts', () => {
  let api: ServedCluster;
  let client: ClusterClient;
  beforeAll(async () => {
    api = await serveCluster();
    const token = api.cluster.tokens.addUser('somebody', []);
    client = await clientOf(api.served.urlOf('west'), { token });
  });
  afterAll(() => api.close());

  const target = { namespace: 'default', pod: 'web', container: 'main' };
  async function forwarded(): Promise<void> {
    const forward = await forwardTo(client, target.namespace, target.pod, 15000);
    try {
      await once(connect(forward.port, '127.0.0.1'), 'close');
    } finally {
      await forward.close();
    }
    throw forward.problem() ?? new Error('it was carried');
  }

  it.each([
    ['loads', 'it is not ready: it has not loaded yet who may do what'],
    ['serves', 'it is not ready: poststarthook/rbac/bootstrap-roles failed: reason withheld'],
  ] as const)('and %s is tried again, whatever it is asked', async (start, found) => {
    api.cluster.access.start = start;
    const failing = { code: 'CLUSTER_STARTING', retryable: true, details: { found } };
    await expect(list(client)).rejects.toMatchObject(failing);
    await expect(execIn(client, target, ['true'])).rejects.toMatchObject(failing);
    await expect(readLog(client, target)).rejects.toMatchObject(failing);
    await expect(forwarded()).rejects.toMatchObject(failing);
  });

  it.each(['loads', 'serves'] as const)(
    'and %s leaves no proxy as one that cannot be read',
    async (start) => {
      api.cluster.access.start = start;
      const looking = lookAt({ client, execFallback: false }, [proxy], ({ pod }) => pod.name);
      await expect(looking).rejects.toMatchObject({ code: 'CLUSTER_STARTING', retryable: true });
    },
  );

  it('is tried again where it refused just before it was ready', async () => {
    const token = api.cluster.tokens.addUser('admin', ['system:masters']);
    const admin = await clientOf(api.served.urlOf('west'), { token });
    const refused = new Error('Unexpected server response: 403');
    api.cluster.access.start = 'ready';
    const asked = { verbs: ['get', 'create'], group: '', resource: 'pods/exec', namespace: 'default' };
    const problem = (of: ClusterClient) => sessionProblem(of, refused, 'a pod', asked);
    await expect(problem(admin)).resolves.toMatchObject({ code: 'CLUSTER_STARTING' });
    await expect(problem(client)).resolves.toMatchObject({ code: 'CLUSTER_FORBIDDEN' });
  });

  it('refuses once it is ready', async () => {
    api.cluster.access.start = 'ready';
    const forbidden = { code: 'CLUSTER_FORBIDDEN', retryable: false };
    await expect(list(client)).rejects.toMatchObject(forbidden);
    await expect(execIn(client, target, ['true'])).rejects.toMatchObject(forbidden);
    await expect(readLog(client, target)).rejects.toMatchObject(forbidden);
    await expect(forwarded()).rejects.toMatchObject(forbidden);
  });
});

describe('a refusal', () => {
  /** What is answered, in turn; the last over and over. A request of another kind is cut off. */
  let answers: Readonly<Record<string, readonly number[]>> = {};
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const kind = ['readyz', 'reviews', 'nodes'].find((each) => path.endsWith(each)) ?? '';
    const codes = answers[kind] ?? [];
    const code = codes[asked.filter((one) => one === kind).length] ?? codes.at(-1);
    asked.push(kind);
    if (code === undefined) {
      request.socket.destroy();
      return;
    }
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: `answered ${code}`, items: [] }));
  });
  let client: ClusterClient;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the listener has no port');
    client = await clientOf(`http://127.0.0.1:${address.port}`, { token: 'somebody' });
  });
  afterAll(async () => {
    server.close();
    await once(server, 'close');
  });

  it.each([
    ['of one that is ready stands', { nodes: [403], readyz: [200] }, 'CLUSTER_FORBIDDEN'],
    ['of one behind a proxy without readiness stands', { nodes: [403], readyz: [404] }, 'CLUSTER_FORBIDDEN'],
    [
      'stands where readiness is refused and a review of the own rights is not',
      { nodes: [403], readyz: [403], reviews: [201] },
      'CLUSTER_FORBIDDEN',
    ],
    [
      'does not where readiness is refused no more after that review',
      { nodes: [403], readyz: [403, 500], reviews: [201] },
      'CLUSTER_STARTING',
    ],
    ...[429, 500].map((code): [string, Readonly<Record<string, readonly number[]>>, string] => [
      `does not where the review is answered with ${code}`,
      { nodes: [403], readyz: [403], reviews: [code] },
      'CLUSTER_STARTING',
    ]),
    [
      'does not where everything is refused',
      { nodes: [403], readyz: [403], reviews: [403] },
      'CLUSTER_STARTING',
    ],
    ['of one that goes away does not', { nodes: [403] }, 'CLUSTER_UNREACHABLE'],
    ['from just before it was ready is none', { nodes: [403, 200], readyz: [200] }, undefined],
  ])('%s', async (_, given, code) => {
    answers = given;
    asked.length = 0;
    const ended = list(client);
    if (code === undefined) await expect(ended).resolves.toMatchObject({ items: [] });
    else await expect(ended).rejects.toMatchObject({ code });
  });
});
