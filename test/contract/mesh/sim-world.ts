import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { ClusterClient } from '../../../activities/kube/connect.ts';
import { buildFleet } from '../../../sim/fleet.ts';
import { loginWith } from '../kube/place.ts';

/** A simulated cluster of the demo's, and its administrator's login. */
export async function openSimMesh(): Promise<{
  readonly client: ClusterClient;
  readonly close: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-contract-'));
  const sim = buildFleet({ clusters: 1 });
  await sim.writeTo(folder);
  await sim.start();
  const config = new KubeConfig();
  config.loadFromFile(join(folder, 'kubeconfig'));
  const { server: url = '', caData = '' } = config.getCurrentCluster() ?? {};
  const caPem = Buffer.from(caData, 'base64').toString();
  const name = config.getCurrentContext();
  const token = sim.clusters[0]?.mesh.cluster.tokens.addUser('admin') ?? '';
  const { client } = await loginWith({ admin: { name, url, caPem, token } }, token);
  return { client, close: () => sim.stop() };
}
