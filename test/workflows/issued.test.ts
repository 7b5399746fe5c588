import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import type { CaRef } from '../../rotation/wanted.ts';
import { abort, retry, rollback } from '../../workflows/signals.ts';
import { FakeMesh } from './fake-mesh.ts';
import { Harness } from './harness.ts';

const units = ['aks-weu-1', 'aks-neu-1'];
const ca: CaRef = { kind: 'root', directory: '/ca', issuer: 'rootKey' };
const staged = units.map((unit) => `${unit} staged`);
const disposed = units.map((unit) => `${unit} disposed of`);

describe('a rotation whose intermediates are made by an issuer', () => {
  let harness: Harness;
  let mesh: FakeMesh;
  beforeAll(async () => {
    harness = await Harness.create();
  });
  afterAll(() => harness.close());

  async function rotation(
    change: (fake: Activities) => Partial<Activities>,
    test: (handle: Awaited<ReturnType<Harness['start']>>) => Promise<unknown>,
  ): Promise<void> {
    mesh = new FakeMesh({ units });
    const fake = mesh.activities();
    await harness.with({ ...fake, ...change(fake) }, async () => test(await harness.start({ ca })));
  }

  it('has them before it looks at anything, and disposes of what it has staged when it is over', async () => {
    const asked: unknown[] = [];
    const note = (fake: Activities) => ({
      inspectCa: (input: Parameters<Activities['inspectCa']>[0]) => {
        asked.push(input.rotationId);
        return fake.inspectCa(input);
      },
    });
    await rotation(note, async (handle) => {
      expect(await handle.result()).toMatchObject({ state: 'completed' });
      expect(mesh.calls.slice(0, 2).toSorted()).toEqual(staged.toSorted());
      expect(mesh.calls.slice(-2).toSorted()).toEqual(disposed.toSorted());
      expect(mesh.calls.filter((call) => call.endsWith('staged'))).toHaveLength(2);
      expect(new Set(asked).size).toBe(1);
      expect(asked[0]).toMatch(/^[0-9a-f-]{36}$/);
    });
  });

  it('stops where an issuer gives none, before anything is written, and goes on when told', async () => {
    let mended = false;
    const change = (fake: Activities) => ({
      stageCa: (input: Parameters<Activities['stageCa']>[0]) =>
        mended
          ? fake.stageCa(input)
          : Promise.reject(new Problem('ISSUER_KEY_UNUSABLE', { object: 'the key', found: 'another' })),
    });
    await rotation(change, async (handle) => {
      const { stopped } = await harness.until(handle, ({ state }) => state === 'stopped');
      expect(stopped).toMatchObject({ code: 'ISSUER_KEY_UNUSABLE' });
      expect(mesh.calls).toEqual([]);
      mended = true;
      await handle.executeUpdate(retry, { args: [{}] });
      expect(await handle.result()).toMatchObject({ state: 'completed' });
    });
  });

  it.each([
    ['an abort', abort],
    ['a rollback', rollback],
  ])('disposes of what it has staged on %s', async (_, command) => {
    const fail = () =>
      Promise.reject(new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret root-cert', found: '403' }));
    await rotation(
      () => ({ writeSource: fail }),
      async (handle) => {
        await harness.until(handle, ({ state }) => state === 'stopped');
        await handle.executeUpdate(command, { args: [{ reason: 'not today' }] });
        await harness.until(
          harness.client.workflow.getHandle(handle.workflowId),
          ({ state }) => state === 'aborted' || state === 'rolledBack',
        );
        expect(mesh.calls.filter((call) => call.endsWith('disposed of')).toSorted()).toEqual(
          disposed.toSorted(),
        );
      },
    );
  });

  it('is aborted also where what it has staged cannot be disposed of', async () => {
    const forbidden = () =>
      Promise.reject(new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret ca-key-meshturn-next' }));
    await rotation(
      () => ({ stageCa: forbidden, disposeStaged: forbidden }),
      async (handle) => {
        await harness.until(handle, ({ state }) => state === 'stopped');
        await handle.executeUpdate(abort, { args: [{ reason: 'not today' }] });
        expect(await handle.result()).toMatchObject({ state: 'aborted' });
      },
    );
  });
});
