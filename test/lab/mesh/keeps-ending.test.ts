import { once } from 'node:events';
import { createServer } from 'node:https';
import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { configOf } from '../../../lab/cluster/proof.ts';
import { keepsEnding } from '../../../lab/mesh/keeps-ending.ts';
import { localhostTls } from '../../../sim/demo/serving-tls.ts';

const { ca: caPem, cert, key } = localhostTls('Test');
const server = createServer({ cert, key });
afterEach(() => server.removeAllListeners('request').close());

interface Pod {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
}

/** An API server with such pods, each of which printed the same before it ended. */
async function serve(pods: readonly Pod[], printed: string) {
  const items = pods.map(({ name, ...status }) => ({
    metadata: { namespace: 'aks-istio-system', name },
    status: { containerStatuses: [{ name: 'discovery', ...status }] },
  }));
  server.on('request', ({ url = '' }, response) => {
    const isLog =
      url === '/api/v1/namespaces/aks-istio-system/pods/istiod-b/log?container=discovery&previous=true';
    response.setHeader('content-type', isLog ? 'text/plain' : 'application/json');
    response.end(isLog ? printed : JSON.stringify({ kind: 'PodList', apiVersion: 'v1', items }));
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return configOf({ name: 'a', url: `https://localhost:${port}`, caPem, token: 't' });
}

it('tells of the program that ended most often what it printed last', async () => {
  const pods = [
    { name: 'istiod-a', ready: false, restartCount: 1 },
    { name: 'istiod-b', ready: false, restartCount: 5 },
    { name: 'istiod-c', ready: true, restartCount: 9 },
  ];
  const config = await serve(pods, 'starts\nError: unknown command "discovery"\nerror\tended with 255\n');
  await expect(keepsEnding(config)).resolves.toBe(
    'aks-istio-system/istiod-b ended 5 times, and its log with starts | Error: unknown command "discovery" | error\tended with 255',
  );
});

it('tells of none where all are up, or have not ended yet', async () => {
  const pods = [
    { name: 'istiod-a', ready: false, restartCount: 0 },
    { name: 'istiod-b', ready: true, restartCount: 2 },
  ];
  await expect(keepsEnding(await serve(pods, ''))).resolves.toBeUndefined();
});
