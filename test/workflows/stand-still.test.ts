import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities, KnownUnit } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import type { PhaseName } from '../../rotation/plan.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { pause, resume, retry } from '../../workflows/signals.ts';
import { rootA, rootB, signer } from './fake-ca.ts';
import { Harness } from './harness.ts';
import { stepOf, watchedMesh } from './watched-mesh.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(async () => {
  await harness.close();
});

const [weu, neu] = ['aks-weu-1', 'aks-neu-1'];

type Refused = 'awaitLoaded' | 'observeUnit';

/**
 * A mesh in which one activity on the unit is refused for as long as `refuses` holds, and which is looked at.
 * @param passing so many calls are not
 */
function refusing(activity: Refused, phase?: PhaseName, passing = 0) {
  const state = { refuses: false, wrong: false };
  let calls = 0;
  const looks: KnownUnit[] = [];
  const { mesh, activities } = watchedMesh(() => (state.wrong ? neu : undefined), {
    ...{ units: [weu, neu], workloads: { mode: 'restart', batchPercent: 50 }, clock: harness.clock },
  });
  const refusal = new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret root-cert', hint: 'give the role' });
  const unlessRefused = async (input: {
    readonly unit: string;
    readonly phase?: PhaseName;
  }): Promise<void> => {
    const isIt = input.unit === neu && (phase === undefined || input.phase === phase);
    if (isIt && (calls += 1) > passing && state.refuses) return Promise.reject(refusal);
  };
  const refused: Record<Refused, Partial<Activities>> = {
    awaitLoaded: {
      awaitLoaded: async (input) => unlessRefused(input).then(() => activities.awaitLoaded(input)),
    },
    observeUnit: {
      observeUnit: async (input) => unlessRefused(input).then(() => activities.observeUnit(input)),
    },
  };
  const watching: Activities = {
    ...activities,
    ...refused[activity],
    watchUnits: (input) => {
      looks.push(...input.units.filter(({ unit }) => unit === neu));
      return activities.watchUnits(input);
    },
  };
  return { mesh, state, looks, activities: watching };
}

type Rotation = Awaited<ReturnType<Harness['start']>>;

/** Lets hours go by until it is so. */
const later = (handle: Rotation, is: (progress: RotationProgress) => boolean) =>
  harness.until(handle, async (progress) => {
    await harness.env.sleep('20 minutes');
    return is(progress);
  });

const codeIn = (phase: number) => (progress: RotationProgress) => stepOf(progress, phase, neu)?.stopped?.code;

describe('a unit that stops between its write and the proof that it is loaded', () => {
  it.each([
    ['distribute', 0, [[rootA, rootB]], []],
    [
      'activate',
      1,
      [[rootA, rootB]],
      [
        [rootA, rootB],
        [rootA, rootB],
      ],
    ],
    ['revoke', 2, [[rootB]], [[rootB], [rootA, rootB]]],
  ] as const)(
    'is looked at in %s, where istiods may serve the old set or the new one',
    async (phase, at, [held], served) => {
      const { state, looks, activities, mesh } = refusing('awaitLoaded', phase);
      state.refuses = true;
      await harness.with(activities, async () => {
        const handle = await harness.start();
        await later(handle, (progress) => codeIn(at)(progress) === 'KEY_VAULT_FORBIDDEN');
        looks.length = 0;
        state.wrong = true;
        const stopped = await later(handle, (progress) => codeIn(at)(progress) === 'SOURCE_CHANGED_BY_OTHER');
        const [look] = looks;
        expect(look?.expect.roots).toEqual(held);
        expect(look?.serves?.map(({ expect: { roots } }) => roots)).toEqual(served);
        expect(look?.chain).toEqual(mesh.unit(neu).chain);
        expect(look?.holds).toBeUndefined();
        expect(stepOf(stopped, at, neu)?.stopped?.message).toContain('secrets of aks-neu-1 are others');
        state.wrong = false;
        // What had stopped it is not mended by that.
        await later(handle, (progress) => codeIn(at)(progress) === 'KEY_VAULT_FORBIDDEN');
        state.refuses = false;
        await handle.executeUpdate(retry, { args: [undefined] });
        await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
      });
    },
  );
});

