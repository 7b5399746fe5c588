import { describe, expect, it } from 'vitest';
import { defaults } from '../../fleet/defaults.ts';
import type { ClusterEntry } from '../../rotation/shape.ts';
import { survey } from '../../rotation/survey.ts';
import { unitsOf } from '../../rotation/units.ts';

const ref = { fleet: 'prod', mesh: 'payments' };
const head = {
  ...{ trustDomain: 'mesh.test', waveWidth: 10 },
  limits: defaults.limits,
};

function entry(cluster: string, more: Partial<ClusterEntry> = {}): ClusterEntry {
  const workloads = { mode: 'renew' } as const;
  const rest = { workloads, cronJob: 'wait', reach: undefined, source: undefined } as const;
  return { cluster, controlPlane: cluster, ...rest, ...more };
}

const source = (identity: string) => ({ identity, object: `secrets in ${identity}` });
const named = (count: number, more: Partial<ClusterEntry> = {}, prefix = 'c') =>
  Array.from({ length: count }, (_, i) => entry(`${prefix}${i}`, more));

/** Surveys clusters that come so many on a page; each has a source of its own. */
async function surveyed(clusters: readonly ClusterEntry[], onPage = 7) {
  const asked: (readonly [number, string | undefined])[] = [];
  const { shape } = await survey(ref, {
    listClusters: (after) => {
      const from = clusters.findIndex(({ cluster }) => cluster === after) + 1;
      const page = clusters.slice(from, from + onPage);
      const next = from + onPage < clusters.length ? page.at(-1)?.cluster : undefined;
      return Promise.resolve({ ...head, clusters: page, next });
    },
    findSources: (names, reach) => {
      asked.push([names.length, reach]);
      return Promise.resolve(names.map((cluster) => ({ cluster, source: source(cluster) })));
    },
  });
  return { shape, asked };
}

describe('a survey', () => {
  it('reads every page of the fleet file, and looks at ten clusters a call', async () => {
    const clusters = named(25);
    const { shape, asked } = await surveyed(clusters);
    expect(shape).toMatchObject({ ...ref, ...head });
    expect(shape.units.map(({ unit }) => unit)).toEqual(clusters.map(({ cluster }) => cluster));
    expect(asked).toEqual([
      [10, undefined],
      [10, undefined],
      [5, undefined],
    ]);
  });

  it('looks at clusters of a group by calls of their own, and at none of which the file tells the source', async () => {
    const clusters = [
      ...named(2, { reach: 'dmz' }, 'far'),
      ...named(3),
      ...named(4, { source: source('kv') }, 'told'),
      entry('remote', { controlPlane: 'c0' }),
    ];
    const { shape, asked } = await surveyed(clusters);
    expect(asked).toEqual([
      [2, 'dmz'],
      [3, undefined],
    ]);
    expect(shape.units.map(({ unit, clusters: served }) => [unit, served.length])).toEqual([
      ['far0', 1],
      ['far1', 1],
      ['c0', 2],
      ['c1', 1],
      ['c2', 1],
      ['told0', 4],
    ]);
  });
});

describe('clusters of one CA source', () => {
  const sources = new Map(named(30).map(({ cluster }) => [cluster, source('kv')]));

  it('are one unit, named after its first control plane', () => {
    const { units, splits } = unitsOf(named(3), sources);
    expect(units.map(({ unit, controlPlanes }) => [unit, controlPlanes])).toEqual([
      ['c0', ['c0', 'c1', 'c2']],
    ]);
    expect(splits).toEqual([]);
  });

  it('that are within reach of different workers are split, and so are those of different policies', () => {
    const [first, second] = [entry('c0', { cronJob: 'runNow' }), entry('c1', { reach: 'dmz' })];
    expect(unitsOf([first, second], sources).splits).toEqual([
      {
        ...{ code: 'UNIT_POLICY_SPLIT', object: 'secrets in kv' },
        found: 'cronJob: runNow in c0, cronJob: wait in c1',
      },
      { code: 'UNIT_REACH_SPLIT', object: 'secrets in kv', found: 'no reach in c0, reach: dmz in c1' },
    ]);
  });

  it('are not all named where there are many: the odd one is', () => {
    const clusters = [...named(29), entry('c29', { reach: 'dmz' })];
    const [split] = unitsOf(clusters, sources).splits;
    expect(split?.found).toMatch(/^no reach in c0, .*, reach: dmz in c29 and 18 more$/);
  });
});
