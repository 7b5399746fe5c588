import { expect, test } from 'vitest';
import { observeUnit } from '../../../activities/istiod/observe.ts';
import { makeIntermediate, makeRoot } from '../../../pki/make.ts';
import type { NewObject } from '../../../sim/world.ts';
import { fleet, istioNamespace, mesh, startMesh } from './mesh.ts';

const root = makeRoot({ commonName: 'Root A' });
const signer = makeIntermediate({ issuer: root, commonName: 'Intermediate A' });

/** Runs, has run before, and says of the time that its leaf may live what is no duration. */
const mute: NewObject = {
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'mute', namespace: istioNamespace } },
  spec: { containers: [{ name: 'istio-proxy', env: [{ name: 'SECRET_TTL', value: 'soon' }] }] },
  status: {
    containerStatuses: [{ name: 'istio-proxy', restartCount: 1, lastState: { terminated: {} }, state: {} }],
  },
};

test('a proxy that cannot be read and does not tell may hold a leaf for as long as its istiods sign', async () => {
  const running = await startMesh(
    { roots: [root], signer, chain: [signer, root] },
    [{}],
    ({ cluster: { store } }) => {
      store.change('deployments', istioNamespace, 'istiod-asm-1-30', (object) => raised(object));
      store.create('pods', mute);
    },
  );
  const { clusters } = await observeUnit(running.world, {
    ...{ fleet, mesh, unit: 'west', controlPlanes: ['west'] },
  });
  expect(clusters).toMatchObject([{ unreadable: 1, longestLeafTtlSeconds: 180 * 86_400 }]);
  await running.close();
});

function raised<T extends object>(deployment: T): T {
  const variable = JSON.stringify({ name: 'MAX_WORKLOAD_CERT_TTL', value: '4320h' });
  return JSON.parse(JSON.stringify(deployment).replace('"env":[', `"env":[${variable},`)) as T;
}
