import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeMesh } from '../workflows/fake-mesh.ts';
import { Harness } from '../workflows/harness.ts';
import { beside, type Call, recorded } from './reaching.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(async () => {
  await harness.close();
});

const [west, far] = ['aks-west', 'aks-far'] as const;
const ofGroup = new Set([
  ...['findSources', 'inspectCa', 'observeUnit', 'writeSource', 'awaitSynced', 'awaitLoaded'],
  ...['awaitSecondPlane', 'takeCensus', 'restartStale'],
]);
/** They ask the Temporal server, or write down what was proven. */
const ofNoCluster = new Set(['describeUnits', 'describeRotation', 'storeEvidence']);

it('leaves all that touches a cluster, and its CA source, to the workers of the cluster’s group', async () => {
  const mesh = new FakeMesh({ units: [west, far], reach: { [far]: 'dmz' } });
  const calls: Call[] = [];
  const [main, group] = ['main', 'dmz'].map((worker) => recorded(calls, worker, mesh.activities()));
  await beside(harness, undefined, main ?? {}, () =>
    beside(harness, ['dmz'], group ?? {}, async () => {
      const memo = await (await harness.start()).result();
      expect(memo.state).toBe('completed');
    }),
  );
  const there = calls.filter(({ worker }) => worker === 'dmz');
  expect(there.filter(({ input }) => input.includes(west))).toEqual([]);
  const done = new Set(there.map(({ activity }) => activity));
  expect(ofGroup.difference(done)).toEqual(new Set());
  const elsewhere = calls.filter(({ worker, input }) => worker === 'main' && input.includes(far));
  expect(new Set(elsewhere.map(({ activity }) => activity)).difference(ofNoCluster)).toEqual(new Set());
});
