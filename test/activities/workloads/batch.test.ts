import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseBatch } from '../../../activities/workloads/batch.ts';
import type { Verdict } from '../../../activities/workloads/census.ts';
import { ownersOf } from '../../../activities/workloads/owners.ts';
import type { Rollable } from '../../../activities/workloads/rollable.ts';
import type { Rollout } from '../../../activities/workloads/rollout.ts';

const mark = 'r1/distribute/add-roots';
const settings = {
  ...{ ttlSeconds: undefined, longestTtlSeconds: 86_400, fromFiles: false },
  ...{ graceRatio: 0.5, graceJitter: 0.01 },
};

interface Workload {
  readonly stale?: boolean;
  readonly readable?: boolean;
  readonly terminating?: boolean;
  readonly down?: string;
  readonly mark?: string;
  readonly rollout?: Rollout['state'];
}

/** Every workload has one pod, named like itself. */
function choose(workloads: Readonly<Record<string, Workload>>, batchPercent: number) {
  const rollables = new Map<string, Rollable>();
  const verdicts = Object.entries(workloads).map(([name, workload]): Verdict => {
    const { stale = true, readable = true, terminating = false, down } = workload;
    const state = workload.rollout ?? 'done';
    const rollout = state === 'done' ? { state } : { state, text: 'because' };
    const where = { namespace: 'shop', name, uid: name };
    rollables.set(name, { kind: 'StatefulSet', ...where, selector: '', mark: workload.mark, rollout });
    const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name, uid: name, controller: true };
    const made = { createdAt: undefined, mark: undefined, version: '1.30.3' };
    const pod = { ...where, ...made, owner, terminating, down, unborn: false, settings };
    return { pod, why: stale ? 'is stale' : undefined, renewal: undefined, readable };
  });
  const { going, next, later, spent, unmanaged } = chooseBatch(verdicts, ownersOf(rollables, new Map()), {
    mark,
    batchPercent,
  });
  const names = (rollable: readonly Rollable[]) => rollable.map(({ name }) => name);
  return { going: names(going), next: names(next), later: names(later), spent: names(spent), unmanaged };
}

test('a batch is a part of all owners that have proxies, and at least one', () => {
  const ten = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`w${i}`, { stale: i < 5 }]));
  expect(choose(ten, 30)).toMatchObject({ next: ['w0', 'w1', 'w2'], later: ['w3', 'w4'] });
  expect(choose(ten, 1)).toMatchObject({ next: ['w0'], later: ['w1', 'w2', 'w3', 'w4'] });
  expect(choose(ten, 100)).toMatchObject({ next: ['w0', 'w1', 'w2', 'w3', 'w4'], later: [] });
});

test('a rollout for this stage that goes on is gone on with, and takes its place', () => {
  const workloads = { a: { mark, rollout: 'going' }, b: {}, c: {}, d: { stale: false } } as const;
  expect(choose(workloads, 25)).toMatchObject({ going: ['a'], next: [], later: ['b', 'c'] });
  expect(choose(workloads, 50)).toMatchObject({ going: ['a'], next: ['b'], later: ['c'] });
});

test('another stage’s rollout does not keep an owner from being restarted', () => {
  expect(choose({ a: { mark: 'r1/activate/signer', rollout: 'going' } }, 50)).toMatchObject({ next: ['a'] });
});

test('pods that end or have not started, and converged ones, are no reason for a restart', () => {
  const workloads = { a: { terminating: true }, b: { down: 'has not started' }, c: { stale: false } };
  expect(choose(workloads, 100)).toEqual({ going: [], next: [], later: [], spent: [], unmanaged: [] });
});

test.each([true, false])(
  'an owner is restarted once for a stage, whether readable (%s) or not',
  (readable) => {
    expect(choose({ a: { readable } }, 100)).toMatchObject({ next: ['a'], spent: [] });
    expect(choose({ a: { readable, mark } }, 100)).toMatchObject({ next: [], later: [], spent: ['a'] });
  },
);

test('an owner that another restart would not help leaves its place to others', () => {
  const workloads = { a: { mark }, b: {}, c: {}, d: { mark, rollout: 'going' } } as const;
  expect(choose(workloads, 50)).toMatchObject({ going: ['d'], next: ['b'], later: ['c'], spent: ['a'] });
});

test('a stale pod whose owner a new template does not roll is named', () => {
  expect(choose({ a: { rollout: 'manual' } }, 100)).toMatchObject({
    next: [],
    unmanaged: ['shop/a (StatefulSet a: because)'],
  });
});

test('every stale owner is in the batch, remains or is spent, and no batch is larger than it may be', () => {
  const workload = fc.record({
    stale: fc.boolean(),
    rollout: fc.constantFrom<Rollout['state']>('done', 'going'),
    mark: fc.constantFrom(mark, 'other'),
  });
  fc.assert(
    fc.property(fc.array(workload, { maxLength: 30 }), fc.integer({ min: 1, max: 100 }), (list, percent) => {
      const { going, next, later, spent } = choose(Object.fromEntries(list.entries()), percent);
      const stale = list.filter((one, i) => one.stale && !going.includes(String(i)));
      expect(next.length + later.length + spent.length).toBe(stale.length);
      expect(next.length).toBeLessThanOrEqual(Math.max(1, Math.floor((list.length * percent) / 100)));
      if (going.length === 0 && stale.length > spent.length) expect(next.length).toBeGreaterThan(0);
    }),
  );
});
