import type { ProblemDetails } from '../../problems/problem.ts';
import type { CaCheck } from './check.ts';
import { textOf, toldOf, type SeenSet, type SeenText } from './seen-set.ts';
import { mostBytes } from './limits.ts';

/** What is asked of the four texts, before anything in them is compared. */
export const textChecks: readonly CaCheck[] = [
  {
    code: 'NOT_PEM',
    severity: 'fatal',
    expects: 'PEM in ASCII, from its first byte on',
    why: 'istiod reads PEM alone, and of a text behind a byte order mark it misses the first block. openssl reads DER where a program says so.',
    of: 'any',
    stricterThan: ['openssl'],
    find: (set) => toldOf(set, 'NOT_PEM'),
  },
  {
    code: 'KEY_AND_CERTIFICATE_SWAPPED',
    severity: 'fatal',
    expects: 'certificates in ca-cert, and the key in ca-key',
    why: 'nothing is signed with it, and the key would be handed out where certificates are',
    of: 'any',
    stricterThan: [],
    find: swapped,
  },
  {
    code: 'KEY_AMONG_CERTIFICATES',
    severity: 'fatal',
    expects: 'certificates only in what is handed out, and the key only in ca-key',
    why: 'verifiers pass over the key, and everyone who gets the certificates gets it; a certificate in ca-key nobody reads. A CA in use that has leaked its key so must be led away from.',
    of: 'new',
    stricterThan: ['openssl', 'go'],
    find: (set) =>
      swapped(set).length > 0
        ? []
        : [
            ...certificateTexts(set).flatMap(({ object, keyBlocks }) =>
              keyBlocks === 0
                ? []
                : [{ object, expected: 'certificates only', found: 'a PRIVATE KEY block' }],
            ),
            ...behindKey(set),
          ],
  },
  {
    code: 'KEY_ENCRYPTED',
    severity: 'fatal',
    expects: 'a key that opens without a password',
    why: 'istiod asks nobody for a password',
    of: 'any',
    stricterThan: [],
    find: (set) => toldOf(set, 'KEY_ENCRYPTED'),
  },
  {
    code: 'BAD_KEY',
    severity: 'fatal',
    expects:
      'a text that begins with one RSA, ECDSA or PKCS#8 key, in the form that its label is for, and on a curve that is named',
    why: 'istiod takes the first block of ca-key, whatever it is, reads it by its label, and goes no further',
    of: 'any',
    stricterThan: ['openssl'],
    find: badKey,
  },
  {
    code: 'KEYS_MANY',
    severity: 'fatal',
    expects: 'one private key in ca-key',
    why: 'istiod takes the first and passes over the rest: which one is meant is for a person to say',
    of: 'new',
    stricterThan: ['openssl', 'go'],
    find: (set) =>
      (textOf(set, 'key')?.keyBlocks ?? 0) > 1
        ? [
            {
              object: `ca-key of ${set.object}`,
              expected: 'one',
              found: String(textOf(set, 'key')?.keyBlocks),
            },
          ]
        : [],
  },
  {
    code: 'BAD_CERTIFICATE',
    severity: 'fatal',
    expects: 'whole blocks CERTIFICATE of one DER value each, and one of them in ca-cert',
    why: 'istiod passes over a block that it cannot read, and openssl over all behind the first that it cannot: a bundle would be shorter than it looks',
    of: 'any',
    stricterThan: ['openssl', 'go'],
    find: badCertificate,
  },
  {
    code: 'NO_CERTIFICATE',
    severity: 'fatal',
    expects: 'a root in root-cert',
    why: 'nothing verifies without a root',
    of: 'new',
    stricterThan: [],
    find: (set) =>
      toldOf({ ...set, texts: set.texts.filter(({ part }) => part === 'root') }, 'NO_CERTIFICATE'),
  },
  {
    code: 'BUNDLE_TOO_LARGE',
    severity: 'fatal',
    expects: `at most ${mostBytes.keyVaultSecret} bytes in each object, as a secret of Key Vault takes, and ${mostBytes.secret} in all, as a Secret does`,
    why: 'the write would be refused halfway through a set',
    of: 'new',
    stricterThan: ['openssl', 'go'],
    find: tooLarge,
  },
  {
    code: 'TEXT_AROUND_PEM',
    severity: 'warning',
    expects: 'nothing but blocks',
    why: 'every verifier passes over it, and what is written is composed of the blocks alone',
    of: 'new',
    stricterThan: [],
    find: (set) => toldOf(set, 'TEXT_AROUND_PEM'),
  },
  {
    code: 'CRLF_IN_PEM',
    severity: 'warning',
    expects: 'lines that end in a line feed alone',
    why: 'every verifier reads it; istiod up to 1.29 compares it byte by byte, so that it stays as it is once it is out',
    of: 'new',
    stricterThan: [],
    find: (set) => toldOf(set, 'CRLF_IN_PEM'),
  },
  {
    code: 'BLANK_LINES_IN_PEM',
    severity: 'warning',
    expects: 'no empty lines',
    why: 'every verifier passes over those between blocks, and what is written is composed without them',
    of: 'new',
    stricterThan: [],
    find: (set) =>
      certificateTexts(set).flatMap(({ object, pem }) =>
        /\n[ \t\r]*\n/.test(pem.trim() === '' ? '' : `\n${pem}`) ? [{ object, found: 'an empty line' }] : [],
      ),
  },
  {
    code: 'NEWLINE_MISSING',
    severity: 'warning',
    expects: 'a line feed at the end',
    why: 'by itself every verifier reads it; a file that is joined to it loses a certificate, and Meshturn puts the line feed there when it writes',
    of: 'new',
    stricterThan: [],
    find: (set) =>
      certificateTexts(set).flatMap(({ object, pem }) =>
        pem === '' || pem.endsWith('\n') ? [] : [{ object, found: 'an END line that ends the file' }],
      ),
  },
];

