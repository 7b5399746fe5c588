import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities, KnownUnit } from '../../activities/contract.ts';
import { asFailure } from '../../activities/failure.ts';
import { Problem } from '../../problems/problem.ts';
import { sameList } from '../../rotation/trust.ts';
import { pause, resume, retry } from '../../workflows/signals.ts';
import { fingerprint } from './fake-ca.ts';
import { FakeMesh } from './fake-mesh.ts';
import { Harness } from './harness.ts';
import { stepOf } from './watched-mesh.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(async () => {
  await harness.close();
});

const unit = 'aks-weu-1';

describe('a write that is told to have failed, and was carried out', () => {
  it('is nobody else’s, and its stage is the one that begins anew after a pause', async () => {
    const mesh = new FakeMesh({ units: [unit], clock: harness.clock });
    const fake = mesh.activities();
    const looks: KnownUnit[] = [];
    let isLost = true;
    const activities: Activities = {
      ...fake,
      writeSource: async (input) => {
        const written = await fake.writeSource(input);
        if (isLost && input.stage === 'trim-chain')
          throw new Problem('KEY_VAULT_FORBIDDEN', { object: unit });
        return written;
      },
      watchUnits: async (input) => {
        looks.push(...input.units);
        const regressions = input.units.flatMap(({ holds, ...known }) =>
          (holds ?? [known]).some(({ chain }) => sameList(chain, mesh.unit(unit).chain))
            ? []
            : [
                {
                  unit,
                  code: 'SOURCE_CHANGED_BY_OTHER' as const,
                  message: 'another chain',
                  hint: 'put back',
                },
              ],
        );
        return { ...(await fake.watchUnits(input)), regressions };
      },
    };
    await harness.with(activities, async () => {
      const handle = await harness.start();
      /** After a look has come. */
      const code = async () => {
        const before = looks.length;
        const progress = await harness.until(handle, async () => {
          await harness.env.sleep('20 minutes');
          return looks.length > before;
        });
        return stepOf(progress, 1, unit)?.stopped?.code;
      };
      await harness.until(handle, ({ state }) => state === 'stopped');
      expect(await code()).toBe('KEY_VAULT_FORBIDDEN');
      await handle.executeUpdate(pause, { args: [undefined] });
      expect(await code()).toBe('KEY_VAULT_FORBIDDEN');
      await handle.executeUpdate(resume, { args: [undefined] });
      isLost = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
    expect(mesh.calls.filter((call) => call === `activate ${unit} write signer`)).toHaveLength(1);
  });
});

describe('a write that says that it was not begun', () => {
  it('has changed nothing: its cluster stands where it stood, and is safe like all others', async () => {
    const mesh = new FakeMesh({ units: [unit], clock: harness.clock });
    const fake = mesh.activities();
    let isRefused = true;
    const activities: Activities = {
      ...fake,
      writeSource: (input) => {
        if (!isRefused || input.stage !== 'signer') return fake.writeSource(input);
        const refused = new Problem('KEY_VAULT_FORBIDDEN', { object: unit });
        return Promise.reject(asFailure('writeSource', refused, { untouched: true }));
      },
    };
    await harness.with(activities, async () => {
      const handle = await harness.start();
      const progress = await harness.until(handle, ({ state }) => state === 'stopped');
      const footing = { trusts: [fingerprint('A'), fingerprint('B')], signs: 'old' };
      expect(stepOf(progress, 1, unit)?.stopped?.footing).toEqual(footing);
      isRefused = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });
});
