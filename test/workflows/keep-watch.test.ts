import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities, KnownUnit } from '../../activities/contract.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { watchDelay } from '../../workflows/keep-watch.ts';
import { pause, resume, retry } from '../../workflows/signals.ts';
import type { FakeMesh, FakeMeshOptions } from './fake-mesh.ts';
import { Harness, rotationInput } from './harness.ts';
import { stepOf, watchedMesh } from './watched-mesh.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(async () => {
  await harness.close();
});

const [weu, neu] = ['aks-weu-1', 'aks-neu-1'];

const watched = (is: (mesh: FakeMesh) => string | undefined, options: Partial<FakeMeshOptions> = {}) =>
  watchedMesh(is, { units: [weu, neu], clock: harness.clock, ...options });

describe('a unit that waits for its proxies', () => {
  it('stops where it is no longer as proven, and begins its stage anew by itself when it is', async () => {
    let wrong: string | undefined = neu;
    const { mesh, activities } = watched(() => wrong);
    await harness.with(activities, async () => {
      const handle = await harness.start();
      const stopped = await harness.until(handle, async (progress) => {
        await harness.env.sleep('1 hour');
        return stepOf(progress, 0, weu)?.state === 'done' && progress.state === 'stopped';
      });
      expect(stepOf(stopped, 0, neu)).toMatchObject({
        state: 'stopped',
        doing: 'add-roots: converged',
        stopped: {
          code: 'SOURCE_CHANGED_BY_OTHER',
          message: 'secrets of aks-neu-1 are others; no cluster of the mesh begins its next phase meanwhile',
          hint: 'put back',
        },
      });
      expect(stopped.phases[1]?.clusters.every(({ state }) => state === 'waiting')).toBe(true);
      wrong = undefined;
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
      expect(mesh.calls.filter((call) => call === 'distribute aks-neu-1 write add-roots')).toHaveLength(2);
    });
  });

  it('restarts nothing more while it is not as proven', async () => {
    const workloads = { mode: 'restart', batchPercent: 10 } as const;
    let batches = 0;
    let wrong: string | undefined;
    const { activities } = watched(() => wrong, { units: [weu], workloads, proxies: 3 });
    const slow: Activities = {
      ...activities,
      restartStale: async (input) => {
        batches += 1;
        if (batches === 1) wrong = weu;
        // Nothing could be restarted: the workflow waits, and looks meanwhile.
        if (wrong !== undefined) {
          return { at: new Date().toISOString(), restarted: [], remaining: 3, unmanaged: [] };
        }
        return activities.restartStale(input);
      },
    };
    await harness.with(slow, async () => {
      const handle = await harness.start();
      await harness.until(handle, ({ state }) => state === 'stopped');
      const before = batches;
      await harness.env.sleep('1 minute');
      expect(batches).toBe(before);
      wrong = undefined;
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });
});

describe('a unit that is done and waits for the others', () => {
  it('shuts the barrier where it is no longer as proven, and is looked at once more when told to', async () => {
    let wrong = false;
    // Only the second one waits for long.
    const { mesh, activities } = watched(() => (wrong ? weu : undefined));
    const quick: Activities = {
      ...activities,
      takeCensus: (input) => {
        if (input.unit === weu)
          for (const proxy of mesh.unit(weu).proxies) Object.assign(proxy, input.expect);
        return activities.takeCensus(input);
      },
    };
    await harness.with(quick, async () => {
      const handle = await harness.start();
      await harness.until(handle, (progress) => stepOf(progress, 0, weu)?.state === 'done');
      wrong = true;
      const stopped = await harness.until(handle, async (progress) => {
        await harness.env.sleep('1 hour');
        return stepOf(progress, 0, neu)?.state === 'done';
      });
      expect(stopped.state).toBe('stopped');
      expect(stepOf(stopped, 0, weu)).toMatchObject({
        state: 'stopped',
        done: 4,
        stopped: { code: 'SOURCE_CHANGED_BY_OTHER' },
      });
      expect(mesh.calls.some((call) => call.startsWith('activate'))).toBe(false);
      // A look that finds the same keeps the barrier shut.
      await handle.executeUpdate(retry, { args: [undefined] });
      await harness.until(handle, ({ state }) => state === 'stopped');
      wrong = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });
});

describe('a unit that waits for its turn', () => {
  it('stops where it is no longer as the barrier saw it, begins nothing, and waits again when it is', async () => {
    let wrong: string | undefined;
    const looks: KnownUnit[] = [];
    const { mesh, activities } = watched(() => wrong, { longPhase: 'activate' });
    const heard: Activities = {
      ...activities,
      watchUnits: (input) => {
        looks.push(...input.units.filter(({ unit }) => unit === neu));
        return activities.watchUnits(input);
      },
    };
    const begun = () => mesh.calls.filter((call) => call.startsWith('activate aks-neu-1'));
    await harness.with(heard, async () => {
      const { policy } = rotationInput();
      const handle = await harness.start({ policy: { ...policy, waveWidth: 1 } });
      await harness.until(handle, async (progress) => {
        await harness.env.sleep('20 minutes');
        return stepOf(progress, 1, weu)?.doing === 'signer: converged';
      });
      looks.length = 0;
      wrong = neu;
      const stopped = await harness.until(handle, async (progress) => {
        await harness.env.sleep('1 hour');
        return stepOf(progress, 1, weu)?.state === 'done';
      });
      const { roots, chain, signer } = mesh.unit(neu);
      expect(looks[0]).toMatchObject({ expect: { roots, signer }, chain });
      expect(stepOf(stopped, 1, neu)).toMatchObject({
        state: 'stopped',
        stopped: { code: 'SOURCE_CHANGED_BY_OTHER' },
      });
      expect(begun()).toEqual([]);
      wrong = undefined;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
    expect(begun()).not.toEqual([]);
  });
});

describe('a unit that a pause holds', () => {
  it('stops where it is no longer as proven, rests when it is, and begins its stage anew afterwards', async () => {
    let wrong: string | undefined;
    const { mesh, activities } = watched(() => wrong);
    const writes = () => mesh.calls.filter((call) => call === 'distribute aks-neu-1 write add-roots');
    await harness.with(activities, async () => {
      const handle = await harness.start();
      await harness.until(handle, (progress) => stepOf(progress, 0, neu)?.doing === 'add-roots: converged');
      await handle.executeUpdate(pause, { args: [undefined] });
      await harness.until(handle, ({ state }) => state === 'paused');
      wrong = neu;
      const later = async (is: (progress: RotationProgress) => boolean) =>
        harness.until(handle, async (progress) => {
          await harness.env.sleep('20 minutes');
          return is(progress);
        });
      const stopped = await later((progress) => stepOf(progress, 0, neu)?.state === 'stopped');
      expect(stopped.state).toBe('paused');
      expect(stepOf(stopped, 0, neu)?.stopped).toMatchObject({ code: 'SOURCE_CHANGED_BY_OTHER' });
      expect(stepOf(stopped, 0, weu)?.state).toBe('paused');
      wrong = undefined;
      await later((progress) => stepOf(progress, 0, neu)?.state === 'paused');
      expect(writes()).toHaveLength(1);
      await handle.executeUpdate(resume, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
    expect(writes()).toHaveLength(2);
  });

  it('goes on after the pause only when it is as proven again, or is told to', async () => {
    let wrong: string | undefined;
    const { mesh, activities } = watched(() => wrong, { units: [neu] });
    await harness.with(activities, async () => {
      const handle = await harness.start();
      await harness.until(handle, (progress) => stepOf(progress, 0, neu)?.doing === 'add-roots: converged');
      wrong = neu;
      await handle.executeUpdate(pause, { args: [undefined] });
      const stop = ({ phases }: RotationProgress) => phases[0]?.clusters[0]?.state === 'stopped';
      await harness.until(handle, async (progress) => {
        await harness.env.sleep('20 minutes');
        return stop(progress);
      });
      await handle.executeUpdate(resume, { args: [undefined] });
      await harness.env.sleep('20 minutes');
      await harness.until(handle, (progress) => progress.state === 'stopped' && stop(progress));
      wrong = undefined;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
    expect(mesh.watched.length).toBeGreaterThan(0);
  });

  it('shuts the barrier where it is done, and the pause has come before that', async () => {
    let wrong = false;
    let held = true;
    const { mesh, activities } = watched(() => (wrong ? weu : undefined), { units: [weu] });
    const atOnce: Activities = {
      ...activities,
      takeCensus: async (input) => {
        // The pause comes while the last look at the proxies is under way.
        while (held) await new Promise((resolve) => setTimeout(resolve, 20));
        for (const proxy of mesh.unit(weu).proxies) Object.assign(proxy, input.expect);
        return activities.takeCensus(input);
      },
    };
    await harness.with(atOnce, async () => {
      const handle = await harness.start();
      await harness.until(handle, (progress) => stepOf(progress, 0, weu)?.doing === 'add-roots: converged');
      await handle.executeUpdate(pause, { args: [undefined] });
      held = false;
      const done = await harness.until(handle, ({ state }) => state === 'paused');
      expect(stepOf(done, 0, weu)?.state).toBe('done');
      wrong = true;
      const stopped = await harness.until(handle, async (progress) => {
        await harness.env.sleep('20 minutes');
        return stepOf(progress, 0, weu)?.state === 'stopped';
      });
      expect(stopped).toMatchObject({ state: 'paused', phases: [{}, { state: 'waiting' }, {}] });
      wrong = false;
      await handle.executeUpdate(resume, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });
});

it('looks at the policy interval, and at a twentieth of a wait that is long', () => {
  const limits = { watchEvery: 600 };
  expect(watchDelay(limits, 0)).toBe(600_000);
  expect(watchDelay(limits, 200 * 60_000)).toBe(600_000);
  expect(watchDelay(limits, 400 * 60_000)).toBe(1_200_000);
  let [looks, waited] = [0, 0];
  for (; waited < 24 * 3_600_000; looks += 1) waited += watchDelay(limits, waited);
  expect(looks).toBeLessThan(70);
});
