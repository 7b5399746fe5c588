import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createIstiodActivities } from '../../../activities/istiod/activities.ts';
import type { KnownUnit, Served } from '../../../activities/contract.ts';
import { makeIntermediate, makeRoot, type Issuer } from '../../../pki/make.ts';
import { eventually } from '../../support/eventually.ts';
import { addRevision, fleet, istioNamespace, mesh, startMesh, type Mesh, type SetOfFiles } from './mesh.ts';

const [rootA, rootB] = [makeRoot({ commonName: 'Root A' }), makeRoot({ commonName: 'Root B' })];
const signer = makeIntermediate({ issuer: rootA, commonName: 'Intermediate A' });
const another = makeIntermediate({ issuer: rootA, commonName: 'Intermediate X' });
const proven: SetOfFiles = { roots: [rootA, rootB], signer, chain: [signer, rootA] };
const profiles = [
  { name: 'west' },
  // Without multi-root only a restart brings another bundle.
  { name: 'east', vault: 'kv-east', multiRoot: false },
];

let running: Mesh;
beforeAll(async () => {
  running = await startMesh(proven, profiles);
});
afterAll(async () => {
  await running.close();
});

const prints = (issuers: readonly Issuer[]) => issuers.map(({ cert }) => cert.fingerprint);

const served = ({ roots, signer: { cert }, chain }: SetOfFiles): Served => ({
  expect: { roots: prints(roots), signer: cert.fingerprint },
  chain: prints(chain),
});

async function look(
  unit: string,
  set = proven,
  patience = 0,
  more: Pick<KnownUnit, 'serves' | 'holds'> = {},
  leases?: readonly string[],
) {
  const { watchUnits } = createIstiodActivities({ world: running.world });
  const units = [{ unit, controlPlanes: [unit], ...served(set), ...more }];
  return watchUnits({ fleet, mesh, rotationId: 'r1', units, patience, leases });
}

describe('a unit that was proven', () => {
  it('is as it was, whoever writes the same contents again', async () => {
    running.put('kv-west', proven);
    await expect(look('west')).resolves.toMatchObject({ replicas: 2, regressions: [] });
  });

  it('has each replica probed that was added since', async () => {
    running.clusters
      .get('west')
      ?.cluster.store.change('deployments', istioNamespace, 'istiod-asm-1-30', (deployment) => ({
        ...deployment,
        spec: { ...(deployment['spec'] as object), replicas: 3 },
      }));
    await eventually(async () => {
      await expect(look('west')).resolves.toMatchObject({ replicas: 3, regressions: [] });
    });
  });
});

describe('a version that somebody wrote by hand', () => {
  beforeEach(() => void running.put('kv-west', proven));

  it.each<[string, SetOfFiles, string]>([
    ['a root removed', { ...proven, roots: [rootA] }, 'roots'],
    ['a root added', { ...proven, roots: [rootA, rootB, makeRoot({ commonName: 'Root C' })] }, 'roots'],
    ['the order swapped', { ...proven, roots: [rootB, rootA] }, 'roots'],
    ['another intermediate', { ...proven, signer: another, chain: [another, rootA] }, 'signer'],
    ['a torn set', { ...proven, signer: another }, 'signer'],
    ['another chain', { ...proven, chain: [signer, another, rootA] }, 'chain'],
  ])('is named: %s', async (_, set, what) => {
    running.put('kv-west', set);
    const { regressions } = await look('west');
    expect(regressions).toMatchObject([{ unit: 'west', code: 'SOURCE_CHANGED_BY_OTHER' }]);
    expect(regressions[0]?.message).toContain(what);
    expect(regressions[0]?.message).toMatch(/in version [0-9a-f]{32}/);
    expect(regressions[0]?.hint).toContain('az keyvault secret set');
  });
});

