import { activityInfo } from '@temporalio/activity';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { FakeMesh } from './fake-mesh.ts';
import { Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(() => harness.close());

it('has a day where commands wait for one another, beyond what other activities have', async () => {
  const limits: number[] = [];
  const fake = new FakeMesh({ units: ['aks-weu-1'] }).activities();
  const stageCas: Activities['stageCas'] = (input) => {
    limits.push(activityInfo().startToCloseTimeoutMs);
    return fake.stageCas(input);
  };
  await harness.with({ ...fake, stageCas }, async () => {
    const handle = await harness.start({ ca: { kind: 'root', directory: '/ca', issuer: 'command' } });
    expect(await handle.result()).toMatchObject({ state: 'completed' });
  });
  expect(limits).toEqual([86_400_000]);
});
