import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeMesh, rootB } from './fake-mesh.ts';
import { Harness, largestResult } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(async () => {
  await harness.close();
});

const three = ['aks-weu-1', 'aks-neu-1', 'aks-eus-1'];

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

  it('keeps every activity result below 16 KB', async () => {
    const mesh = new FakeMesh({ units: three });
    const handle = await harness.with(mesh.activities(), async () => {
      const started = await harness.start();
      await started.result();
      return started;
    });
    const { results } = await harness.payloadSizes(handle.workflowId);
    expect(results.length).toBeGreaterThan(10);
    expect(Math.max(...results)).toBeLessThan(largestResult);
  });
});

function order(phase: string | undefined): number {
  return ['distribute', 'activate', 'revoke'].indexOf(phase ?? '');
}