describe('a unit that stops before its write', () => {
  it('is looked at as the barrier saw it where others rely on it, and stops for that as well', async () => {
    // The plan looks at it, then its write in distribute and the barrier.
    const { state, looks, activities } = refusing('observeUnit', undefined, 3);
    state.refuses = true;
    await harness.with(activities, async () => {
      const handle = await harness.start();
      await later(handle, (progress) => codeIn(1)(progress) === 'KEY_VAULT_FORBIDDEN');
      looks.length = 0;
      state.wrong = true;
      await later(handle, (progress) => codeIn(1)(progress) === 'SOURCE_CHANGED_BY_OTHER');
      expect(looks[0]).toMatchObject({
        expect: { roots: [rootA, rootB], signer: signer('A', neu).fingerprint },
      });
      expect(looks[0]).not.toHaveProperty('serves');
      state.refuses = false;
      state.wrong = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });

  it('is not looked at in the first phase, before anything of it is proven', async () => {
    const { state, looks, activities } = refusing('observeUnit', undefined, 1);
    state.refuses = true;
    await harness.with(activities, async () => {
      const handle = await harness.start();
      await later(handle, (progress) => codeIn(0)(progress) === 'KEY_VAULT_FORBIDDEN');
      await harness.env.sleep('2 hours');
      expect(looks).toEqual([]);
      state.refuses = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });
});

describe('a pause', () => {
  it('lets what was written be proven to be loaded before the unit rests', async () => {
    const { state, activities, mesh } = refusing('observeUnit');
    const { promise: paused, resolve } = Promise.withResolvers<undefined>();
    const slow: Activities = {
      ...activities,
      awaitSynced: async (input) => {
        await paused;
        return activities.awaitSynced(input);
      },
    };
    await harness.with(slow, async () => {
      const handle = await harness.start();
      await harness.until(handle, (progress) => stepOf(progress, 0, neu)?.doing === 'add-roots: synced');
      await handle.executeUpdate(pause, { args: [undefined] });
      resolve(undefined);
      await harness.until(handle, (progress) => progress.state === 'paused');
      expect(mesh.unit(neu).serves.roots).toEqual([rootA, rootB]);
      expect(mesh.unit(neu).secondPlane).toEqual([rootA]);
      state.wrong = true;
      await later(handle, (progress) => codeIn(0)(progress) === 'SOURCE_CHANGED_BY_OTHER');
      state.wrong = false;
      await later(handle, (progress) => stepOf(progress, 0, neu)?.state === 'paused');
      await handle.executeUpdate(resume, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });
});

describe('a rotation that is stopped as a whole at a barrier', () => {
  it('is watched: a unit that is no longer as it was proven is told beside what stopped it', async () => {
    const { state, activities, mesh } = refusing('observeUnit');
    let phases = 0;
    const storing: Activities = {
      ...activities,
      storeEvidence: (input) => {
        // The barrier is the next to look.
        if (input.document.kind === 'phase') state.refuses = (phases += 1) === 1;
        return activities.storeEvidence(input);
      },
    };
    await harness.with(storing, async () => {
      const handle = await harness.start();
      await later(handle, ({ stopped }) => stopped?.code === 'KEY_VAULT_FORBIDDEN');
      state.wrong = true;
      const stopped = await later(handle, (now) => codeIn(0)(now) === 'SOURCE_CHANGED_BY_OTHER');
      expect(stopped).toMatchObject({ state: 'stopped', stopped: { code: 'KEY_VAULT_FORBIDDEN' } });
      state.wrong = false;
      await later(handle, (progress) => stepOf(progress, 0, neu)?.state === 'done');
      state.wrong = true;
      await later(handle, (progress) => stepOf(progress, 0, neu)?.state === 'stopped');
      // The barrier reads the whole mesh afresh.
      state.wrong = false;
      state.refuses = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
    expect(mesh.calls.filter((call) => call === 'distribute aks-neu-1 write add-roots')).toHaveLength(1);
  });
});

describe('a unit whose new leaf was refused', () => {
  it('lets no other get a new signer, though a look has found something else of it since', async () => {
    const wrong = { is: false };
    const { mesh, activities } = watchedMesh(() => (wrong.is ? weu : undefined), {
      ...{ units: [weu, neu], workloads: { mode: 'restart', batchPercent: 50 }, clock: harness.clock },
    });
    const refusing: Activities = {
      ...activities,
      checkHandshakes: () =>
        Promise.reject(new Problem('HANDSHAKE_REFUSED', { object: weu, found: 'bad certificate' })),
    };
    await harness.with(refusing, async () => {
      const handle = await harness.start();
      const stop = (progress: RotationProgress) => stepOf(progress, 1, weu)?.stopped?.code;
      await later(handle, (progress) => stop(progress) === 'HANDSHAKE_REFUSED');
      wrong.is = true;
      await later(handle, (progress) => stop(progress) === 'SOURCE_CHANGED_BY_OTHER');
      await harness.env.sleep('1 hour');
      const progress = await later(handle, () => true);
      expect(stepOf(progress, 1, weu)?.doubts).toContain('HANDSHAKE_REFUSED');
      expect(mesh.calls.filter((call) => call.startsWith(`activate ${neu} write`))).toEqual([]);
      await harness.end(handle);
    });
  });
});
