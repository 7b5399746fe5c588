import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeName, hasUnseen, nameHasUnseen, printName, spelledName } from '../../pki/name.ts';

test.each([
  ['an escape sequence', 'Root\u001b[2K', 'CN=Root\\1b[2K'],
  ['the end of a line', 'Root\r\nB', 'CN=Root\\0d\\0aB'],
  ['an introducer of C1', '\u009b2K', 'CN=\\c2\\9b2K'],
  ['a separator of lines', 'a\u2028b', 'CN=a\\e2\\80\\a8b'],
  ['a turn of direction', '\u202eB tooR', 'CN=\\e2\\80\\aeB tooR'],
  ['letters that are no ASCII', 'Größe 根', 'CN=Größe 根'],
])('a name with %s is printed as it is to be seen', (_, commonName, printed) => {
  const name = encodeName({ commonName });
  expect(printName(name)).toBe(printed);
  expect(spelledName(name)).toBe(printed);
  expect(nameHasUnseen(name)).toBe(hasUnseen(commonName));
});

test('no name is printed with anything that is not seen, and no two are printed alike', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '0', 'd', '\\', ',', ' ', '\r', '\u202e', '\u0085') });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const printed = [one, other].map((commonName) => printName(encodeName({ commonName })));
      for (const each of printed) expect(hasUnseen(each)).toBe(false);
      expect(printed[0] === printed[1]).toBe(one === other);
    }),
  );
});
