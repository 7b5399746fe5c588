import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '../../problems/problem.ts';
import { unitWorkflowId } from '../../rotation/messages.ts';
import { memoOf } from '../../rotation/memo.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { abort, retry, rollback } from '../../workflows/signals.ts';
import { eventually } from '../support/eventually.ts';
import { atOnce, FakeMesh } from './fake-mesh.ts';
import { type Begun, Meshes } from './meshes.ts';
import { shownLines } from './shown.ts';

let meshes: Meshes;
beforeAll(async () => {
  meshes = await Meshes.open();
});
afterAll(() => meshes.close());

const units = ['aks-weu-1', 'aks-neu-1'];
const [unit] = units as [string];
const doubt =
  'HANDSHAKE_REFUSED: what was proven may not hold everywhere, so nothing vouches for the mesh until that is mended.';

type Fault = 'handshake' | 'load' | 'plan';

interface Refused extends Begun {
  /** What fails now. */
  readonly faults: Set<Fault>;
  readonly calls: readonly string[];
}

/** A rotation whose first new leaf was refused. */
async function refused(): Promise<Refused> {
  const mesh = new FakeMesh({ units, limits: atOnce });
  const fake = mesh.activities();
  const faults = new Set<Fault>(['handshake']);
  const unless = async <T>(
    fault: Fault,
    code: 'HANDSHAKE_REFUSED' | 'CLUSTER_FORBIDDEN',
    call: () => Promise<T>,
  ) => {
    if (faults.has(fault)) throw new Problem(code, { object: `what the ${fault} is about` });
    return call();
  };
  const begun = await meshes.begin({
    ...fake,
    checkHandshakes: (o) => unless('handshake', 'HANDSHAKE_REFUSED', () => fake.checkHandshakes(o)),
    awaitLoaded: (o) => unless('load', 'CLUSTER_FORBIDDEN', () => fake.awaitLoaded(o)),
    inspectCa: (o) => unless('plan', 'CLUSTER_FORBIDDEN', () => fake.inspectCa(o)),
  });
  expect(toldOf(await stoppedBy(begun, 'HANDSHAKE_REFUSED'))).toBe(doubt);
  return { ...begun, faults, calls: mesh.calls };
}

async function stoppedBy({ handle, until }: Begun, code: string): Promise<RotationProgress> {
  return eventually(async () => {
    const progress = await until({});
    const stops = progress.phases.flatMap(({ clusters }) => clusters.map(({ stopped }) => stopped?.code));
    expect([progress.stopped?.code, ...stops], handle.workflowId).toContain(code);
    return progress;
  });
}

const toldOf = (progress: RotationProgress) => memoOf(progress, new Date().toISOString()).safety;

describe.concurrent('a mesh in which a new leaf was refused', () => {
  it('is not called safe when the rotation was aborted', async () => {
    const { handle, until } = await refused();
    await handle.executeUpdate(abort, { args: [undefined] });
    const aborted = await until({ state: 'aborted' });
    expect(aborted.standing?.unsafe).toEqual([]);
    expect(toldOf(aborted)).toBe(doubt);
    await expect(handle.result()).resolves.toMatchObject({ safety: doubt });
  });

  it('is asked about again by the next rotation, which knows nothing of the doubt, before any other unit', async () => {
    const { handle, faults, calls, ...begun } = await refused();
    await handle.executeUpdate(abort, { args: [undefined] });
    const { mesh } = await begun.until({ state: 'aborted' });
    await handle.result();
    await meshes.harness.start({ rotationId: 'r-2', mesh });
    await begun.until({ id: 'r-2', state: 'stopped' });
    await stoppedBy({ ...begun, handle }, 'HANDSHAKE_REFUSED');
    expect(calls).not.toContain(`activate ${units[1]} write signer`);
    faults.clear();
    await handle.executeUpdate(retry, { args: [undefined] });
    await begun.until({ state: 'completed' });
    expect(calls).toContain(`activate ${units[1]} write signer`);
  });

  it('is not called safe when the unit stops by something else, until its stage is proven', async () => {
    const { faults, ...begun } = await refused();
    const { handle, until } = begun;
    faults.add('load').delete('handshake');
    await handle.executeUpdate(retry, { args: [undefined] });
    const { id, mesh, ...other } = await stoppedBy(begun, 'CLUSTER_FORBIDDEN');
    expect(toldOf({ id, mesh, ...other })).toBe(doubt);
    const key = { fleet: 'prod', mesh, rotationId: id, phase: 'activate', step: { unit } } as const;
    const page = meshes.harness.client.workflow.getHandle(unitWorkflowId(key));
    await eventually(async () => expect(await shownLines(page)).toContain(`- ${doubt}`));
    faults.delete('load');
    await handle.executeUpdate(retry, { args: [undefined] });
    const completed = await until({ state: 'completed' });
    expect(JSON.stringify(completed)).not.toContain('HANDSHAKE_REFUSED');
  });

  it('is not called safe on its way back', async () => {
    const { faults, ...begun } = await refused();
    const { handle, until } = begun;
    faults.add('plan');
    await handle.executeUpdate(rollback, { args: [undefined] });
    const planning = await until({ id: 'r-1-back', state: 'stopped' });
    expect(toldOf(planning)).toBe(doubt);
    faults.add('load').delete('plan');
    await handle.executeUpdate(retry, { args: [undefined] });
    const back = await eventually(async () => {
      const progress = await until({ id: 'r-1-back', state: 'stopped' });
      expect(progress.phases.some(({ state }) => state === 'stopped')).toBe(true);
      // Who stops after the retry would not be told.
      const states = progress.phases.flatMap(({ clusters }) => clusters.map(({ state }) => state));
      expect(states).not.toContain('running');
      return progress;
    });
    expect(toldOf(back)).toBe(doubt);
    faults.clear();
    await handle.executeUpdate(retry, { args: [undefined] });
    const led = await until({ state: 'rolledBack' });
    expect(JSON.stringify(led)).not.toContain('HANDSHAKE_REFUSED');
  });
});
