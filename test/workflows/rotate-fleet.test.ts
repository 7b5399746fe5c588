import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { status } from '../../workflows/signals.ts';
import { rootB } from './fake-ca.ts';
import { FakeMesh } from './fake-mesh.ts';
import { Harness, largestResult, rotationInput } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(async () => {
  await harness.close();
});

const three = ['aks-weu-1', 'aks-neu-1', 'aks-eus-1'];
const twelve = Array.from({ length: 12 }, (_, index) => `aks-${String(index + 1).padStart(2, '0')}`);

function order(phase: string | undefined): number {
  return ['distribute', 'activate', 'revoke'].indexOf(phase ?? '');
}

describe('a root rotation', () => {
  it('goes through three phases, and no unit starts one before all have ended the one before', async () => {
    const mesh = new FakeMesh({ units: three });
    const memo = await harness.with(mesh.activities(), async () => (await harness.start()).result());
    expect(memo).toMatchObject({ state: 'completed' });
    expect(memo.phases.map(({ name, done }) => [name, done])).toEqual([
      ['distribute', 3],
      ['activate', 3],
      ['revoke', 3],
    ]);
    const phases = mesh.calls.map((call) => call.split(' ')[0]);
    expect(phases).toEqual(phases.toSorted((a, b) => order(a) - order(b)));
    for (const name of three) expect(mesh.unit(name).serves.roots).toEqual([rootB]);
  });

  it('has nothing to do where the mesh is there already', async () => {
    const mesh = new FakeMesh({ units: three });
    await harness.with(mesh.activities(), async () => {
      await (await harness.start()).result();
      const before = mesh.calls.length;
      const memo = await (await harness.start()).result();
      expect(memo).toMatchObject({ state: 'completed', phases: [], versionsWritten: 0 });
      expect(mesh.calls).toHaveLength(before);
    });
  });

  it('keeps every activity result below 16 KB, and its own result below 2 KB', async () => {
    const mesh = new FakeMesh({ units: three });
    const { workflowId, result } = await harness.with(mesh.activities(), async () => {
      const handle = await harness.start();
      return { workflowId: handle.workflowId, result: await handle.result() };
    });
    const { results } = await harness.payloadSizes(workflowId);
    expect(results.length).toBeGreaterThan(10);
    expect(Math.max(...results)).toBeLessThan(largestResult);
    expect(JSON.stringify(result).length).toBeLessThan(2048);
  });

  it('says in the evidence where the validator CronJob stayed blind, and who restarted istiod', async () => {
    const mesh = new FakeMesh({ units: ['aks-weu-1'] });
    const fake = mesh.activities();
    const awaitLoaded: Activities['awaitLoaded'] = async (input) => ({
      ...(await fake.awaitLoaded(input)),
      by: 'roll (CRONJOB_BLIND)',
    });
    const progress = await harness.with({ ...fake, awaitLoaded }, async () => {
      const handle = await harness.start();
      await handle.result();
      return handle.query(status);
    });
    expect(progress.phases[0]?.clusters[0]?.evidence).toContain(
      'add-roots: served by 1 istiod replica, restarted by Meshturn, for the validator CronJob ran and did not [CRONJOB_BLIND]',
    );
  });

  it('has no more units under way than the wave is wide', async () => {
    const mesh = new FakeMesh({ units: twelve });
    const policy = { ...rotationInput().policy, waveWidth: 3 };
    await harness.with(mesh.activities(), async () => (await harness.start({ policy })).result());
    expect(mesh.widest).toBe(3);
  });

  it('waits for leaves to renew by themselves, for hours', async () => {
    const hour = 3_600_000;
    const renewing = { workloads: { mode: 'renew' }, clock: harness.clock, renewEvery: hour } as const;
    const mesh = new FakeMesh({ units: ['aks-weu-1'], ...renewing });
    const memo = await harness.with(mesh.activities(), async () => (await harness.start()).result());
    expect(memo.state).toBe('completed');
    // Four proxies renew one an hour, in each of three phases.
    const [first = 0, last = 0] = [mesh.censuses[0], mesh.censuses.at(-1)];
    expect(Math.round((last - first) / hour)).toBe(12);
    expect(mesh.censuses.length).toBeLessThan(60);
    expect(mesh.unit('aks-weu-1').proxies.every(({ roots }) => roots[0] === rootB)).toBe(true);
  });
});
