import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import type { RotationInput } from '../../rotation/messages.ts';
import type { CaRef } from '../../rotation/wanted.ts';
import { abort, requests, retry, status, submitCertificate } from '../../workflows/signals.ts';
import { eventually } from '../support/eventually.ts';
import { fingerprint } from './fake-ca.ts';
import { Gate } from './gate.ts';
import { Harness } from './harness.ts';
import { keyOf, MeshOfStaged } from './mesh-of-staged.ts';
import { reached } from './meshes.ts';

const units = ['aks-weu-1', 'aks-neu-1', 'aks-eus-1'];
const ca: CaRef = { kind: 'root', directory: '/ca', issuer: 'offline' };

describe('a certificate that is waited for', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.create();
  });
  afterAll(() => harness.close());

  type Handle = Awaited<ReturnType<Harness['start']>>;
  const submit = (handle: Pick<Handle, 'executeUpdate'>, unit: string, chain = `chain of ${unit}`) =>
    handle.executeUpdate(submitCertificate, { args: [{ publicKey: keyOf(unit), chain }] });
  const waiting = async (handle: Handle) => (await handle.query(requests)).requests.map(({ unit }) => unit);

  async function rotation(
    mesh: MeshOfStaged,
    test: (handle: Handle) => Promise<unknown>,
    change: (fake: Activities) => Partial<Activities> = () => ({}),
    more: Partial<RotationInput> = {},
  ): Promise<void> {
    const fake = mesh.activities();
    await harness.with({ ...fake, ...change(fake) }, async () => test(await harness.start({ ca, ...more })));
  }

  /** The units that the fleet file does not name join with the first write. */
  const joining =
    (mesh: MeshOfStaged) =>
    (fake: Activities): Partial<Activities> => ({
      writeSource: (input) => {
        mesh.hidden.clear();
        return fake.writeSource(input);
      },
    });

  it('is waited for as long as it takes, and some are taken before all are there', async () => {
    await rotation(new MeshOfStaged({ units }), async (handle) => {
      const { awaiting, state } = await harness.until(handle, (progress) => progress.awaiting !== undefined);
      expect(awaiting?.what).toMatch(/^3 certificates: meshturn rotation requests -f FILE --mesh payments/);
      expect(state).toBe('observing');
      const page = await handle.query(requests);
      expect(page.requests.map(({ unit, csr }) => [unit, csr]).toSorted()).toEqual(
        units.map((unit) => [unit, `csr of ${unit}`]).toSorted(),
      );
      for (const unit of units.slice(0, 2)) await submit(handle, unit);
      await harness.env.sleep('3 days');
      const left = await handle.query(status);
      expect(left.awaiting?.what).toMatch(/^1 certificate:/);
      expect(left.phases).toEqual([]);
      expect(await waiting(handle)).toEqual(['aks-eus-1']);
      await submit(handle, 'aks-eus-1');
      expect(await handle.result()).toMatchObject({ state: 'completed' });
    });
  });

  it('is asked for a cluster that has joined after the first phase began, and no longer stops it for good', async () => {
    const mesh = new MeshOfStaged({ units });
    mesh.hidden.add('aks-eus-1');
    await rotation(
      mesh,
      async (handle) => {
        await harness.until(handle, ({ awaiting }) => awaiting?.what.startsWith('2 certificates') === true);
        for (const unit of units.slice(0, 2)) await submit(handle, unit);
        await harness.until(handle, ({ awaiting }) => awaiting?.what.startsWith('1 certificate:') === true);
        expect(await waiting(handle)).toEqual(['aks-eus-1']);
        expect((await handle.query(status)).stopped).toBeUndefined();
        await submit(handle, 'aks-eus-1');
        expect(await handle.result()).toMatchObject({ state: 'completed' });
        expect(mesh.calls).toContain('distribute aks-eus-1 write add-roots');
        expect(mesh.calls.filter((call) => call.endsWith('disposed of'))).toHaveLength(3);
      },
      joining(mesh),
    );
  });

  it('is asked for again where what was staged is gone, and a set that stays away stops the rotation', async () => {
    const mesh = new MeshOfStaged({ units });
    let isGone = false;
    const purging = (fake: Activities): Partial<Activities> => ({
      takeCensus: (input) => {
        if (mesh.certified.has('aks-eus-1') && !isGone) mesh.certified.delete('aks-eus-1');
        isGone = true;
        return fake.takeCensus(input);
      },
    });
    await rotation(
      mesh,
      async (handle) => {
        await harness.until(handle, ({ awaiting }) => awaiting !== undefined);
        for (const unit of units) await submit(handle, unit);
        await harness.until(handle, ({ awaiting }) => awaiting?.what.startsWith('1 certificate:') === true);
        expect((await handle.query(requests)).taken.map(({ unit }) => unit)).not.toContain('aks-eus-1');
        await submit(handle, 'aks-eus-1');
        expect(await handle.result()).toMatchObject({ state: 'completed' });
      },
      purging,
    );
    const lost = new MeshOfStaged({ units });
    const never = (fake: Activities): Partial<Activities> => ({
      stageCas: async (input) => {
        await fake.stageCas(input);
        return { requests: [] };
      },
    });
    await rotation(
      lost,
      async (handle) => {
        const { stopped } = await harness.until(handle, ({ state }) => state === 'stopped');
        expect(stopped).toMatchObject({ code: 'STAGED_SET_MISSING' });
        expect(lost.calls.filter((call) => call === 'aks-eus-1 staged')).toHaveLength(2);
        for (const unit of units) lost.certified.add(unit);
        await handle.executeUpdate(retry, { args: [{}] });
        expect(await handle.result()).toMatchObject({ state: 'completed' });
      },
      never,
    );
  });

  it('takes the place of the one brought before until the first phase begins, and none afterwards', async () => {
    const mesh = new MeshOfStaged({ units });
    let isShort = true;
    const gate = new Gate({ activity: 'writeSource' });
    const forbidding = (fake: Activities): Partial<Activities> => ({
      ...gate.around(fake),
      observeUnit: async (input) => {
        const unit = await fake.observeUnit(input);
        const isForbidden = isShort && mesh.certified.size === units.length;
        return isForbidden ? { ...unit, source: { ...unit.source, heldBy: 'another' } } : unit;
      },
    });
    await rotation(
      mesh,
      async (handle) => {
        await harness.until(handle, ({ awaiting }) => awaiting !== undefined);
        for (const unit of units) expect(await submit(handle, unit)).toBe(fingerprint(`chain of ${unit}`));
        await harness.until(handle, ({ state }) => state === 'stopped');
        expect(await handle.query(requests)).toMatchObject({
          state: 'stopped',
          stopped: { code: 'INVARIANT_VIOLATED' },
        });
        expect(await submit(handle, 'aks-neu-1', 'longer')).toBe(fingerprint('longer'));
        // What is refused by now is asked for once more, with the same key.
        mesh.certified.delete('aks-weu-1');
        await handle.executeUpdate(retry, { args: [{}] });
        await harness.until(handle, ({ awaiting }) => awaiting?.what.startsWith('1 certificate:') === true);
        expect(await waiting(handle)).toEqual(['aks-weu-1']);
        isShort = false;
        await submit(handle, 'aks-weu-1', 'longer too');
        await reached(gate);
        const { taken } = await handle.query(requests);
        expect(taken.find(({ unit }) => unit === 'aks-weu-1')?.fingerprint).toBe(fingerprint('longer too'));
        const late = await submit(handle, 'aks-neu-1').catch((error: unknown) => error);
        expect(String(late instanceof Error ? late.cause : late)).toContain(fingerprint('longer'));
        gate.open();
        expect(await handle.result()).toMatchObject({ state: 'completed' });
      },
      forbidding,
    );
  });

  it('is waited for no longer where its cluster has left the fleet file, once it is told to look again', async () => {
    const mesh = new MeshOfStaged({ units });
    await rotation(mesh, async (handle) => {
      await harness.until(handle, ({ awaiting }) => awaiting !== undefined);
      for (const unit of units.slice(0, 2)) await submit(handle, unit);
      mesh.hidden.add('aks-eus-1');
      await handle.executeUpdate(retry, { args: [{}] });
      expect(await handle.result()).toMatchObject({ state: 'completed' });
      expect(mesh.calls).not.toContain('aks-eus-1 certified');
      expect((await handle.query(status)).keysLeft).toEqual({ units: ['aks-eus-1'], more: 0 });
    });
  });

  it('is told of every cluster that can be reached, whichever cannot', async () => {
    const many = Array.from({ length: 24 }, (_, index) => `aks-${String(index + 1).padStart(2, '0')}`);
    const mesh = new MeshOfStaged({ units: many });
    await rotation(mesh, async (handle) => {
      await harness.until(handle, ({ awaiting }) => awaiting?.what.startsWith('24 ') === true);
      mesh.away.add('aks-01');
      mesh.calls.length = 0;
      await handle.executeUpdate(retry, { args: [{}] });
      await harness.until(handle, ({ state }) => state === 'stopped');
      expect(new Set(mesh.calls)).toEqual(new Set(many.map((unit) => `${unit} staged`)));
      expect(await waiting(handle)).toHaveLength(24);
      await submit(handle, 'aks-24');
      await handle.executeUpdate(abort, { args: [{}] });
      expect(await handle.result()).toMatchObject({ state: 'aborted' });
    });
  });

  // The last on this server, which may let no time pass for a while after it.
  it('is waited for over as many runs as the watch on all others takes meanwhile', async () => {
    const mesh = new MeshOfStaged({ units });
    mesh.hidden.add('aks-eus-1');
    await rotation(
      mesh,
      async (handle) => {
        await harness.until(handle, ({ awaiting }) => awaiting?.what.startsWith('2 certificates') === true);
        for (const unit of units.slice(0, 2)) await submit(handle, unit);
        const latest = harness.client.workflow.getHandle(handle.workflowId);
        await harness.until(latest, ({ awaiting }) => awaiting?.what.startsWith('1 certificate:') === true);
        const runs = new Set<string>();
        // The first of them had news to hand over.
        await eventually(async () => {
          await harness.env.sleep('1 hour');
          runs.add((await latest.describe()).runId);
          expect(runs.size).toBeGreaterThan(3);
        });
        await harness.end(latest);
      },
      joining(mesh),
      { continueEvery: 12 },
    );
  });
});
