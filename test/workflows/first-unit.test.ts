import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import { retry } from '../../workflows/signals.ts';
import { FakeMesh } from './fake-mesh.ts';
import { Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(async () => {
  await harness.close();
});

it('keeps other units from a new signer until a leaf by the first one is accepted across clusters', async () => {
  const mesh = new FakeMesh({ units: ['aks-weu-1', 'aks-neu-1', 'aks-eus-1'] });
  const fake = mesh.activities();
  let refused = true;
  const activities: Activities = {
    ...fake,
    checkHandshakes: (input) =>
      refused
        ? Promise.reject(new Problem('HANDSHAKE_REFUSED', { object: 'a new leaf to a proxy of aks-neu-1' }))
        : fake.checkHandshakes(input),
  };
  await harness.with(activities, async () => {
    const handle = await harness.start();
    const { phases } = await harness.until(handle, ({ state }) => state === 'stopped');
    expect(phases[1]?.clusters.map(({ cluster, state }) => [cluster, state])).toEqual([
      ['aks-weu-1', 'stopped'],
      ['aks-neu-1', 'waiting'],
      ['aks-eus-1', 'waiting'],
    ]);
    expect(phases[1]?.clusters[0]).toMatchObject({
      doing: 'signer: accepted',
      stopped: { code: 'HANDSHAKE_REFUSED' },
    });
    refused = false;
    await handle.executeUpdate(retry, { args: [undefined] });
    const done = await harness.until(handle, (progress) => progress.phases[1]?.state === 'done');
    expect(done.phases[1]?.clusters[0]?.evidence).toContain(
      'signer: a new leaf is accepted both ways, 4 handshakes: aks-weu-1, aks-neu-1',
    );
    await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
  });
  const activated = mesh.calls.filter((call) => call.startsWith('activate'));
  const accepted = activated.indexOf('activate aks-weu-1 accepted');
  expect(activated.slice(0, accepted).every((call) => call.includes('aks-weu-1'))).toBe(true);
});
