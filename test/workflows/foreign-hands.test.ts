import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import type { ObservedUnit } from '../../rotation/observed.ts';
import { retry } from '../../workflows/signals.ts';
import { fingerprint } from './fake-ca.ts';
import { FakeMesh } from './fake-mesh.ts';
import { Harness, rotationInput } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.create();
});
afterAll(async () => {
  await harness.close();
});

const units = ['aks-weu-1', 'aks-neu-1'] as const;
const [weu] = units;
const stranger = fingerprint('X');

/** A mesh that somebody changes as soon as every unit has ended a phase, and before its barrier looks at it. */
function struckAfter(phase: string, change: (unit: ObservedUnit) => ObservedUnit) {
  const mesh = new FakeMesh({ units });
  const fake = mesh.activities();
  const struck = { standing: true };
  const activities: Activities = {
    ...fake,
    observeUnit: async (input) => {
      const observed = await fake.observeUnit(input);
      const ended = units.every((unit) => mesh.calls.includes(`${phase} ${unit} converged`));
      return struck.standing && ended && input.unit === weu ? change(observed) : observed;
    },
  };
  return { mesh, activities, struck };
}

const sources: readonly {
  readonly what: string;
  readonly change: (source: ObservedUnit['source']) => Partial<ObservedUnit['source']>;
  readonly found: string;
}[] = [
  { what: 'a root is added to', change: ({ roots }) => ({ roots: [...roots, stranger] }), found: 'roots' },
  { what: 'a root is taken out of', change: ({ roots }) => ({ roots: roots.slice(1) }), found: 'roots' },
  { what: 'another signer is put into', change: () => ({ signer: undefined }), found: 'does not verify' },
  { what: 'another chain is put into', change: () => ({ chain: [stranger] }), found: 'chain' },
];

describe('at a barrier', () => {
  it.each(
    sources.flatMap((each) => ['distribute', 'activate', 'revoke'].map((phase) => ({ ...each, phase }))),
  )('$what a CA source after $phase: nothing follows until that is put back', async (strike) => {
    const { mesh, activities, struck } = struckAfter(strike.phase, (unit) => ({
      ...unit,
      source: { ...unit.source, ...strike.change(unit.source) },
    }));
    await harness.with(activities, async () => {
      const handle = await harness.start();
      const { stopped } = await harness.until(handle, (progress) => progress.stopped !== undefined);
      expect(stopped).toMatchObject({ code: 'SOURCE_CHANGED_BY_OTHER' });
      expect(stopped?.message).toContain(weu);
      expect(stopped?.message).toContain(strike.found);
      expect(stopped?.hint).toContain('meshturn rotation retry');
      const writes = mesh.calls.filter((call) => call.includes(' write '));
      await handle.executeUpdate(retry, { args: [undefined] });
      await harness.until(handle, (progress) => progress.stopped !== undefined);
      expect(mesh.calls.filter((call) => call.includes(' write '))).toEqual(writes);
      struck.standing = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed', versionsWritten: 12 });
    });
  });

  it('a root below which strangers have signed leaves is named, and brought to no cluster', async () => {
    const { mesh, activities, struck } = struckAfter('distribute', (unit) => ({
      ...unit,
      clusters: unit.clusters.map((cluster) => ({
        ...cluster,
        leaves: cluster.leaves.map((leaf) => ({ ...leaf, signer: stranger, root: stranger })),
      })),
    }));
    await harness.with(activities, async () => {
      const handle = await harness.start();
      const { stopped } = await harness.until(handle, (progress) => progress.stopped !== undefined);
      expect(stopped).toMatchObject({ code: 'FOREIGN_ROOT_IN_USE' });
      expect(stopped?.message).toContain('live leaves in aks-weu-1');
      for (const unit of units) expect(mesh.unit(unit).roots).not.toContain(stranger);
      struck.standing = false;
      await handle.executeUpdate(retry, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed', versionsWritten: 12 });
    });
  });
});

it('a root that somebody adds while a unit waits for its turn is named before what istiod would refuse', async () => {
  const mesh = new FakeMesh({ units });
  const fake = mesh.activities();
  const [, neu] = units;
  let standing = true;
  const activities: Activities = {
    ...fake,
    observeUnit: async (input) => {
      const observed = await fake.observeUnit(input);
      if (!standing || input.unit !== neu || !mesh.calls.includes(`distribute ${weu} converged`))
        return observed;
      const roots = [...observed.source.roots, stranger];
      const istiods = observed.istiods.map((istiod) => ({
        ...istiod,
        serves: { ...mesh.unit(neu).serves, roots },
      }));
      return { ...observed, source: { ...observed.source, roots }, istiods };
    },
  };
  await harness.with(activities, async () => {
    const handle = await harness.start({ policy: { ...rotationInput().policy, waveWidth: 1 } });
    const { phases } = await harness.until(handle, ({ state }) => state === 'stopped');
    expect(phases[0]?.clusters[1]?.stopped).toMatchObject({
      code: 'SOURCE_CHANGED_BY_OTHER',
      message: expect.stringContaining('aks-neu-1 before add-roots') as string,
      hint: expect.stringContaining('when istiod has loaded that: meshturn rotation retry') as string,
    });
    expect(mesh.calls).not.toContain(`distribute ${neu} write add-roots`);
    standing = false;
    await handle.executeUpdate(retry, { args: [undefined] });
    await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
  });
});
