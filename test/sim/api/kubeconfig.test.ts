import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { expect, onTestFinished, test } from 'vitest';
import { writeKubeconfig } from '../../../sim/api/kubeconfig.ts';
import { createCluster } from '../../../sim/api/cluster.ts';
import { serveClusters } from '../../../sim/api/serve.ts';
import { FakeProgram } from '../../support/fake-program.ts';
import { quickSettings } from '../../support/served-cluster.ts';
import { localhostTls } from '../../support/tls.ts';

test('a kubeconfig has a context for each cluster, and only its owner may read it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-'));
  const { ca, cert, key } = localhostTls();
  const clusters = ['east', 'west'].map((name) =>
    createCluster({ name, settings: quickSettings, programs: (pod) => new FakeProgram(pod) }),
  );
  for (const { store, name } of clusters) {
    store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `of-${name}` } });
  }
  const served = await serveClusters(clusters, { tls: { cert, key } });
  onTestFinished(async () => {
    await served.close();
    await rm(folder, { recursive: true });
  });
  const file = join(folder, 'config');
  const entries = clusters.map(({ name, tokens }) => ({
    name,
    url: served.urlOf(name),
    caPem: ca,
    token: tokens.addUser(),
  }));
  await writeKubeconfig({ file, clusters: entries });
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  const config = new KubeConfig();
  config.loadFromFile(file);
  for (const name of ['west', 'east']) {
    config.setCurrentContext(name);
    const { items } = await config.makeApiClient(CoreV1Api).listNamespace();
    expect(items.map(({ metadata }) => metadata?.name)).toEqual([`of-${name}`]);
  }
});
