import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import { abort, retry, status } from '../../workflows/signals.ts';
import { FakeMesh, type FakeMeshOptions } from './fake-mesh.ts';
import { Harness } from './harness.ts';
import { withSilentProxies } from './silent-proxies.ts';

vi.setConfig({ testTimeout: 90_000 });

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(async () => {
  await harness.close();
});

const unit = 'aks-weu-1';
const ttl = 2 * 3600;
const pods = ['shop/mute-0'];

/** A mesh with one proxy that never answers, and when `distribute` was loaded and proven there. */
function meshOf(over: Partial<FakeMeshOptions> = {}) {
  const mesh = new FakeMesh({ units: [unit], clock: harness.clock, renewEvery: 600_000, ...over });
  const silent = withSilentProxies(mesh.activities(), { pods, ttl, clock: harness.clock });
  const seen = { loads: [] as string[], since: [] as (string | undefined)[], proven: 0 };
  const activities: Activities = {
    ...silent,
    awaitLoaded: async (input) => {
      const evidence = await silent.awaitLoaded(input);
      if (input.phase === 'distribute') seen.loads.push(evidence.at);
      return evidence;
    },
    takeCensus: async (input) => {
      const census = await silent.takeCensus(input);
      if (input.phase !== 'distribute') return census;
      seen.since.push(input.loaded?.since);
      if (census.converged === census.total) seen.proven = await harness.clock();
      return census;
    },
  };
  return { mesh, activities, seen };
}

describe('a proxy that never answers', () => {
  it.each(['renew', 'restart'] as const)(
    'is waited for until time has proven it, and the rotation goes through (%s)',
    async (mode) => {
      const workloads = mode === 'renew' ? { mode } : { mode, batchPercent: 50 };
      const { activities, seen } = meshOf({ workloads });
      await harness.with(activities, async () => {
        const handle = await harness.start();
        const waiting = await harness.until(
          handle,
          ({ phases }) => phases[0]?.clusters[0]?.awaiting?.what.includes('cannot be read') ?? false,
        );
        expect(waiting.phases[0]?.clusters[0]).toMatchObject({
          state: 'running',
          awaiting: {
            what: expect.stringMatching(
              /shop\/mute-0, which cannot be read, to be proven by time$/,
            ) as string,
          },
        });
        await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
        const { phases, violations } = await handle.query(status);
        expect(phases.map(({ name }) => name)).toEqual(['distribute', 'activate', 'revoke']);
        for (const { clusters } of phases) {
          expect(clusters[0]?.evidence.join('\n')).toContain(
            '5 proxies converged, 1 proven by time (shop/mute-0)',
          );
        }
        expect(violations).toEqual([]);
      });
      const ends = Date.parse(seen.loads[0] ?? '') + (ttl + 60) * 1000;
      expect(seen.proven).toBeGreaterThanOrEqual(ends);
      expect(seen.proven).toBeLessThan(ends + 60_000);
    },
  );

  it('is proven from its own load on by a rotation that takes up where another was aborted', async () => {
    const { activities, seen } = meshOf({ workloads: { mode: 'renew' } });
    await harness.with(activities, async () => {
      const first = await harness.start();
      await harness.until(first, () => seen.since.length > 0);
      await harness.env.sleep('1 hour');
      await first.executeUpdate(abort, { args: [undefined] });
      await expect(first.result()).resolves.toMatchObject({ state: 'aborted' });
      seen.since.length = 0;
      const second = await harness.start();
      await expect(second.result()).resolves.toMatchObject({ state: 'completed' });
    });
    expect(seen.loads).toHaveLength(2);
    expect(new Set(seen.since)).toEqual(new Set([seen.loads[1]]));
    expect(seen.proven).toBeGreaterThanOrEqual(Date.parse(seen.loads[1] ?? '') + (ttl + 60) * 1000);
  });

  it('is proven by the first load though the stage is begun anew, where nobody wrote to the source', async () => {
    const { mesh, activities, seen } = meshOf({ workloads: { mode: 'renew' } });
    let forbidden = true;
    const versions = { root: '1', chain: '1', key: '1', cert: '1' };
    const broken: Activities = {
      ...activities,
      writeSource: async (input) => ({ ...(await activities.writeSource(input)), versions }),
      takeCensus: (input) =>
        forbidden && seen.since.length > 0
          ? Promise.reject(new Problem('CLUSTER_FORBIDDEN', { object: 'pods' }))
          : activities.takeCensus(input),
    };
    await harness.with(broken, async () => {
      const handle = await harness.start();
      const stopped = await harness.until(handle, ({ state }) => state === 'stopped');
      expect(stopped.phases[0]?.clusters[0]?.stopped?.code).toBe('CLUSTER_FORBIDDEN');
      forbidden = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
    expect(seen.loads.length).toBe(2);
    expect(new Set(seen.since)).toEqual(new Set([seen.loads[0]]));
    expect(mesh.calls.filter((call) => call === `distribute ${unit} write add-roots`)).toHaveLength(2);
  });
});
