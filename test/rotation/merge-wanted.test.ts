import { expect, it } from 'vitest';
import { mergeWanted, otherRoots } from '../../rotation/merge-wanted.ts';
import { wantedOfUnits } from '../../rotation/wanted-of-units.ts';
import { toB } from './support.ts';

const ca = { kind: 'root', directory: '/ca' } as const;
const pages = ['u1', 'u2'].map((unit) => ({ reach: undefined, wanted: wantedOfUnits(toB(), [unit]) }));

it('puts together what was read of a new CA group by group, each fact once', () => {
  const merged = mergeWanted(ca, pages);
  expect(merged.signers).toEqual(toB().signers);
  const facts = merged.certificates.map(({ fingerprint }) => fingerprint);
  expect(facts.toSorted()).toEqual(['B', 'b1', 'b2']);
});

it('finds the group whose workers have other roots in their folder', () => {
  expect(otherRoots(pages)).toBeUndefined();
  const other = { reach: 'dmz', wanted: { ...toB(), roots: ['X'] } };
  expect(otherRoots([...pages, other])).toBe(other);
});
