import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { abort, rollback } from '../../workflows/signals.ts';
import { fingerprint, rootA } from './fake-ca.ts';
import { atOnce, FakeMesh } from './fake-mesh.ts';
import { type Begun, Meshes } from './meshes.ts';

let meshes: Meshes;
beforeAll(async () => {
  meshes = await Meshes.open();
});
afterAll(() => meshes.close());

const units = ['aks-weu-1', 'aks-neu-1'];
const code = 'EVIDENCE_STORE_FORBIDDEN';

/** A mesh whose store of evidence takes nothing while it is away. */
class Unkept {
  readonly mesh = new FakeMesh({ units, limits: atOnce });
  isAway = false;
  readonly activities: Activities;

  constructor(change: (fake: Activities, its: Unkept) => Partial<Activities> = () => ({})) {
    const fake = this.mesh.activities();
    this.activities = {
      ...fake,
      storeEvidence: (input) =>
        this.isAway
          ? Promise.reject(new Problem(code, { object: 'container evidence' }))
          : fake.storeEvidence(input),
      ...change(fake, this),
    };
  }

  expectAsItWas(): void {
    for (const name of units) {
      const signer = fingerprint(`A ${name}`);
      expect(this.mesh.unit(name)).toMatchObject({ roots: [rootA], signer, chain: [signer] });
    }
  }
}

function stopIn({ phases }: RotationProgress, phase: number): string | undefined {
  return phases[phase]?.clusters.find(({ stopped }) => stopped !== undefined)?.stopped?.code;
}

/** The first unit of activate has stopped, and the store has gone away then. */
async function refused(): Promise<Unkept & Begun> {
  const its = new Unkept((fake, unkept) => ({
    checkHandshakes: (input) => {
      if (unkept.isAway) return fake.checkHandshakes(input);
      unkept.isAway = true;
      return Promise.reject(new Problem('HANDSHAKE_REFUSED', { object: 'leaf of aks-weu-1' }));
    },
  }));
  const begun = await meshes.begin(its.activities);
  await meshes.harness.until(begun.handle, (progress) => stopIn(progress, 1) === 'HANDSHAKE_REFUSED');
  return Object.assign(its, begun);
}

/** Units that have proven their step have stopped for its evidence alone. */
async function unkept(): Promise<Unkept & Begun> {
  const its = new Unkept((fake, unkept) => ({
    writeSource: (input) => {
      unkept.isAway = true;
      return fake.writeSource(input);
    },
  }));
  const begun = await meshes.begin(its.activities);
  await meshes.harness.until(
    begun.handle,
    ({ phases }) => phases[0]?.clusters.every(({ stopped }) => stopped?.code === code) === true,
  );
  return Object.assign(its, begun);
}

const stops = [
  { where: 'after a refused handshake', stop: refused, state: 'S2' },
  { where: 'where units have stopped for it alone', stop: unkept, state: 'S1' },
];

describe.concurrent('a store of evidence that takes nothing', () => {
  it.each(stops)('keeps no rotation from being aborted $where', async ({ stop, state }) => {
    const { handle, until } = await stop();
    await handle.executeUpdate(abort, { args: [undefined] });
    const { standing, phases } = await until({ state: 'aborted' });
    expect(standing?.unsafe).toEqual([]);
    expect(standing?.units.map((unit) => unit.state)).toContain(state);
    const lines = phases.flatMap(({ clusters }) => clusters.flatMap(({ evidence }) => evidence));
    expect(lines).toContain(`evidence: not kept, ${code}`);
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted' });
  });

  it.each(stops)('keeps no mesh from being led back $where', async ({ stop }) => {
    const its = await stop();
    const kept = its.mesh.evidence.length;
    await its.handle.executeUpdate(rollback, { args: [undefined] });
    await its.until({ state: 'rolledBack', rollsBack: 'r-1' });
    its.expectAsItWas();
    expect(its.mesh.evidence).toHaveLength(kept);
  });

  it('keeps no way back that is started anew', async () => {
    const its = await unkept();
    await its.handle.executeUpdate(abort, { args: [undefined] });
    await its.until({ state: 'aborted' });
    const before = 'r-1';
    const back = await meshes.begin(its.activities, { rotationId: 'r-2', ca: { kind: 'root', before } });
    await back.until({ state: 'rolledBack', rollsBack: before });
    its.expectAsItWas();
  });
});
