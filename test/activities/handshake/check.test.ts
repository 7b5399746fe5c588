import { afterAll, beforeAll, expect, it } from 'vitest';
import { createIstiodActivities } from '../../../activities/istiod/activities.ts';
import { makeIntermediate, makeRoot } from '../../../pki/make.ts';
import { profiles } from '../../../sim/demo/profiles.ts';
import { addWorkloads } from '../../../sim/demo/workload-objects.ts';
import { eventually } from '../../support/eventually.ts';
import { fleet, mesh, startMesh, type Mesh, type SetOfFiles } from '../istiod/mesh.ts';

const [rootA, rootB] = [makeRoot({ commonName: 'Root A' }), makeRoot({ commonName: 'Root B' })];
const signerA = makeIntermediate({ issuer: rootA, commonName: 'Intermediate A' });
const signerB = makeIntermediate({ issuer: rootB, commonName: 'Intermediate B' });
const initial: SetOfFiles = { roots: [rootA], signer: signerA, chain: [signerA, rootA] };

let running: Mesh;
beforeAll(async () => {
  const [profile] = profiles(1);
  running = await startMesh(
    initial,
    [
      { name: 'west' },
      { name: 'east', vault: 'kv-east' },
      { name: 'north', vault: 'kv-north', unreached: true },
    ],
    ({ cluster }) => {
      if (profile !== undefined) addWorkloads(cluster.store, profile, ['ledger', 'orders']);
    },
  );
  await eventually(() => {
    for (const name of ['west', 'east']) expect(running.clusters.get(name)?.proxies()).toHaveLength(4);
  });
});
afterAll(async () => {
  await running.close();
});

async function check() {
  const { checkHandshakes } = createIstiodActivities({ world: running.world });
  return checkHandshakes({ fleet, mesh, unit: 'west', controlPlanes: ['west'] });
}

it('has a new leaf shake hands in both roles with proxies of its own and of other clusters', async () => {
  await expect(check()).resolves.toMatchObject({
    // Two proxies of each cluster, each as client and as server.
    handshakes: 8,
    clusters: ['west', 'east'],
    unasked: ['north'],
  });
});

it('asks a cluster whose vault refuses the worker: its proxies hold what they accept', async () => {
  const allow = running.vault('kv-east').faults.add({
    matches: () => true,
    effect: { kind: 'status', status: 403 },
  });
  await expect(check()).resolves.toMatchObject({ handshakes: 8, clusters: ['west', 'east'] });
  allow();
});

it('asks again where what kept the other clusters from being asked passes', async () => {
  const cut = running.clusters.get('east')?.cluster.faults;
  let cutOff = 0;
  const mend = cut?.set({ matches: () => (cutOff += 1) > 0, ...{ cut: true, times: 2 } });
  await expect(check()).resolves.toMatchObject({ handshakes: 8, clusters: ['west', 'east'] });
  expect(cutOff).toBeGreaterThanOrEqual(2);
  mend?.();
});

it('names the proxy that does not trust the root of a new leaf', async () => {
  running.put('kv-west', { roots: [rootA, rootB], signer: signerB, chain: [signerB, rootB] });
  await eventually(async () => {
    await expect(check()).rejects.toMatchObject({
      code: 'HANDSHAKE_REFUSED',
      message: expect.stringMatching(/refuses the client: SELF_SIGNED_CERT_IN_CHAIN/) as string,
    });
  });
});

it('stops where no other cluster could be asked, and says what kept each', async () => {
  const [profile] = profiles(1);
  const alone = await startMesh(
    initial,
    [{ name: 'west' }, { name: 'north', vault: 'kv-north', unreached: true }],
    ({ cluster }) => {
      if (profile !== undefined) addWorkloads(cluster.store, profile, ['ledger', 'orders']);
    },
  );
  try {
    await eventually(() => expect(alone.clusters.get('west')?.proxies()).toHaveLength(4));
    const { checkHandshakes } = createIstiodActivities({ world: alone.world });
    await expect(
      checkHandshakes({ fleet, mesh, unit: 'west', controlPlanes: ['west'] }),
    ).rejects.toMatchObject({
      code: 'HANDSHAKE_NOT_MADE',
      message: expect.stringContaining('found north: ') as string,
    });
  } finally {
    await alone.close();
  }
});

it('goes on where no other cluster has a proxy that could be asked', async () => {
  const empty = await startMesh(initial, [{ name: 'west' }, { name: 'east', vault: 'kv-east' }]);
  try {
    const { checkHandshakes } = createIstiodActivities({ world: empty.world });
    await expect(
      checkHandshakes({ fleet, mesh, unit: 'west', controlPlanes: ['west'] }),
    ).resolves.toMatchObject({ handshakes: 0, unasked: [] });
  } finally {
    await empty.close();
  }
});
