import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import { unitWorkflowId } from '../../rotation/messages.ts';
import { retry, status } from '../../workflows/signals.ts';
import { fingerprint, rootA } from './fake-ca.ts';
import { FakeMesh } from './fake-mesh.ts';
import { Harness, rotationInput } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(async () => {
  await harness.close();
});

const three = ['aks-weu-1', 'aks-neu-1', 'aks-eus-1'];

describe('a failure that a person must mend', () => {
  it('stops its cluster, lets the others end the phase, and goes on when told to', async () => {
    const mesh = new FakeMesh({ units: three });
    let forbidden = true;
    const fake = mesh.activities();
    const activities: Activities = {
      ...fake,
      writeSource: (input) =>
        forbidden && input.unit === 'aks-eus-1'
          ? Promise.reject(
              new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret root-cert', hint: 'give the role' }),
            )
          : fake.writeSource(input),
    };
    await harness.with(activities, async () => {
      const handle = await harness.start();
      const stopped = await harness.until(
        handle,
        ({ phases }) => phases[0]?.clusters.filter(({ state }) => state === 'done').length === 2,
      );
      expect(stopped.state).toBe('stopped');
      expect(stopped.phases[1]?.clusters.every(({ state }) => state === 'waiting')).toBe(true);
      expect(stopped.phases[0]?.clusters.find(({ cluster }) => cluster === 'aks-eus-1')).toMatchObject({
        state: 'stopped',
        doing: 'add-roots: write',
        stopped: {
          ...{ code: 'KEY_VAULT_FORBIDDEN', hint: 'give the role' },
          footing: {
            ...{ trusts: [fingerprint('A')], signs: 'old', set: 'either' },
            underWay: { trusts: [fingerprint('A'), fingerprint('B')], signs: 'old' },
          },
        },
      });
      expect(stopped.phases.map(({ until }) => until?.notAfter)).not.toContain(undefined);

      await expect(handle.executeUpdate(retry, { args: [{ cluster: 'aks-weu-1' }] })).rejects.toMatchObject({
        cause: { message: 'cluster aks-weu-1 is not stopped' },
      });
      await expect(handle.executeUpdate(retry, { args: [{ digest: 'another' }] })).rejects.toMatchObject({
        cause: { message: expect.stringContaining('the rotation has moved on') as string },
      });

      forbidden = false;
      await handle.executeUpdate(retry, { args: [{ digest: stopped.digest, reason: 'role given' }] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });

  it('stops where a phase stays undone, and says which unit lacks what', async () => {
    const mesh = new FakeMesh({ units: three });
    let blind = true;
    const fake = mesh.activities();
    const activities: Activities = {
      ...fake,
      async observeUnit(input) {
        const seen = await fake.observeUnit(input);
        if (!blind || input.unit !== 'aks-eus-1') return seen;
        const clusters = seen.clusters.map((each) => ({ ...each, trust: [{ roots: [rootA], count: 1 }] }));
        return { ...seen, clusters };
      },
    };
    await harness.with(activities, async () => {
      const handle = await harness.start();
      const { stopped } = await harness.until(handle, (progress) => progress.stopped !== undefined);
      expect(stopped).toMatchObject({
        code: 'PHASE_UNDONE',
        message: expect.stringContaining('found aks-eus-1: 1 proxies in aks-eus-1 trust A') as string,
      });
      blind = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });

  it('stops the rotation as a whole where the mesh cannot be read', async () => {
    const mesh = new FakeMesh({ units: three });
    let missing = true;
    const fake = mesh.activities();
    const activities: Activities = {
      ...fake,
      inspectCa: (input) =>
        missing
          ? Promise.reject(new Problem('BAD_CERTIFICATE', { object: '/ca/root-cert.pem' }))
          : fake.inspectCa(input),
    };
    await harness.with(activities, async () => {
      const handle = await harness.start();
      const { stopped, state } = await harness.until(handle, (progress) => progress.stopped !== undefined);
      expect([state, stopped?.code]).toEqual(['stopped', 'BAD_CERTIFICATE']);
      missing = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });

  it('refuses a retry where nothing is stopped', async () => {
    const mesh = new FakeMesh({ units: three, workloads: { mode: 'renew' }, clock: harness.clock });
    await harness.with(mesh.activities(), async () => {
      const handle = await harness.start();
      await harness.until(handle, ({ phases }) => phases.length === 3);
      await expect(handle.executeUpdate(retry, { args: [undefined] })).rejects.toMatchObject({
        cause: { message: 'nothing is stopped' },
      });
      // Units outlive their rotation: left alone they would disturb the next test.
      await handle.result();
    });
  });
});

describe('a plan that breaks an invariant', () => {
  it('ends the rotation before anything is written', async () => {
    const mesh = new FakeMesh({ units: three });
    const fake = mesh.activities();
    const activities: Activities = {
      ...fake,
      observeUnit: async (input) => ({ ...(await fake.observeUnit(input)), strangers: ['aks-old-1'] }),
    };
    await harness.with(activities, async () => {
      const handle = await harness.start();
      await expect(handle.result()).rejects.toMatchObject({
        cause: {
          type: 'INVARIANT_VIOLATED',
          message: expect.stringContaining('CLUSTER_NOT_IN_FLEET') as string,
        },
      });
      await expect(handle.query(status)).resolves.toMatchObject({ state: 'failed' });
    });
    expect(mesh.calls).toEqual([]);
  });

  it('stops the rotation at a barrier, and goes on when it is mended', async () => {
    const mesh = new FakeMesh({ units: three });
    const fake = mesh.activities();
    let strange = true;
    const activities: Activities = {
      ...fake,
      observeUnit: async (input) => {
        const observed = await fake.observeUnit(input);
        return strange && mesh.calls.length > 0 ? { ...observed, strangers: ['aks-old-1'] } : observed;
      },
    };
    await harness.with(activities, async () => {
      const handle = await harness.start();
      const { phases } = await harness.until(handle, ({ stopped }) => stopped?.code === 'INVARIANT_VIOLATED');
      expect(phases.map(({ state }) => state)).toEqual(['done', 'waiting', 'waiting']);
      strange = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });
});

describe('a unit that waits for its turn', () => {
  it('does not begin where somebody has lost trust meanwhile, and begins when that is mended', async () => {
    const units = ['aks-weu-1', 'aks-neu-1'];
    const workloads = { mode: 'renew' } as const;
    const mesh = new FakeMesh({ units, workloads, clock: harness.clock, longPhase: 'activate' });
    const fake = mesh.activities();
    let lost = true;
    const activities: Activities = {
      ...fake,
      observeUnit: async (input) => {
        const observed = await fake.observeUnit(input);
        if (!lost || input.unit !== 'aks-weu-1' || !mesh.calls.includes('activate aks-weu-1 converged'))
          return observed;
        const secondPlane = [{ roots: [fingerprint('A')], count: 1 }];
        return { ...observed, clusters: observed.clusters.map((cluster) => ({ ...cluster, secondPlane })) };
      },
    };
    const policy = { ...rotationInput().policy, waveWidth: 1 };
    await harness.with(activities, async () => {
      const handle = await harness.start({ policy });
      const { stopped } = await harness.until(handle, async (progress) => {
        await harness.env.sleep('1 hour');
        return progress.stopped !== undefined;
      });
      expect(stopped?.message).toContain('SIGNER_NOT_TRUSTED aks-neu-1');
      expect(mesh.calls.some((call) => call.startsWith('activate aks-neu-1'))).toBe(false);
      lost = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });
});

describe('a unit whose workflow is ended by hand', () => {
  it('is stopped as soon as it is asked after, and done by a new workflow after a retry', async () => {
    const mesh = new FakeMesh({ units: three });
    const fake = mesh.activities();
    let hangs = true;
    const activities: Activities = {
      ...fake,
      awaitSynced: (input) =>
        hangs && input.unit === 'aks-neu-1'
          ? Promise.reject(new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret root-cert' }))
          : fake.awaitSynced(input),
      describeUnits: ({ units }) =>
        Promise.resolve(units.map((unit) => ({ unit, state: 'lost', status: 'TERMINATED' }))),
    };
    await harness.with(activities, async () => {
      const handle = await harness.start();
      const { id, mesh: name } = await harness.until(handle, ({ state }) => state === 'stopped');
      const unit = { fleet: 'prod', mesh: name, rotationId: id, phase: 'distribute' } as const;
      const child = unitWorkflowId({ ...unit, step: { unit: 'aks-neu-1' } });
      await harness.end(harness.client.workflow.getHandle(child));
      hangs = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });
});

describe('a unit that says nothing', () => {
  it('is asked after, and stopped where its workflow is no more', async () => {
    const mesh = new FakeMesh({ units: ['aks-weu-1'], workloads: { mode: 'renew' }, clock: harness.clock });
    const fake = mesh.activities();
    let lost = true;
    const activities: Activities = {
      ...fake,
      describeUnits: (input) =>
        lost
          ? Promise.resolve(input.units.map((unit) => ({ unit, state: 'lost', status: 'TERMINATED' })))
          : fake.describeUnits(input),
    };
    await harness.with(activities, async () => {
      const handle = await harness.start();
      const renewing = 'add-roots: converged';
      const { id, mesh: name } = await harness.until(
        handle,
        ({ phases }) => phases[0]?.clusters[0]?.doing === renewing,
      );
      const key = { fleet: 'prod', mesh: name, rotationId: id, phase: 'distribute' } as const;
      const child = harness.client.workflow.getHandle(
        unitWorkflowId({ ...key, step: { unit: 'aks-weu-1' } }),
      );
      await harness.end(child);
      await harness.env.sleep('11 minutes');
      const { phases } = await harness.until(handle, ({ state }) => state === 'stopped');
      expect(phases[0]?.clusters[0]?.stopped).toMatchObject({ code: 'UNIT_LOST' });
      lost = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });
});
