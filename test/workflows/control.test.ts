import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import { unitWorkflowId } from '../../rotation/messages.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { abort, pause, resume, retry, status } from '../../workflows/signals.ts';
import { eventually } from '../support/eventually.ts';
import { rootA } from './fake-ca.ts';
import { atOnce, FakeMesh } from './fake-mesh.ts';
import { Gate, type Spot } from './gate.ts';
import { type Begun, Meshes, reached } from './meshes.ts';
import { shownLines } from './shown.ts';

let meshes: Meshes;
beforeAll(async () => {
  meshes = await Meshes.open();
});
afterAll(() => meshes.close());

const units = ['aks-weu-1', 'aks-neu-1'];
const [unit] = units as [string];

/** A rotation that is held up at a spot, until the gate is opened. */
async function heldAt(
  spot: Spot,
  test: (o: Begun & { mesh: FakeMesh; gate: Gate }) => Promise<void>,
): Promise<FakeMesh> {
  const mesh = new FakeMesh({ units, limits: atOnce });
  const gate = new Gate(spot);
  try {
    const begun = await meshes.begin(gate.around(mesh.activities()));
    await reached(gate);
    await test({ mesh, gate, ...begun });
  } finally {
    gate.open();
  }
  return mesh;
}

/** The updates that the page of the stopped unit says to send, in their order. */
function updatesOnPage({ id, mesh }: RotationProgress): () => Promise<readonly string[]> {
  const key = { fleet: 'prod', mesh, rotationId: id, phase: 'distribute', step: { unit } } as const;
  const page = meshes.harness.client.workflow.getHandle(unitWorkflowId(key));
  return async () => {
    const lines = await shownLines(page);
    return lines.flatMap((line) => /^- then: .*`(\w+)` with .*page of the rotation$/.exec(line)?.[1] ?? []);
  };
}

/** A rotation whose clusters all wait for leaves to renew. */
async function whileLeavesRenew(): Promise<Begun> {
  const workloads = { mode: 'renew' } as const;
  const mesh = new FakeMesh({ units, workloads, limits: atOnce, proxies: 2, renewEvery: 1_500 });
  const begun = await meshes.begin(mesh.activities());
  await meshes.harness.until(
    begun.handle,
    ({ phases }) => phases[0]?.clusters.every(({ awaiting }) => awaiting?.what.includes('to renew')) === true,
  );
  return begun;
}

const writesIn = ({ calls }: FakeMesh) => calls.filter((call) => call.includes(' write '));

/** Every write of an undisturbed rotation of the two units. */
const everyWrite = [
  'distribute write add-roots',
  'activate write chain-of-both',
  'activate write signer',
].concat(['activate write trim-chain', 'revoke write drop-roots']);

const spots: readonly (Spot & { readonly where: string })[] = [
  { where: 'in a write', activity: 'writeSource', stage: 'signer', unit },
  { where: 'in a wait for volumes', activity: 'awaitSynced', phase: 'activate', unit },
  { where: 'in a wait for istiods', activity: 'awaitLoaded', phase: 'distribute', unit },
  { where: 'in a batch of restarts', activity: 'restartStale', phase: 'distribute', unit },
];

