import { expect, it } from 'vitest';
import { mergeWanted, otherRoots } from '../../rotation/merge-wanted.ts';
import { wantedOfUnits } from '../../rotation/wanted-of-units.ts';
import { toB } from './support.ts';

const ca = { kind: 'root', directory: '/ca' } as const;
const pages = ['u1', 'u2'].map((unit) => ({
  reach: undefined,
  units: [unit],
  wanted: wantedOfUnits(toB(), [unit]),
}));

it('puts together what was read of a new CA group by group, each fact once', () => {
  const merged = mergeWanted(ca, pages);
  expect(merged.signers).toEqual(toB().signers);
  const facts = merged.certificates.map(({ fingerprint }) => fingerprint);
  expect(facts.toSorted()).toEqual(['B', 'b1', 'b2']);
});

it('keeps apart what units of different groups trusted before a rotation', () => {
  const former = { kind: 'root', before: 'r-1' } as const;
  const [first, second] = pages.map(({ wanted, ...page }, i) => ({
    ...page,
    wanted: { ...wanted, roots: i === 0 ? ['A'] : ['A', 'C'] },
  }));
  if (first === undefined || second === undefined) throw new Error('expected two pages');
  expect(mergeWanted(former, [first, second])).toMatchObject({
    roots: ['A'],
    unitRoots: { u2: ['A', 'C'] },
    exact: true,
  });
});

it('finds the group whose workers have other roots in their folder', () => {
  expect(otherRoots(pages)).toBeUndefined();
  const other = { reach: 'dmz', units: ['u3'], wanted: { ...toB(), roots: ['X'] } };
  expect(otherRoots([...pages, other])).toBe(other);
});
