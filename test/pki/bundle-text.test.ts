import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appended, cutOut, joined, removed } from '../../pki/bundle-text.ts';
import { composeBundle, oneContainsOther, parseBundle } from '../../pki/bundle.ts';
import { makeRoot } from '../../pki/make.ts';

const roots = ['A', 'B', 'C', 'D'].map((commonName) => makeRoot({ commonName }).cert);
const bundle = fc.array(fc.constantFrom(...roots), { maxLength: 6 });
const comment = fc.constantFrom('', '# Root\n', '\n', 'subject=CN = A\r\n');

/** Bundles as hands leave them: comments, CRLF, blank lines, or no newline at the end. */
const byHand = fc
  .tuple(fc.array(fc.tuple(comment, fc.constantFrom(...roots)), { maxLength: 6 }), fc.boolean(), fc.boolean())
  .map(([parts, crlf, cut]) => {
    const text = parts.map(([before, { pem }]) => before + pem).join('');
    const lines = crlf ? text.replaceAll(/\r?\n/g, '\r\n') : text;
    return cut ? lines.trimEnd() : lines;
  });

const named = (text: string): readonly string[] =>
  parseBundle(text, 'bundle').map(({ fingerprint }) => fingerprint);
const fingerprints = (certificates: typeof roots): readonly string[] =>
  certificates.map(({ fingerprint }) => fingerprint);

test('what is appended stands behind the old bytes, which stay as they are', () => {
  fc.assert(
    fc.property(byHand, bundle, (text, more) => {
      const whole = appended(text, more);
      expect(whole.startsWith(text)).toBe(true);
      expect(named(whole)).toEqual([...named(text), ...fingerprints(more)]);
      expect(oneContainsOther(text, whole)).toBe(true);
      if (more.length > 0) expect(whole).toMatch(/-----END CERTIFICATE-----\n$/);
      if (more.length === 0) expect(whole).toBe(text);
    }),
  );
});

test('of texts that are joined each keeps its bytes, and no block runs into the next', () => {
  fc.assert(
    fc.property(fc.array(byHand, { maxLength: 4 }), (texts) => {
      const whole = joined(...texts);
      expect(named(whole)).toEqual(texts.flatMap(named));
      for (const text of texts) expect(whole).toContain(text);
    }),
  );
});

test('certificates are removed whole, and those that stay keep their bytes and order', () => {
  fc.assert(
    fc.property(byHand, fc.uniqueArray(fc.nat(5), { maxLength: 6 }), (text, places) => {
      const rest = removed(text, new Set(places));
      expect(named(rest)).toEqual(named(text).filter((_, place) => !places.includes(place)));
      const kept = parseBundle(text, 'bundle').filter((_, place) => !places.includes(place));
      for (const { pem } of kept) expect(rest).toContain(pem.trimEnd());
    }),
  );
});

test('what is left of a bundle that loses certificates at its ends is contained in the old one', () => {
  fc.assert(
    fc.property(byHand, fc.nat(6), fc.nat(6), (text, atBegin, atEnd) => {
      const count = named(text).length;
      const places = Array.from({ length: count }, (_, place) => place).filter(
        (place) => place < atBegin || place >= count - atEnd,
      );
      expect(text).toContain(removed(text, new Set(places)));
    }),
  );
});

test('what is removed after it was appended leaves the bundle as it was, but for a newline at its end', () => {
  fc.assert(
    fc.property(bundle, bundle, (before, more) => {
      const text = composeBundle(before);
      const places = new Set(more.map((_, place) => before.length + place));
      expect(removed(appended(text, more), places)).toBe(text);
    }),
  );
});

test('a run is cut out with what stands within it, and nothing around it', () => {
  const [a, b, c] = roots.map(({ pem }) => pem);
  const text = `# one\n${a}# two\n${b}\n# three\n${c}`;
  expect(cutOut(text, 0, 2)).toBe(`${a}# two\n${b}`);
  expect(cutOut(text, 1, 3)).toBe(`${b}\n# three\n${c}`);
});
