import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Activities } from '../../../activities/contract.ts';
import { problemIn } from '../../../cli/problem-in.ts';
import type { RotationProgress } from '../../../rotation/progress.ts';
import { requests, retry, status, submitCertificate } from '../../../workflows/signals.ts';
import { beside, recorded } from '../../worker/reaching.ts';
import { atOnce, FakeMesh } from '../../workflows/fake-mesh.ts';
import { Harness, rotationInput } from '../../workflows/harness.ts';
import { keyOf, MeshOfStaged } from '../../workflows/mesh-of-staged.ts';
import { eventually } from '../../support/eventually.ts';

// A task waits for a worker of its group for two minutes, twice, and no server skips over that.
vi.setConfig({ testTimeout: 900_000 });

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.createLocal();
});
afterAll(async () => {
  await harness.close();
});

const [west, far] = ['aks-west', 'aks-far'] as const;
const missing = {
  code: 'WORKER_MISSING',
  hint: expect.stringContaining('meshturn worker --reach') as string,
};

it('stops a cluster by name where the workers of its group are missing, and goes on once they are there', async () => {
  const mesh = new FakeMesh({ units: [west, far], reach: { [far]: 'dmz' }, limits: atOnce });
  const fake = mesh.activities();
  const { promise: opened, resolve: open } = Promise.withResolvers<undefined>();
  let begun = false;
  const writeSource: Activities['writeSource'] = async (input) => {
    begun = true;
    await opened;
    return fake.writeSource(input);
  };
  const main = recorded([], 'main', { ...fake, writeSource });
  const group = recorded([], 'dmz', fake);
  await beside(harness, undefined, main, async () => {
    const handle = await harness.start({ policy: { ...rotationInput().policy, waveWidth: 1 } });
    const stop = (): Promise<RotationProgress> =>
      vi.waitFor(
        async () => {
          const progress = await handle.query(status);
          expect(progress.state).toBe('stopped');
          return progress;
        },
        { timeout: 300_000, interval: 500 },
      );
    // The mesh cannot be read whole.
    expect((await stop()).stopped).toMatchObject(missing);

    // Its worker goes when the mesh has been read, while the other cluster is being written to.
    await beside(harness, ['dmz'], group, async () => {
      await handle.executeUpdate(retry, { args: [undefined] });
      await eventually(() => {
        expect(begun).toBe(true);
      });
    });
    open(undefined);
    const { phases } = await stop();
    expect(phases[0]?.clusters).toMatchObject([
      { cluster: west, state: 'done' },
      { cluster: far, state: 'stopped', stopped: missing },
    ]);

    await beside(harness, ['dmz'], group, async () => {
      await handle.executeUpdate(retry, { args: [{ cluster: far }] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });
});

it('refuses a certificate by name whose cluster’s group has no worker any more, and takes the others', async () => {
  const mesh = new MeshOfStaged({ units: [west, far], reach: { [far]: 'dmz' }, limits: atOnce });
  const submitTo = (handle: WorkflowHandle, unit: string) =>
    handle.executeUpdate(submitCertificate, { args: [{ publicKey: keyOf(unit), chain: 'chain' }] });
  await beside(harness, undefined, recorded([], 'main', mesh.activities()), async () => {
    const ca = { kind: 'root', directory: '/ca', issuer: 'offline' } as const;
    const handle = await beside(harness, ['dmz'], recorded([], 'dmz', mesh.activities()), async () => {
      const begun = await harness.start({ ca });
      await harness.until(begun, ({ awaiting }) => awaiting?.what.startsWith('2 certificates') === true);
      return begun;
    });
    const refused = submitTo(handle, far).catch(problemIn);
    await submitTo(handle, west);
    expect(await refused).toMatchObject({
      code: 'WORKER_MISSING',
      details: { object: `the certificate for ${far}` },
      hint: 'start a worker for its group: meshturn worker --reach dmz; then submit it again',
    });
    expect((await handle.query(requests)).requests.map(({ unit }) => unit)).toEqual([far]);
    await handle.terminate('the end of the test');
  });
});