describe.concurrent('a pause', () => {
  it.each(spots)('$where ends that, begins nothing new, and loses nothing', async (spot) => {
    const mesh = await heldAt(spot, async ({ gate, handle, until }) => {
      await handle.executeUpdate(pause, { args: [{ reason: 'lunch' }] });
      const pausing = await handle.query(status);
      expect(pausing).toMatchObject({ state: 'pausing', command: { name: 'pause', reason: 'lunch' } });
      gate.open();
      await until({ state: 'paused' });
      await handle.executeUpdate(resume, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed', versionsWritten: 12 });
    });
    const expected = everyWrite.flatMap((write) => units.map((each) => write.replace(' ', ` ${each} `)));
    expect(writesIn(mesh).toSorted()).toEqual(expected.toSorted());
  });

  it('lets no phase begin, and looks at the barrier afresh when it is over', async () => {
    const spot: Spot = { activity: 'inspectCa' };
    await heldAt(spot, async ({ mesh, gate, handle, until }) => {
      await handle.executeUpdate(pause, { args: [undefined] });
      gate.open();
      await until({ state: 'paused' });
      expect(mesh.calls).toEqual([]);
      await handle.executeUpdate(resume, { args: [undefined] });
      await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
    });
  });

  it('holds a wait for renewals at once', async () => {
    const { handle, until } = await whileLeavesRenew();
    await handle.executeUpdate(pause, { args: [undefined] });
    const { phases } = await until({ state: 'paused' });
    expect(phases[0]).toMatchObject({
      state: 'paused',
      clusters: [{ state: 'paused' }, { state: 'paused' }],
    });
    await expect(handle.executeUpdate(retry, { args: [undefined] })).rejects.toMatchObject({
      cause: { message: 'it is paused: resume it first' },
    });
    await handle.executeUpdate(resume, { args: [undefined] });
    await expect(handle.result()).resolves.toMatchObject({ state: 'completed' });
  });

  it('leaves what is stopped stopped, to be tried again after it', async () => {
    const mesh = new FakeMesh({ units, limits: atOnce });
    const fake = mesh.activities();
    let forbidden = true;
    const activities: Activities = {
      ...fake,
      writeSource: (input) =>
        forbidden && input.unit === unit
          ? Promise.reject(new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret root-cert' }))
          : fake.writeSource(input),
    };
    const { handle, until } = await meshes.begin(activities);
    const stopped = await until({ state: 'stopped' });
    const then = updatesOnPage(stopped);
    expect(await then()).toEqual(['retry']);
    await handle.executeUpdate(pause, { args: [undefined] });
    await until({ state: 'paused' });
    await eventually(async () => expect(await then()).toEqual(['resume', 'retry']));
    await handle.executeUpdate(resume, { args: [undefined] });
    await until({ state: 'stopped' });
    forbidden = false;
    await handle.executeUpdate(retry, { args: [undefined] });
    await expect(handle.result()).resolves.toMatchObject({ state: 'completed', versionsWritten: 12 });
  });
});

describe.concurrent('an abort', () => {
  it.each([
    ...spots.map((spot) => ({ ...spot, states: [spot.phase === 'distribute' ? 'S1' : 'S2'] })),
    { where: 'at a barrier', activity: 'inspectCa' as const, states: [] },
  ])('$where leaves every unit in a trust state with a name', async ({ states, ...spot }) => {
    const mesh = await heldAt(spot, async ({ gate, handle }) => {
      await handle.executeUpdate(abort, { args: [{ reason: 'another day' }] });
      if (spot.activity === 'writeSource') gate.open();
      await expect(handle.result()).resolves.toMatchObject({ state: 'aborted' });
      const { standing, command } = await handle.query(status);
      expect(command).toMatchObject({ name: 'abort', reason: 'another day' });
      for (const { state } of standing?.units ?? []) expect([...states, 'S0', 'S1']).toContain(state);
      expect(standing?.unsafe ?? []).toEqual([]);
    });
    for (const name of units) expect(mesh.unit(name).chain).toContain(mesh.unit(name).signer);
  });

  it('ends what is paused, too, and says until when the mesh is safe', async () => {
    const { handle, until } = await whileLeavesRenew();
    await handle.executeUpdate(pause, { args: [undefined] });
    await until({ state: 'paused' });
    await handle.executeUpdate(abort, { args: [undefined] });
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted' });
    const { standing, phases } = await handle.query(status);
    expect(standing?.units.map(({ state }) => state)).toEqual(['S1', 'S1']);
    expect(standing?.until?.notAfter).toBe('2099-01-01T00:00:00.000Z');
    expect(phases.map(({ state }) => state)).toEqual(['left', 'waiting', 'waiting']);
  });

  it('makes a set whole that a failed write has torn, and waits for a person where it cannot', async () => {
    const mesh = new FakeMesh({ units: [unit], limits: atOnce });
    const fake = mesh.activities();
    let torn = true;
    const of: { handle?: Begun['handle'] } = {};
    const activities: Activities = {
      ...fake,
      writeSource: async (input) => {
        if (!torn || input.stage !== 'signer') return fake.writeSource(input);
        await Promise.resolve();
        throw new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret ca-cert' });
      },
      observeUnit: async (input) => {
        const observed = await fake.observeUnit(input);
        const isTorn = torn && mesh.calls.some((call) => call.endsWith('chain-of-both'));
        return isTorn && (await of.handle?.query(status))?.state === 'aborting'
          ? { ...observed, source: { ...observed.source, signer: undefined } }
          : observed;
      },
    };
    const { handle, until } = await meshes.begin(activities);
    of.handle = handle;
    await until({ state: 'stopped' });
    await handle.executeUpdate(abort, { args: [undefined] });
    await meshes.harness.until(
      handle,
      ({ state, phases }) => state === 'aborting' && phases[1]?.clusters[0]?.state === 'stopped',
    );
    torn = false;
    await handle.executeUpdate(retry, { args: [undefined] });
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted' });
    expect(mesh.unit(unit).chain).toContain(mesh.unit(unit).signer);
  });

  it('finishes no write whose signer somebody has ceased to trust meanwhile', async () => {
    const mesh = new FakeMesh({ units: [unit], limits: atOnce });
    const fake = mesh.activities();
    let phase: 'cut off' | 'distrusted' | 'mended' = 'cut off';
    const isTorn = () => phase !== 'mended' && mesh.calls.some((call) => call.endsWith('chain-of-both'));
    const activities: Activities = {
      ...fake,
      writeSource: (input) =>
        phase === 'cut off' && input.stage === 'signer'
          ? Promise.reject(new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret ca-cert' }))
          : fake.writeSource(input),
      observeUnit: async (input) => {
        const { source, clusters, ...observed } = await fake.observeUnit(input);
        const seen =
          phase === 'distrusted'
            ? clusters.map((each) => ({ ...each, trust: [{ roots: [rootA], count: 4 }] }))
            : clusters;
        return { ...observed, source: isTorn() ? { ...source, signer: undefined } : source, clusters: seen };
      },
    };
    const { handle, until } = await meshes.begin(activities);
    await until({ state: 'stopped' });
    phase = 'distrusted';
    await handle.executeUpdate(abort, { args: [undefined] });
    await meshes.harness.until(
      handle,
      ({ state, phases }) =>
        state === 'aborting' && phases[1]?.clusters[0]?.stopped?.code === 'SIGNER_NOT_TRUSTED',
    );
    expect(mesh.calls.filter((call) => call.endsWith('write signer'))).toEqual([]);
    phase = 'mended';
    await handle.executeUpdate(retry, { args: [undefined] });
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted' });
  });
});
