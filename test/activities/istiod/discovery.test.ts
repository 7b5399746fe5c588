import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { discoverControlPlanes } from '../../../activities/istiod/discovery.ts';
import { serveCluster, type ServedCluster } from '../kube/api-server.ts';

let api: ServedCluster;
beforeEach(async () => {
  api = await serveCluster();
});
afterEach(() => api.close());

function addIstiod(namespace: string, revision: string, version: string): void {
  const labels = { app: 'istiod', 'istio.io/rev': revision };
  api.cluster.store.create('deployments', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `istiod-${revision}`, namespace, labels },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'discovery', image: `istio/pilot:${version}` }] },
      },
    },
  });
}
const find = (wanted: { istioNamespace?: string; revision?: string } = {}) =>
  discoverControlPlanes(api.client, { istioNamespace: undefined, revision: undefined, ...wanted });

describe('istiod in a cluster', () => {
  test('is found with all its revisions, the newest first', async () => {
    addIstiod('aks-istio-system', 'asm-1-9', '1.9.2');
    addIstiod('aks-istio-system', 'asm-1-30', '1.30.3');
    expect((await find()).map(({ revision }) => revision)).toEqual(['asm-1-30', 'asm-1-9']);
  });

  test('is found with the fleet file’s revision first', async () => {
    addIstiod('aks-istio-system', 'asm-1-29', '1.29.1');
    addIstiod('aks-istio-system', 'asm-1-30', '1.30.3');
    const found = await find({ revision: 'asm-1-29' });
    expect(found.map(({ revision }) => revision)).toEqual(['asm-1-29', 'asm-1-30']);
  });

  test('without the fleet file’s revision is a problem that names those that there are', async () => {
    addIstiod('istio-system', 'asm-1-30', '1.30.3');
    await expect(find({ revision: 'asm-1-31' })).rejects.toMatchObject({
      code: 'ISTIOD_NOT_FOUND',
      details: { expected: 'revision asm-1-31', found: 'asm-1-30' },
    });
  });

  test('is the add-on’s where there is another besides', async () => {
    addIstiod('istio-system', 'default', '1.30.3');
    addIstiod('aks-istio-system', 'asm-1-30', '1.30.3');
    expect((await find()).map(({ namespace }) => namespace)).toEqual(['aks-istio-system']);
  });

  test('in several namespaces of no usual name must be chosen', async () => {
    addIstiod('mesh-a', 'a', '1.30.3');
    addIstiod('mesh-b', 'b', '1.30.3');
    await expect(find()).rejects.toMatchObject({ code: 'ISTIOD_NAMESPACES_MANY' });
    expect((await find({ istioNamespace: 'mesh-b' })).map(({ revision }) => revision)).toEqual(['b']);
  });

  test('that is not there is a problem', async () => {
    await expect(find({ istioNamespace: 'istio-system' })).rejects.toMatchObject({
      code: 'ISTIOD_NOT_FOUND',
    });
  });
});
