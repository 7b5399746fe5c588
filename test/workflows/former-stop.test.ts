import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import { abort, pause, resume, retry } from '../../workflows/signals.ts';
import type { FakeMesh } from './fake-mesh.ts';
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
type Rotation = Awaited<ReturnType<Harness['start']>>;

interface Scene {
  readonly handle: Rotation;
  readonly mesh: FakeMesh;
  readonly state: { refuses: boolean; wrong: boolean };
  /** Lets hours go by until that is what the second unit stands still for in the phase. */
  readonly stopped: (phase: number, code: string | undefined) => Promise<void>;
}

/** A rotation of which an activity is refused while `refuses` holds, and the second unit wrong while `wrong` does. */
async function refusing(
  change: (fake: Activities, refuse: () => void) => Partial<Activities>,
  test: (scene: Scene) => Promise<void>,
): Promise<void> {
  const state = { refuses: true, wrong: false };
  const { mesh, activities } = watchedMesh(() => (state.wrong ? neu : undefined), {
    ...{ units: [weu, neu], workloads: { mode: 'restart', batchPercent: 50 }, clock: harness.clock },
  });
  const refuse = () => {
    if (state.refuses) throw new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret root-cert' });
  };
  const changed = { ...activities, ...change(activities, refuse) };
  await harness.with(changed, async () => {
    const handle = await harness.start();
    const stopped = async (phase: number, code: string | undefined) => {
      await harness.until(handle, async (progress) => {
        await harness.env.sleep('20 minutes');
        return stepOf(progress, phase, neu)?.stopped?.code === code;
      });
    };
    await test({ handle, mesh, state, stopped });
  });
}

const refused = 'KEY_VAULT_FORBIDDEN';
const wrong = 'SOURCE_CHANGED_BY_OTHER';

/** A regression is told in the place of what had stopped the unit, and that again when it has passed. */
async function toldInPlace({ handle, state, stopped }: Scene, phase: number): Promise<void> {
  await stopped(phase, refused);
  state.wrong = true;
  await stopped(phase, wrong);
  state.wrong = false;
  await stopped(phase, refused);
  state.refuses = false;
  await handle.executeUpdate(retry, { args: [undefined] });
}

describe('what had stopped a unit before a look did', () => {
  it('is told again after a pause that came meanwhile', async () => {
    const change = (fake: Activities, refuse: () => void): Partial<Activities> => ({
      awaitSynced: async (input) => {
        if (input.unit === neu && input.phase === 'activate') refuse();
        return fake.awaitSynced(input);
      },
    });
    await refusing(change, async ({ handle, state, stopped }) => {
      await stopped(1, refused);
      state.wrong = true;
      await stopped(1, wrong);
      await handle.executeUpdate(pause, { args: [undefined] });
      await harness.until(handle, (progress) => progress.state === 'paused');
      state.wrong = false;
      await stopped(1, refused);
      await handle.executeUpdate(resume, { args: [undefined] });
      await harness.env.sleep('1 hour');
      await stopped(1, refused);
      state.refuses = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });

  it('is told again where a cluster had stopped after its istiods were proven', async () => {
    const change = (fake: Activities, refuse: () => void): Partial<Activities> => ({
      awaitSecondPlane: async (input) => {
        if (input.unit === neu) refuse();
        return fake.awaitSecondPlane(input);
      },
    });
    await refusing(change, async (scene) => {
      await toldInPlace(scene, 0);
      await expect(scene.handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });

  it('is told again where the unit stands still for its evidence, and its last stage begins anew', async () => {
    const change = (fake: Activities, refuse: () => void): Partial<Activities> => ({
      storeEvidence: async (input) => {
        if (input.document.kind === 'unit' && input.document.unit === neu) refuse();
        return fake.storeEvidence(input);
      },
    });
    await refusing(change, async (scene) => {
      await toldInPlace(scene, 0);
      await expect(scene.handle.result()).resolves.toMatchObject({ state: 'completed' });
      const writes = scene.mesh.calls.filter((call) => call === `distribute ${neu} write add-roots`);
      expect(writes).toHaveLength(2);
    });
  });

  it('is told again where an abort waits for a set that a write has torn', async () => {
    let isTorn = false;
    const change = (fake: Activities, refuse: () => void): Partial<Activities> => ({
      writeSource: async (input) => {
        isTorn ||= input.unit === neu && input.stage === 'signer';
        if (isTorn && input.unit === neu) refuse();
        return fake.writeSource(input);
      },
      observeUnit: async (input) => {
        if (isTorn && input.unit === neu) refuse();
        return fake.observeUnit(input);
      },
    });
    await refusing(change, async (scene) => {
      await scene.stopped(1, refused);
      await scene.handle.executeUpdate(abort, { args: [undefined] });
      await toldInPlace(scene, 1);
      await expect(scene.handle.result()).resolves.toMatchObject({ state: 'aborted' });
    });
  });
});
