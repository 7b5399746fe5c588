import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import type { RotationInput } from '../../rotation/messages.ts';
import { pause, resume, retry, status } from '../../workflows/signals.ts';
import { eventually } from '../support/eventually.ts';
import { atOnce } from './fake-mesh.ts';
import { Gate } from './gate.ts';
import { type Begun, Meshes, reached } from './meshes.ts';
import { stepOf, watchedMesh } from './watched-mesh.ts';

let meshes: Meshes;
beforeAll(async () => {
  meshes = await Meshes.open();
});
afterAll(() => meshes.close());

const unit = 'aks-weu-1';

/** A rotation that reads its mesh at the first barrier; `views` counts how often it has begun to read it. */
async function atBarrier(
  input: Partial<RotationInput>,
  test: (o: Begun & AtBarrier) => Promise<void>,
): Promise<void> {
  const state = { wrong: false, refuses: false, views: 0 };
  const { mesh, activities } = watchedMesh(() => (state.wrong ? unit : undefined), {
    ...{ units: [unit], workloads: { mode: 'restart', batchPercent: 100 } },
    limits: { ...atOnce, watchEvery: 0.1 },
  });
  const counting: Activities = {
    ...activities,
    inspectCa: (call) => {
      state.views += 1;
      return state.refuses
        ? Promise.reject(new Problem('BAD_CERTIFICATE', { object: '/ca/root-cert.pem' }))
        : activities.inspectCa(call);
    },
  };
  const gate = new Gate({ activity: 'inspectCa', passing: 1 });
  try {
    const begun = await meshes.begin(gate.around(counting), input);
    await reached(gate);
    await test({ ...begun, mesh, state, gate });
  } finally {
    gate.open();
  }
}

interface AtBarrier {
  readonly mesh: ReturnType<typeof watchedMesh>['mesh'];
  readonly state: { wrong: boolean; refuses: boolean; readonly views: number };
  readonly gate: Gate;
}

describe.concurrent('a rotation at a barrier', () => {
  it.each(['stopped', 'paused'] as const)(
    'goes on in new runs while it is %s, and reads nothing anew',
    async (until) => {
      // Looks at what is proven go on, so that a run is soon long enough.
      await atBarrier({ continueEvery: 3 }, async ({ handle, state, gate, ...rotation }) => {
        if (until === 'paused') await handle.executeUpdate(pause, { args: [undefined] });
        else state.refuses = true;
        gate.open();
        const before = await rotation.until({ state: until });
        const { views } = state;
        const runs = new Set<string>();
        await eventually(async () => {
          runs.add((await handle.describe()).runId);
          expect(runs.size).toBe(2);
        });
        const after = await handle.query(status);
        expect([after.state, after.stopped, state.views]).toEqual([until, before.stopped, views]);
        state.refuses = false;
        await handle.executeUpdate(until === 'paused' ? resume : retry, { args: [undefined] });
        await rotation.until({ state: 'completed' });
      });
    },
  );

  it('is stopped by a unit that a look finds wrong meanwhile, and reads the mesh again when it is right', async () => {
    await atBarrier({}, async ({ handle, mesh, state, gate, until }) => {
      state.wrong = true;
      const stopped = await until({ state: 'stopped' });
      expect(stopped.phases[0]?.state).toBe('stopped');
      expect(stepOf(stopped, 0, unit)?.stopped?.code).toBe('SOURCE_CHANGED_BY_OTHER');
      gate.open();
      const looks = mesh.watched.length;
      await eventually(() => {
        expect(mesh.watched.length).toBeGreaterThan(looks + 3);
      });
      expect(state.views).toBe(2);
      await handle.executeUpdate(retry, { args: [{ cluster: unit }] });
      expect((await handle.query(status)).state).toBe('stopped');
      state.wrong = false;
      const { phases } = await until({ state: 'completed' });
      expect(phases.map((phase) => phase.state)).toEqual(['done', 'done', 'done']);
    });
  });

  it('ends, though reading the mesh fills every run', async () => {
    let views = 0;
    const { mesh, activities } = watchedMesh(() => undefined, {
      ...{ units: [unit], workloads: { mode: 'restart', batchPercent: 100 } },
      limits: { ...atOnce, watchEvery: 0.05 },
    });
    const filling: Activities = {
      ...activities,
      inspectCa: async (call) => {
        views += 1;
        const before = mesh.watched.length;
        // Looks at what is proven count: with one of them the run is long enough.
        const seen = () => {
          expect(mesh.watched.length).toBeGreaterThan(before + 1);
        };
        if (views > 1) await eventually(seen);
        return activities.inspectCa(call);
      },
    };
    const { until } = await meshes.begin(filling, { continueEvery: 1 });
    await until({ state: 'completed' });
    expect(views).toBeLessThan(10);
  });
});
