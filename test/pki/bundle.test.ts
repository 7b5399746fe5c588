import fc from 'fast-check';
import { expect, test } from 'vitest';
import { composeBundle, oneContainsOther, parseBundle } from '../../pki/bundle.ts';
import { makeRoot } from '../../pki/make.ts';
import { captured } from './fixtures.ts';

const roots = ['A', 'B', 'C', 'D'].map((commonName) => makeRoot({ commonName }).cert);
const bundles = fc.array(fc.constantFrom(...roots), { maxLength: 8 });
const between = fc
  .stringMatching(/^[a-z =#]{0,20}(\r?\n){0,2}$/)
  .map((text) => (text === '' ? '' : `${text}\n`));

test('reading a composed bundle gives the same certificates, in order, duplicates kept', () => {
  fc.assert(
    fc.property(bundles, (bundle) => {
      const read = parseBundle(composeBundle(bundle), 'bundle');
      expect(read.map(({ fingerprint }) => fingerprint)).toEqual(
        bundle.map(({ fingerprint }) => fingerprint),
      );
      expect(composeBundle(read)).toBe(composeBundle(bundle));
    }),
  );
});

test('text around the blocks changes none of their bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(between, fc.constantFrom(...roots)), { minLength: 1 }), (parts) => {
      const text = parts.map(([before, { pem }]) => before + pem).join('');
      expect(composeBundle(parseBundle(text, 'bundle'))).toBe(parts.map(([, { pem }]) => pem).join(''));
    }),
  );
});

test('a bundle contains what certificates were added to at either end', () => {
  fc.assert(
    fc.property(bundles, bundles, bundles, (before, middle, after) => {
      const whole = composeBundle([...before, ...middle, ...after]);
      expect(oneContainsOther(whole, composeBundle(middle))).toBe(true);
      expect(oneContainsOther(composeBundle(middle), whole)).toBe(true);
    }),
  );
});

test('a root taken from the middle leaves bundles of which neither contains the other', () => {
  const [a, b, c] = roots.map(({ pem }) => pem);
  expect(oneContainsOther(`${a}${b}${c}`, `${a}${c}`)).toBe(false);
});

test('the captured trust anchors of a proxy between the roots are both', () => {
  const subjects = parseBundle(captured('S1').roots, 'ROOTCA').map(({ subject }) => subject);
  expect(subjects).toEqual(['CN=Root A,O=Test', 'CN=Root B,O=Test']);
});

test('an empty text is an empty bundle, other text without a block is BAD_CERTIFICATE', () => {
  expect(parseBundle(' \n', 'root-cert')).toEqual([]);
  expect(() => parseBundle('hello', 'root-cert')).toThrow(
    expect.objectContaining({ code: 'BAD_CERTIFICATE' }),
  );
});
