import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createActivities } from '../../../activities/create.ts';
import { loadFleet } from '../../../fleet/load.ts';
import { buildFleet, type SimFleet } from '../../../sim/fleet.ts';
import { status } from '../../../workflows/signals.ts';
import { Harness } from '../../workflows/harness.ts';

vi.setConfig({ testTimeout: 600_000 });

const cluster = 'aks-weu-1';
const pod = { namespace: 'payments', name: 'mute' };
/** Seconds that leaves live. */
const ttl = 30;

let folder: string;
let fleet: SimFleet;
let harness: Harness;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-time-'));
  harness = await Harness.createLocal();
  fleet = buildFleet({ clusters: 1, seed: 5, settings: { leafTtl: ttl * 1000 } });
  await fleet.writeTo(folder);
  addMute(fleet);
  await fleet.start();
});
afterAll(async () => {
  await fleet.stop();
  await harness.close();
  await rm(folder, { recursive: true, force: true });
});

/** A pod that nobody owns, with a proxy that renews like the others and that the API server shows to nobody. */
function addMute({ clusters }: SimFleet): void {
  for (const { mesh } of clusters) {
    const { store, faults } = mesh.cluster;
    const [model] = store.list('deployments', pod.namespace);
    const { template } = model?.['spec'] as { template: { spec: Record<string, unknown> } };
    store.create('pods', { apiVersion: 'v1', kind: 'Pod', metadata: pod, spec: template.spec });
    faults.set({
      matches: ({ name, subresource }) => name === pod.name && subresource !== undefined,
      cut: true,
    });
  }
}

it('a whole rotation goes through with a proxy that never answers: time proves it in every phase', async () => {
  const activities = createActivities({
    fleets: [await loadFleet(join(folder, 'fleet.yaml'))],
    client: harness.client,
  });
  await harness.with(activities, async () => {
    const handle = await harness.start({
      ...{ fleet: 'demo', mesh: 'payments' },
      ca: { kind: 'root', directory: join(folder, 'root-b') },
    });
    // For as long as others are stale too, it is one of those that nothing restarts.
    const byTime = 'payments/mute, which cannot be read, to be proven by time';
    await harness.until(handle, ({ phases }) => phases[0]?.clusters[0]?.awaiting?.what === byTime);
    await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    const { phases } = await handle.query(status);
    expect(phases.map(({ name, clusters }) => [name, clusters[0]?.cluster])).toEqual([
      ['distribute', cluster],
      ['activate', cluster],
      ['revoke', cluster],
    ]);
    for (const { clusters } of phases) {
      expect(clusters[0]?.evidence.join('\n')).toMatch(
        /11 proxies converged, 1 proven by time \(payments\/mute\)/,
      );
    }
    for (const { startedAt, endedAt } of phases) {
      expect(Date.parse(endedAt ?? '') - Date.parse(startedAt ?? '')).toBeGreaterThan(ttl * 1000);
    }
  });
  // What was said of it was true: it holds the new root alone, and every handshake went through.
  const mute = fleet.clusters[0]?.mesh.proxies().find((one) => one.pod === 'payments/mute');
  expect(mute?.proxy.identity?.roots.map(({ subject }) => subject)).toEqual([
    expect.stringContaining('Root B'),
  ]);
  expect(fleet.prober.stats()).toMatchObject({ failed: 0 });
});