function certificateTexts({ texts }: SeenSet): readonly SeenText[] {
  return texts.filter(({ part }) => part !== 'key');
}

/** Before the key it is BAD_KEY. */
function behindKey(set: SeenSet): readonly ProblemDetails[] {
  const { object = '', certificates = [], firstLabel = '' } = textOf(set, 'key') ?? {};
  return certificates.length === 0 || !keyLabels.includes(firstLabel)
    ? []
    : [{ object, expected: 'the key alone', found: 'a CERTIFICATE block behind it' }];
}

function swapped(set: SeenSet): readonly ProblemDetails[] {
  const [cert, key] = [textOf(set, 'cert'), textOf(set, 'key')];
  if (cert === undefined || key === undefined) return [];
  const isSwapped =
    cert.keyBlocks > 0 &&
    cert.certificates.length === 0 &&
    key.keyBlocks === 0 &&
    key.certificates.length > 0;
  return isSwapped
    ? [{ object: set.object, expected: 'a certificate in ca-cert and a key in ca-key', found: 'the reverse' }]
    : [];
}

/** The labels of blocks that istiod reads a key from. */
const keyLabels = ['EC PRIVATE KEY', 'RSA PRIVATE KEY', 'PRIVATE KEY'];

function badKey(set: SeenSet): readonly ProblemDetails[] {
  const key = textOf(set, 'key');
  if (key === undefined || isOtherForm(key) || swapped(set).length > 0) return [];
  if (key.findings.some(({ code }) => code === 'KEY_ENCRYPTED')) return [];
  const { object, firstLabel } = key;
  const told = toldOf({ ...set, texts: [key] }, 'BAD_KEY');
  if (told.length > 0) return told;
  if (key.keyBlocks === 0) return [{ object }];
  if (firstLabel !== undefined && keyLabels.includes(firstLabel)) return [];
  return [{ object, expected: 'the key as the first block', found: `a block ${firstLabel} before it` }];
}

function isOtherForm({ findings }: SeenText): boolean {
  return findings.some(({ code }) => code === 'NOT_PEM');
}

function badCertificate(set: SeenSet): readonly ProblemDetails[] {
  const unread = certificateTexts(set).flatMap((text) =>
    toldOf({ ...set, texts: [text] }, 'BAD_CERTIFICATE'),
  );
  const lacking = certificateTexts(set).flatMap((text): ProblemDetails[] => {
    const { part, object, certificates, findings, bytes } = text;
    const isTold = findings.some(({ code }) => code === 'BAD_CERTIFICATE');
    if (isTold || isOtherForm(text) || text.keyBlocks > 0) return [];
    const count = certificates.length;
    if (part === 'cert' && count !== 1)
      return [{ object, expected: 'one PEM block CERTIFICATE', found: String(count) }];
    const isEmpty = bytes.toString('latin1').trim() === '';
    if (count === 0 && !isEmpty)
      return [{ object, expected: 'PEM blocks CERTIFICATE', found: 'text without any' }];
    return [];
  });
  return [...unread, ...lacking];
}

function tooLarge({ object, texts }: SeenSet): readonly ProblemDetails[] {
  const sized = texts.map(({ part, object: name, bytes }) => ({ part, name, size: bytes.length }));
  const parts = sized
    .filter(({ size }) => size > mostBytes.keyVaultSecret)
    .map(({ name, size }) => ({
      object: name,
      expected: `at most ${mostBytes.keyVaultSecret} bytes`,
      found: String(size),
    }));
  const all = sized.reduce((sum, { size }) => sum + size, 0);
  const whole = { object, expected: `at most ${mostBytes.secret} bytes in all`, found: String(all) };
  return all > mostBytes.secret ? [...parts, whole] : parts;
}
