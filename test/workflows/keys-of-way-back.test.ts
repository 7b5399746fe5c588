import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activities } from '../../activities/contract.ts';
import { Problem } from '../../problems/problem.ts';
import type { RotationInput } from '../../rotation/messages.ts';
import { atOnce, FakeMesh } from './fake-mesh.ts';
import { Harness, rotationInput } from './harness.ts';
import { turned } from './turned.ts';

const units = ['aks-weu-1', 'aks-neu-1'] as const;
const [stays, leaves] = units;
const ca = { kind: 'root', directory: '/ca', issuer: 'rootKey' } as const;

type Disposal = Parameters<Activities['disposeStaged']>[0];

describe('the way back of a rotation that has staged keys', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.createLocal();
  });
  afterAll(() => harness.close());

  /** Led back where it may not write in `activate`; tells how it ends, and what it disposes of. */
  async function ledBack(input: Partial<RotationInput>, leavesIn?: 'distribute' | 'activate') {
    const mesh = new FakeMesh({ units, limits: atOnce });
    const fake = mesh.activities();
    const disposals: Disposal[] = [];
    let hasLeft = false;
    const change: Partial<Activities> = {
      listClusters: async (ref) => {
        const page = await fake.listClusters(ref);
        return { ...page, clusters: page.clusters.filter(({ cluster }) => !hasLeft || cluster !== leaves) };
      },
      writeSource: (write) => {
        if ('before' in write.ca) return fake.writeSource(write);
        hasLeft ||= write.phase === leavesIn;
        if (write.phase !== 'activate') return fake.writeSource(write);
        throw new Problem('KEY_VAULT_FORBIDDEN', { object: 'secret ca-key' });
      },
      disposeStaged: (disposal) => {
        disposals.push(disposal);
        return fake.disposeStaged(disposal);
      },
    };
    const { keysLeft } = await turned(harness, { ...fake, ...change }, { ca, ...input });
    return { keysLeft, disposals, end: mesh.evidence.at(-1) };
  }

  it.each([
    ['before the turn', 'distribute'],
    ['after it', 'activate'],
  ] as const)('names a unit that has left the mesh %s', async (_, phase) => {
    const { keysLeft, disposals, end } = await ledBack({}, phase);
    expect(disposals.map(({ unit }) => unit)).toEqual([stays]);
    expect(keysLeft).toEqual({ units: [leaves], more: 0 });
    expect(end).toMatchObject({ kind: 'end', state: 'rolledBack', keysLeft });
  });

  it('disposes too of what the way there was to take over, and of nothing else of others', async () => {
    const { policy } = rotationInput();
    const overrides = [{ invariant: 'HELD_BY_OTHER_ROTATION', reason: 'its server was lost' }];
    const { keysLeft, disposals } = await ledBack({ policy: { ...policy, overrides } });
    expect(disposals.map(({ takeOver }) => takeOver)).toEqual([true, true]);
    expect(keysLeft).toBeUndefined();
    const own = await ledBack({});
    expect(own.disposals.map(({ takeOver }) => takeOver)).toEqual([undefined, undefined]);
  });
});
