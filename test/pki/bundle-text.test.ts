import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutOut, joined } from '../../pki/bundle-text.ts';
import { parseBundle } from '../../pki/bundle.ts';
import { makeRoot } from '../../pki/make.ts';

const roots = ['A', 'B', 'C', 'D'].map((commonName) => makeRoot({ commonName }).cert);
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

test('of texts that are joined each keeps its bytes, and no block runs into the next', () => {
  fc.assert(
    fc.property(fc.array(byHand, { maxLength: 4 }), (texts) => {
      const whole = joined(...texts);
      expect(named(whole)).toEqual(texts.flatMap(named));
      for (const text of texts) expect(whole).toContain(text);
    }),
  );
});

test('certificates are cut out of either end whole, and what is left is contained in the old text', () => {
  fc.assert(
    fc.property(byHand, fc.nat(6), fc.nat(6), (text, first, end) => {
      fc.pre(first < end && end <= named(text).length);
      const rest = cutOut(text, first, end);
      expect(named(rest)).toEqual(named(text).slice(first, end));
      expect(text).toContain(rest);
    }),
  );
});

test('a run is cut out with what stands within it, and nothing around it', () => {
  const [a, b, c] = roots.map(({ pem }) => pem);
  const text = `# one\n${a}# two\n${b}\n# three\n${c}`;
  expect(cutOut(text, 0, 2)).toBe(`${a}# two\n${b}`);
  expect(cutOut(text, 1, 3)).toBe(`${b}\n# three\n${c}`);
});
