import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import type { CaRef } from '../../rotation/wanted.ts';
import { abort, retry, status } from '../../workflows/signals.ts';
import { FakeMesh } from './fake-mesh.ts';
import { Gate } from './gate.ts';
import { Harness, rotationInput } from './harness.ts';
import { reached } from './meshes.ts';

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

  it('has them before it writes anything, and disposes of what it has staged when it is over', async () => {
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
      // Once with what is to be issued, before anybody is asked for it.
      expect(new Set(asked).size).toBe(2);
      expect(asked[0]).toBeUndefined();
      expect(asked[1]).toMatch(/^[0-9a-f-]{36}$/);
    });
  });

  it('stops where an issuer gives none, before anything is written, and goes on when told', async () => {
    let mended = false;
    const change = (fake: Activities) => ({
      stageCas: (input: Parameters<Activities['stageCas']>[0]) =>
        mended
          ? fake.stageCas(input)
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

  it('disposes of what it has staged on an abort', async () => {
    const fail = () =>
      Promise.reject(new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret root-cert', found: '403' }));
    await rotation(
      () => ({ writeSource: fail }),
      async (handle) => {
        await harness.until(handle, ({ state }) => state === 'stopped');
        await handle.executeUpdate(abort, { args: [{ reason: 'not today' }] });
        expect(await handle.result()).toMatchObject({ state: 'aborted' });
        expect(mesh.calls.filter((call) => call.endsWith('disposed of')).toSorted()).toEqual(
          disposed.toSorted(),
        );
      },
    );
  });

  it('names on an abort the units whose keys it could not dispose of, and is not kept by them', async () => {
    const forbidden = () =>
      Promise.reject(new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret ca-key-meshturn-next' }));
    const change = (fake: Activities): Partial<Activities> => ({
      writeSource: (input) => (input.phase === 'activate' ? forbidden() : fake.writeSource(input)),
      disposeStaged: (input) => (input.unit === units[0] ? forbidden() : fake.disposeStaged(input)),
    });
    await rotation(change, async (handle) => {
      await harness.until(handle, ({ state }) => state === 'stopped');
      const before = await harness.clock();
      await handle.executeUpdate(abort, { args: [{ reason: 'not today' }] });
      const { keysLeft } = await harness.until(handle, ({ state }) => state === 'aborted');
      expect(keysLeft).toEqual({ units: [units[0]], more: 0 });
      expect((await harness.clock()) - before).toBeLessThan(3_600_000);
      const { memo } = await handle.describe();
      expect(memo).toMatchObject({
        meshturn: { keysLeft: expect.stringContaining(`KEYS_LEFT: ${units[0] ?? ''}`) as string },
      });
      expect(mesh.evidence.at(-1)).toMatchObject({ kind: 'end', state: 'aborted', keysLeft });
      expect(mesh.calls.filter((call) => call.endsWith('disposed of'))).toEqual([disposed[1]]);
    });
  });

  it('asks nobody for a certificate where the plan with it would be forbidden', async () => {
    const change = (fake: Activities) => ({
      observeUnit: async (input: Parameters<Activities['observeUnit']>[0]) => {
        const unit = await fake.observeUnit(input);
        return { ...unit, source: { ...unit.source, heldBy: 'another' } };
      },
    });
    await rotation(change, async (handle) => {
      await expect(handle.result()).rejects.toThrow();
      expect(await handle.query(status)).toMatchObject({ state: 'failed' });
      expect(mesh.calls).toEqual([]);
    });
  });

  it('asks nobody where another rotation has staged a set, but with the override that takes it over', async () => {
    const change = (fake: Activities): Partial<Activities> => ({
      inspectCa: async (input) => {
        const read = await fake.inspectCa(input);
        return input.rotationId === undefined ? { ...read, stagedBy: { 'aks-neu-1': 'r-lost' } } : read;
      },
    });
    await rotation(change, async (handle) => {
      await expect(handle.result()).rejects.toThrow();
      const { violations } = await handle.query(status);
      expect(violations.map(({ code, unit }) => [code, unit])).toEqual([
        ['HELD_BY_OTHER_ROTATION', 'aks-neu-1'],
      ]);
      expect(mesh.calls).toEqual([]);
      const { policy } = rotationInput();
      const overrides = [{ invariant: 'HELD_BY_OTHER_ROTATION', reason: 'its server was lost' }];
      const next = await harness.start({ ca, policy: { ...policy, overrides } });
      expect(await next.result()).toMatchObject({ state: 'completed' });
    });
  });

  it('stops where a rotation that was at its end has left staged sets, overridden as that may be, until they are gone', async () => {
    mesh = new FakeMesh({ units });
    const fake = mesh.activities();
    const [unit = ''] = units;
    const { signer } = mesh.observe(unit).source;
    if (signer === undefined) throw new Error(`${unit} has no signer`);
    let disposed = false;
    const inspectCa: Activities['inspectCa'] = async (input) => {
      const read = await fake.inspectCa(input);
      if (disposed || input.rotationId !== undefined) return read;
      return { ...read, stagedBy: { [unit]: 'r-1' }, signers: { ...read.signers, [unit]: signer } };
    };
    const overrides = [{ invariant: 'HELD_BY_OTHER_ROTATION', reason: 'its server was lost' }];
    await harness.with({ ...fake, inspectCa }, async () => {
      const handle = await harness.start({ ca, policy: { ...rotationInput().policy, overrides } });
      const { stopped } = await harness.until(handle, ({ state }) => state === 'stopped');
      expect(stopped).toMatchObject({ code: 'STAGED_SETS_LEFT' });
      expect(mesh.calls).toEqual([]);
      disposed = true;
      await handle.executeUpdate(retry, { args: [{}] });
      expect(await handle.result()).toMatchObject({ state: 'completed' });
    });
  });

  it('keeps what was issued where the plan is forbidden since, until it is told to go on', async () => {
    let [isHeld, mended] = [false, false];
    const change = (fake: Activities) => ({
      stageCas: (input: Parameters<Activities['stageCas']>[0]) => {
        isHeld = true;
        return fake.stageCas(input);
      },
      observeUnit: async (input: Parameters<Activities['observeUnit']>[0]) => {
        const unit = await fake.observeUnit(input);
        return isHeld && !mended ? { ...unit, source: { ...unit.source, heldBy: 'another' } } : unit;
      },
    });
    await rotation(change, async (handle) => {
      const { stopped } = await harness.until(handle, ({ state }) => state === 'stopped');
      expect(stopped).toMatchObject({ code: 'INVARIANT_VIOLATED' });
      expect(mesh.calls.toSorted()).toEqual(staged.toSorted());
      mended = true;
      await handle.executeUpdate(retry, { args: [{}] });
      expect(await handle.result()).toMatchObject({ state: 'completed' });
    });
  });

  it('disposes of nothing before the last activity that makes a key has ended', async () => {
    const gate = new Gate({ activity: 'stageCas' });
    await rotation(
      (fake) => gate.around(fake),
      async (handle) => {
        await reached(gate);
        await handle.executeUpdate(abort, { args: [{}] });
        expect(await handle.query(status)).toMatchObject({ state: 'aborting' });
        expect(mesh.calls).toEqual([]);
        gate.open();
        expect(await handle.result()).toMatchObject({ state: 'aborted' });
        expect(mesh.calls.toSorted()).toEqual([...staged, ...disposed].toSorted());
        expect(mesh.calls.slice(-2).toSorted()).toEqual(disposed.toSorted());
      },
    );
  });
});