describe('a lease on a CA source', () => {
  it('is named where it is another rotation’s, unless any is to be taken over', async () => {
    running.put('kv-west', proven);
    const lease = `r0 ${new Date(Date.now() + 60_000).toISOString()} w`;
    running.vault('kv-west').store.update('root-cert', undefined, { tags: { 'meshturn-lease': lease } });
    const found = async (leases?: readonly string[]) =>
      (await look('west', proven, 0, {}, leases)).regressions;
    await expect(found(['r1'])).resolves.toMatchObject([{ unit: 'west', code: 'HELD_BY_OTHER_ROTATION' }]);
    // One that has turned back owns what the way forth has left.
    await expect(found(['r1', 'r0'])).resolves.toEqual([]);
    await expect(found(undefined)).resolves.toEqual([]);
    running.put('kv-west', proven);
  });
});

describe('an istiod that serves something else', () => {
  it('is named by its pods, though the source holds what was proven', async () => {
    const set = { ...proven, roots: [rootA, rootB, makeRoot({ commonName: 'Root C' })] };
    running.put('kv-east', set);
    const { regressions } = await look('east', set);
    expect(regressions).toMatchObject([{ unit: 'east', code: 'ISTIOD_REGRESSED' }]);
    expect(regressions[0]?.message).toMatch(/east\/istiod-asm-1-30-\S+: hands out 2 roots/);
  });

  it('is right where it has not loaded what was written, and may serve the set of before', async () => {
    const set = { ...proven, roots: [rootA, rootB, makeRoot({ commonName: 'Root C' })] };
    running.put('kv-east', set);
    await expect(look('east', set, 0, { serves: [served(set), served(proven)] })).resolves.toMatchObject({
      regressions: [],
    });
    const { regressions } = await look('east', set, 0, {
      serves: [served(set), { ...served(proven), chain: prints([signer]) }],
    });
    expect(regressions).toMatchObject([{ code: 'ISTIOD_REGRESSED' }]);
    expect(regressions[0]?.message).toContain('hands out 2 roots that are not the 3 expected');
  });

  it('is not asked where nobody knows what it serves, though the source is', async () => {
    const set = { ...proven, roots: [rootA, rootB, makeRoot({ commonName: 'Root C' })] };
    running.put('kv-east', set);
    await expect(look('east', set, 0, { serves: [] })).resolves.toMatchObject({ regressions: [] });
    const { regressions } = await look('east', proven, 0, { serves: [] });
    expect(regressions).toMatchObject([{ code: 'SOURCE_CHANGED_BY_OTHER' }]);
    await expect(look('east', proven, 0, { serves: [served(proven)], holds: [] })).resolves.toMatchObject({
      regressions: [],
    });
  });

  it('is right, and so is its source, where a write may have reached that or not', async () => {
    const set = { ...proven, roots: [rootA, rootB, makeRoot({ commonName: 'Root C' })] };
    const may = { serves: [served(proven)], holds: [served(proven), served(set)] };
    for (const held of [proven, set]) {
      running.put('kv-east', held);
      await expect(look('east', set, 0, may)).resolves.toMatchObject({ regressions: [] });
    }
    running.put('kv-east', { ...proven, roots: [rootA] });
    const { regressions } = await look('east', set, 0, may);
    expect(regressions).toMatchObject([{ code: 'SOURCE_CHANGED_BY_OTHER' }]);
    expect(regressions[0]?.message).toMatch(/expected roots [^,]+, [^,]+, found roots/);
  });

  it('is no matter where the second look finds it right', async () => {
    const set = { ...proven, roots: [...proven.roots, makeRoot({ commonName: 'Root D' })] };
    running.put('kv-west', set);
    await eventually(async () => {
      await expect(look('west', set, 1)).resolves.toMatchObject({ regressions: [] });
    });
  });
});

it('names a revision that reads its CA from elsewhere', async () => {
  const west = running.clusters.get('west');
  if (west === undefined) throw new RangeError('expected west');
  addRevision(west, 'asm-1-31', (text) => text.replaceAll('"kv-west"', '"kv-other"'));
  await eventually(async () => {
    await expect(look('west')).resolves.toMatchObject({
      regressions: [{ unit: 'west', code: 'REVISION_SOURCES_DIFFER' }],
    });
  });
});
