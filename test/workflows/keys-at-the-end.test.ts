import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import type { CaRef } from '../../rotation/wanted.ts';
import { abort, retry, rollback, status } from '../../workflows/signals.ts';
import { FakeMesh } from './fake-mesh.ts';
import { Harness } from './harness.ts';

const units = ['aks-weu-1', 'aks-neu-1'];
const ca: CaRef = { kind: 'root', directory: '/ca', issuer: 'rootKey' };
const disposed = units.map((unit) => `${unit} disposed of`);

describe('a rotation that has ended but for the keys of its issuer', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.create();
  });
  afterAll(() => harness.close());

  /** Stopped by the vault of the first unit, where what it has staged stays until that is mended. */
  async function stopped(
    test: (
      handle: Awaited<ReturnType<Harness['start']>>,
      world: { readonly mesh: FakeMesh; mend: () => void },
    ) => Promise<unknown>,
  ): Promise<void> {
    let isMended = false;
    const mesh = new FakeMesh({ units });
    const fake = mesh.activities();
    const activities: Activities = {
      ...fake,
      disposeStaged: (input) =>
        input.unit === units[0] && !isMended
          ? Promise.reject(new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret ca-key-meshturn-next' }))
          : fake.disposeStaged(input),
    };
    const mend = () => {
      isMended = true;
    };
    await harness.with(activities, async () => {
      const handle = await harness.start({ ca });
      await harness.until(handle, ({ state }) => state === 'stopped');
      await test(handle, { mesh, mend });
    });
  }

  it('has completed: it is not turned any more, and an abort names the keys that stay', async () => {
    await stopped(async (handle, { mesh }) => {
      const turn = handle.executeUpdate(rollback, { args: [{}] });
      await expect(turn).rejects.toMatchObject({
        cause: { message: expect.stringContaining('it has completed') as string },
      });
      await handle.executeUpdate(abort, { args: [{ reason: 'disabled by hand' }] });
      expect(await handle.result()).toMatchObject({ state: 'completed' });
      const { keysLeft, stopped: reason } = await handle.query(status);
      expect(keysLeft).toEqual({ units: [units[0]], more: 0 });
      expect(reason).toBeUndefined();
      const ends = mesh.evidence.flatMap((one) => (one.kind === 'end' ? [one.state] : []));
      expect(ends).toEqual(['completed']);
    });
  });

  it('has disposed of all the others, and does not read the mesh again for the rest', async () => {
    await stopped(async (handle, { mesh, mend }) => {
      expect(mesh.calls.filter((call) => call.endsWith('disposed of'))).toEqual([disposed[1]]);
      expect(mesh.evidence.at(-1)?.kind).toBe('end');
      mend();
      await handle.executeUpdate(retry, { args: [{}] });
      expect(await handle.result()).toMatchObject({ state: 'completed' });
      expect(mesh.calls.slice(-2).toSorted()).toEqual(disposed.toSorted());
    });
  });
});
