import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import { retry } from '../../workflows/signals.ts';
import { FakeMesh } from './fake-mesh.ts';
import { Harness } from './harness.ts';

// A server of its own: after continue-as-new the test server may let no time pass by itself for a while.
let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(async () => {
  await harness.close();
});

describe('a barrier that is tried again and again', () => {
  it('goes on in a new run, and begins no phase anew', async () => {
    const mesh = new FakeMesh({ units: ['aks-weu-1'] });
    const fake = mesh.activities();
    let missing = true;
    const activities: Activities = {
      ...fake,
      inspectCa: (input) =>
        missing && mesh.calls.length > 0
          ? Promise.reject(new Problem('BAD_CERTIFICATE', { object: '/ca/root-cert.pem' }))
          : fake.inspectCa(input),
    };
    await harness.with(activities, async () => {
      // One for the unit, and one for the barrier that is tried again.
      const handle = await harness.start({ continueEvery: 2 });
      await harness.until(handle, ({ stopped }) => stopped?.code === 'BAD_CERTIFICATE');
      const { runId } = await handle.describe();
      await handle.executeUpdate(retry, { args: [undefined] });
      await harness.until(handle, ({ stopped }) => stopped?.code === 'BAD_CERTIFICATE');
      await expect(handle.describe()).resolves.not.toMatchObject({ runId });
      missing = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed', versionsWritten: 6 });
    });
    expect(mesh.calls.filter((call) => call.includes('write add-roots'))).toHaveLength(1);
  });
});
