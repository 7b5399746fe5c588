import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bundleChange, repeatedIn } from '../../pki/bundle-change.ts';
import { composeBundle } from '../../pki/bundle.ts';
import { makeRoot } from '../../pki/make.ts';

const roots = ['A', 'B', 'C', 'D'].map((commonName) => makeRoot({ commonName }).cert);
const [a, b, c] = roots;
const bundle = fc.array(fc.constantFrom(...roots), { maxLength: 6 });
type Bundle = typeof roots;

const bundleOf = (certificates: Bundle) => ({ text: composeBundle(certificates), certificates });
const change = (before: Bundle, after: Bundle) => bundleChange(bundleOf(before), bundleOf(after));
const setOf = (certificates: readonly Bundle[number][]) =>
  new Set(certificates.map(({ fingerprint }) => fingerprint));

test('what is removed is what the other has no more, each once', () => {
  fc.assert(
    fc.property(bundle, bundle, (before, after) => {
      const { removed } = change(before, after);
      expect(setOf(removed)).toEqual(setOf(before).difference(setOf(after)));
      expect(removed).toHaveLength(setOf(removed).size);
    }),
  );
});

test('the way back is the same change turned round', () => {
  fc.assert(
    fc.property(bundle, bundle, (before, after) => {
      const [there, back] = [change(before, after), change(after, before)];
      expect(back.rewritten).toBe(there.rewritten);
      expect(back.reordered).toBe(there.reordered);
    }),
  );
});

test('an order is found changed exactly where those that both hold stand otherwise', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(roots), fc.shuffledSubarray(roots), (before, after) => {
      const [left, right] = [before, after].map((one, index, both) =>
        one.filter((certificate) => both[1 - index]?.includes(certificate)),
      );
      expect(change(before, after).reordered).toBe(left?.some((one, place) => one !== right?.[place]));
    }),
  );
});

test.each([
  ['a root added', [a], [a, b], false, false],
  ['a root added and told twice', [a], [a, b, b], false, false],
  ['the last root removed', [a, b], [a], false, false],
  ['a middle root removed', [a, b, c], [a, c], true, false],
  ['two roots changed about', [a, b], [b, a], true, true],
  ['nothing changed', [a, b], [a, b], false, false],
])('%s: what an istiod that compares bytes makes of it', (_, before, after, rewritten, reordered) => {
  const known = (bundle: readonly (Bundle[number] | undefined)[]) => bundle.flatMap((one) => one ?? []);
  expect(change(known(before), known(after))).toMatchObject({ rewritten, reordered });
});

test('other line ends are other bytes, and the same set', () => {
  const before = bundleOf(roots);
  const after = { ...before, text: before.text.replaceAll('\n', '\r\n') };
  expect(bundleChange(before, after)).toEqual({ removed: [], reordered: false, rewritten: true });
});

test('certificates that stand there more than once are named, each once', () => {
  fc.assert(
    fc.property(bundle, (certificates) => {
      const more = certificates.filter((one) => certificates.filter((other) => other === one).length > 1);
      const repeated = repeatedIn(certificates);
      expect(setOf(repeated)).toEqual(setOf(more));
      expect(repeated).toHaveLength(setOf(more).size);
    }),
  );
});
