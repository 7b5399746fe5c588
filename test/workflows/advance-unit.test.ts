import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import { type UnitKey, unitWorkflowId } from '../../rotation/messages.ts';
import { retry, status } from '../../workflows/signals.ts';
import { FakeMesh } from './fake-mesh.ts';
import { Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(async () => {
  await harness.close();
});

const unit = 'aks-weu-1';

function childOf({ id, mesh }: { id: string; mesh: string }, phase: UnitKey['phase']) {
  const key = { fleet: 'prod', mesh, rotationId: id, phase, step: { unit } };
  return harness.client.workflow.getHandle(unitWorkflowId(key));
}

describe('a stage', () => {
  it('is repeated from its write after a stop: what was written meanwhile is not waited for', async () => {
    const mesh = new FakeMesh({ units: [unit] });
    const fake = mesh.activities();
    const versions: string[] = [];
    const activities: Activities = {
      ...fake,
      awaitSynced: (input) => {
        versions.push(input.versions.root);
        return versions.length === 1
          ? Promise.reject(new Problem('SYNC_TIMED_OUT', { object: 'volumes' }))
          : fake.awaitSynced(input);
      },
    };
    await harness.with(activities, async () => {
      const handle = await harness.start();
      const { phases } = await harness.until(handle, ({ state }) => state === 'stopped');
      expect(phases[0]?.clusters[0]?.stopped?.code).toBe('SYNC_TIMED_OUT');
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
    expect(versions.slice(0, 2)).toEqual(['1', '2']);
  });

  it('may restart workloads once more after a stop, and is repeated in the stopped cluster only', async () => {
    const mesh = new FakeMesh({ units: [unit] });
    const fake = mesh.activities();
    const repeats: (number | undefined)[] = [];
    const activities: Activities = {
      ...fake,
      restartStale: (input) => {
        repeats.push(input.repeat);
        return repeats.length === 1
          ? Promise.reject(new Problem('ROLLOUT_STUCK', { object: 'restarted workloads' }))
          : fake.restartStale(input);
      },
    };
    await harness.with(activities, async () => {
      const handle = await harness.start();
      await harness.until(handle, ({ state }) => state === 'stopped');
      await handle.executeUpdate(retry, { args: [{ cluster: unit }] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
    expect(repeats.slice(0, 3)).toEqual([0, 1, 1]);
    expect(mesh.calls.slice(0, 3)).toEqual([
      `distribute ${unit} write add-roots`,
      `distribute ${unit} write add-roots`,
      `distribute ${unit} converged`,
    ]);
  });

  it('is not written where an invariant is broken by then, and is when that is mended', async () => {
    const mesh = new FakeMesh({ units: [unit] });
    const fake = mesh.activities();
    let held = true;
    const activities: Activities = {
      ...fake,
      observeUnit: async (input) => {
        const observed = await fake.observeUnit(input);
        const late = held && mesh.calls.some((call) => call.endsWith('write chain-of-both'));
        return late ? { ...observed, source: { ...observed.source, heldBy: 'r-other' } } : observed;
      },
    };
    await harness.with(activities, async () => {
      const handle = await harness.start();
      const { phases } = await harness.until(handle, ({ state }) => state === 'stopped');
      expect(phases[1]?.clusters[0]).toMatchObject({
        doing: 'signer: write',
        stopped: {
          code: 'HELD_BY_OTHER_ROTATION',
          hint: 'wait until its lease has run out; override only where that rotation is lost, and no worker of it writes any more',
        },
      });
      expect(mesh.calls.some((call) => call.endsWith('write signer'))).toBe(false);
      held = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });
});

/** The unit's clusters stop by name in the phase, and its workflow ends by that. */
async function endsWithItsRotation(activities: Activities, name: UnitKey['phase']): Promise<void> {
  await harness.with(activities, async () => {
    const handle = await harness.start();
    const progress = await harness.until(handle, ({ phases }) =>
      phases.some((phase) => phase.name === name && phase.clusters[0]?.stopped?.code === 'ROTATION_ENDED'),
    );
    await expect(childOf(progress, name).result()).rejects.toMatchObject({
      cause: { type: 'ROTATION_ENDED' },
    });
    await harness.end(handle);
  });
}

describe('a unit whose rotation was ended by hand', () => {
  it('writes no more, and ends', async () => {
    const mesh = new FakeMesh({ units: [unit] });
    const fake = mesh.activities();
    const activities: Activities = {
      ...fake,
      describeRotation: () =>
        Promise.resolve(
          !mesh.calls.some((call) => call.endsWith(' converged'))
            ? { running: true, status: 'RUNNING' }
            : { running: false, status: 'TERMINATED' },
        ),
    };
    await endsWithItsRotation(activities, 'activate');
    expect(mesh.calls.filter((call) => call.startsWith('activate'))).toEqual([]);
  });
});

describe('a unit whose rotation was ended by hand while it restarts workloads', () => {
  it('restarts no further batch, and ends', async () => {
    const workloads = { mode: 'restart', batchPercent: 5 } as const;
    const mesh = new FakeMesh({ units: [unit], workloads, proxies: 40 });
    const fake = mesh.activities();
    let batches = 0;
    let running = true;
    const activities: Activities = {
      ...fake,
      describeRotation: () => Promise.resolve({ running, status: running ? 'RUNNING' : 'TERMINATED' }),
      restartStale: (input) => {
        batches += 1;
        if (batches === 3) running = false;
        return fake.restartStale(input);
      },
    };
    await endsWithItsRotation(activities, 'distribute');
    expect(batches).toBe(3);
  });
});

/** The wait ends by itself, long after it began, and names the proxies. */
async function stopsUnconverged(activities: Activities): Promise<void> {
  await harness.with(activities, async () => {
    const handle = await harness.start();
    const stopped = await harness.until(handle, async ({ state }) => {
      await harness.env.sleep('2 minutes');
      return state === 'stopped';
    });
    expect(stopped.phases[0]?.clusters[0]?.stopped?.code).toBe('NOT_CONVERGED');
    await harness.end(handle);
    await harness.end(childOf(stopped, 'distribute'));
  });
}

describe('a wait for proxies', () => {
  it('ends where agents never renew, though their renewal is always about to come', async () => {
    const mesh = new FakeMesh({ units: [unit], workloads: { mode: 'renew' }, clock: harness.clock });
    const fake = mesh.activities();
    let censuses = 0;
    const activities: Activities = {
      ...fake,
      takeCensus: async (input) => {
        censuses += 1;
        const soon = new Date((await harness.clock()) + 1000).toISOString();
        const census = await fake.takeCensus(input);
        return { ...census, converged: 0, nextRenewal: soon, lastRenewal: soon };
      },
    };
    await stopsUnconverged(activities);
    // A rollout may take 600 s, and a census is taken every 10.
    expect(censuses).toBeLessThan(70);
  });

  it('ends where restarted workloads come up as they were', async () => {
    const mesh = new FakeMesh({ units: [unit], clock: harness.clock });
    const fake = mesh.activities();
    const activities: Activities = {
      ...fake,
      takeCensus: async (input) => {
        const lastRenewal = new Date((await harness.clock()) + 12 * 3_600_000).toISOString();
        return { ...(await fake.takeCensus(input)), converged: 0, lastRenewal };
      },
      restartStale: () =>
        Promise.resolve({
          at: '',
          restarted: [],
          remaining: 0,
          spent: ['Deployment shop/web'],
          unmanaged: [],
        }),
    };
    await stopsUnconverged(activities);
  });
});

describe('the activities of a unit', () => {
  it('are not tried again when their time is over, and are all heard of while they run', async () => {
    const mesh = new FakeMesh({ units: [unit] });
    const scheduled = await harness.with(mesh.activities(), async () => {
      const handle = await harness.start();
      await handle.result();
      const { id, mesh: name } = await handle.query(status);
      const { events } = await childOf({ id, mesh: name }, 'activate').fetchHistory();
      return (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
    });
    const policies = scheduled.map(({ retryPolicy }) => retryPolicy?.nonRetryableErrorTypes);
    expect(new Set(policies.flat())).toEqual(new Set(['TemporalTimeout:StartToClose']));
    expect(policies).not.toContain(undefined);
    const timeouts = scheduled.map(({ heartbeatTimeout }) => Number(heartbeatTimeout?.seconds));
    expect(new Set(timeouts)).toEqual(new Set([30]));
  });
});
