import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import type { CaRef } from '../../rotation/wanted.ts';
import { status } from '../../workflows/signals.ts';
import { atOnce, FakeMesh } from './fake-mesh.ts';
import { Harness } from './harness.ts';
import { turned } from './turned.ts';

const units = ['aks-weu-1', 'aks-neu-1'];
const ca: CaRef = { kind: 'root', directory: '/ca', issuer: 'rootKey' };
const disposed = units.map((unit) => `${unit} disposed of`);

const forbidden = () =>
  Promise.reject(new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret ca-key-meshturn-next' }));

describe('the way back of a rotation whose intermediates are made by an issuer', () => {
  let harness: Harness;
  let mesh: FakeMesh;
  beforeAll(async () => {
    harness = await Harness.createLocal();
  });
  afterAll(() => harness.close());

  function ledBack(change: (fake: Activities) => Partial<Activities>) {
    mesh = new FakeMesh({ units, limits: atOnce });
    const fake = mesh.activities();
    return turned(harness, { ...fake, ...change(fake) }, { ca });
  }

  const noSigner = (fake: Activities): Partial<Activities> => ({
    writeSource: (input) =>
      input.phase === 'activate' && 'directory' in input.ca ? forbidden() : fake.writeSource(input),
  });

  it('disposes of what was staged though nothing was written', async () => {
    await ledBack(() => ({ writeSource: forbidden }));
    expect(mesh.calls.filter((call) => call.endsWith('disposed of')).toSorted()).toEqual(disposed.toSorted());
  });

  it('names the units whose keys it could not dispose of, and is not kept by them', async () => {
    const { keysLeft, memo } = await ledBack((fake) => ({
      ...noSigner(fake),
      disposeStaged: (input) => (input.unit === units[0] ? forbidden() : fake.disposeStaged(input)),
    }));
    expect(keysLeft).toEqual({ units: [units[0]], more: 0 });
    expect(memo).toMatchObject({
      meshturn: { keysLeft: expect.stringContaining(`KEYS_LEFT: ${units[0] ?? ''}`) as string },
    });
    expect(mesh.evidence.at(-1)).toMatchObject({ kind: 'end', state: 'rolledBack', keysLeft });
    expect(mesh.calls.filter((call) => call.endsWith('disposed of'))).toEqual([disposed[1]]);
  });

  it('ends before anything is disposed of', async () => {
    await ledBack(noSigner);
    expect(mesh.calls.slice(-2).toSorted()).toEqual(disposed.toSorted());
    expect(mesh.calls.at(-3)).toMatch(/converged$/);
  });

  it('has its keys disposed of by its way back, though it was terminated', async () => {
    const of: unknown[] = [];
    mesh = new FakeMesh({ units, limits: atOnce });
    const fake = mesh.activities();
    const disposeStaged: Activities['disposeStaged'] = (input) => {
      of.push(input.rotationId);
      return fake.disposeStaged(input);
    };
    await harness.with({ ...fake, disposeStaged }, async () => {
      const handle = await harness.start({ ca: { kind: 'root', before: 'r-lost', issued: true } });
      expect(await handle.result()).toMatchObject({ state: 'rolledBack' });
      expect(of).toEqual(['r-lost', 'r-lost']);
    });
  });

  it('leaves nothing to be disposed of to the way back where nobody issues', async () => {
    mesh = new FakeMesh({ units, limits: atOnce });
    await harness.with(mesh.activities(), async () => {
      const handle = await harness.start({ ca: { kind: 'root', before: 'r-lost' } });
      expect(await handle.result()).toMatchObject({ state: 'rolledBack' });
      expect(await handle.query(status)).not.toHaveProperty('keysLeft');
      expect(mesh.calls.filter((call) => call.endsWith('disposed of'))).toEqual([]);
    });
  });
});
