import { afterEach, beforeEach, expect, test } from 'vitest';
import { otherIstiods } from '../../../activities/istiod/other-istiods.ts';
import { serveCluster, type ServedCluster } from '../kube/api-server.ts';

let api: ServedCluster;
beforeEach(async () => {
  api = await serveCluster();
});
afterEach(() => api.close());

function addIstiod(namespace: string, name: string): void {
  api.cluster.store.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: 'istiod' } },
    spec: { containers: [{ name: 'discovery', image: 'istio/pilot:1.30.3' }] },
  });
}

test('other istiods are named by their namespaces, each once', async () => {
  addIstiod('aks-istio-system', 'istiod-asm-1-30-0');
  addIstiod('istio-system', 'istiod-0');
  addIstiod('istio-system', 'istiod-1');
  expect(await otherIstiods(api.client, 'aks-istio-system')).toEqual(['istio-system of west']);
});

test('replicas of the istiod that is looked at are no others', async () => {
  addIstiod('aks-istio-system', 'istiod-asm-1-30-0');
  expect(await otherIstiods(api.client, 'aks-istio-system')).toEqual([]);
});
