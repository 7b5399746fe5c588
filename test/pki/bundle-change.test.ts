import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bundleChange, repeatedIn } from '../../pki/bundle-change.ts';
import { composeBundle } from '../../pki/bundle.ts';
import { makeRoot } from '../../pki/make.ts';

const roots = ['A', 'B', 'C', 'D'].map((commonName) => makeRoot({ commonName }).cert);
const [a, b, c] = roots;
const bundle = fc.array(fc.constantFrom(...roots), { maxLength: 6 });
type Bundle = typeof roots;

const change = (before: Bundle, after: Bundle) =>
  bundleChange(composeBundle(before), composeBundle(after), 'bundle');
const setOf = (certificates: Bundle | ReturnType<typeof change>['added']) =>
  new Set(certificates.map(({ fingerprint }) => fingerprint));

test('what is added and what is removed make the one set of the other', () => {
  fc.assert(
    fc.property(bundle, bundle, (before, after) => {
      const { added, removed, sameSet } = change(before, after);
      expect(setOf(added)).toEqual(setOf(after).difference(setOf(before)));
      expect(setOf(removed)).toEqual(setOf(before).difference(setOf(after)));
      expect(sameSet).toBe(setOf(before).symmetricDifference(setOf(after)).size === 0);
    }),
  );
});

test('the way back is the same change turned round', () => {
  const turned = { same: 'same', grown: 'shrunk', shrunk: 'grown', rewritten: 'rewritten' };
  fc.assert(
    fc.property(bundle, bundle, (before, after) => {
      const [there, back] = [change(before, after), change(after, before)];
      expect(back.bytes).toBe(turned[there.bytes]);
      expect(back.reordered).toBe(there.reordered);
      expect(setOf(back.added)).toEqual(setOf(there.removed));
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
  ['a root added', [a], [a, b], 'grown', false],
  ['a root added and told twice', [a], [a, b, b], 'grown', false],
  ['the last root removed', [a, b], [a], 'shrunk', false],
  ['a middle root removed', [a, b, c], [a, c], 'rewritten', false],
  ['two roots changed about', [a, b], [b, a], 'rewritten', true],
  ['nothing changed', [a, b], [a, b], 'same', false],
])('%s: what an istiod that compares bytes makes of it', (_, before, after, bytes, reordered) => {
  const known = (bundle: readonly (Bundle[number] | undefined)[]) => bundle.flatMap((one) => one ?? []);
  expect(change(known(before), known(after))).toMatchObject({ bytes, reordered });
});

test('other line ends are other bytes, and the same set', () => {
  const text = composeBundle(roots);
  const { bytes, sameSet } = bundleChange(text, text.replaceAll('\n', '\r\n'), 'bundle');
  expect({ bytes, sameSet }).toEqual({ bytes: 'rewritten', sameSet: true });
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
