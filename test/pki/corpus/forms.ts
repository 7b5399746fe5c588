import {
  fromDer,
  oid,
  sequence,
  setOf as asn1Set,
  smallInteger,
  tagged,
  taggedBytes,
  type Node,
} from '../../../pki/asn1.ts';
import { encodeName } from '../../../pki/name.ts';
import { below, signedAs, type BadSet } from './bad-set.ts';
import { extension } from './extension.ts';

/** A primitive value of a universal type. */
function primitive(tag: number, text: string): Node {
  const bytes = Buffer.from(text, 'latin1');
  return fromDer(Buffer.concat([Buffer.of(tag, bytes.length), bytes]));
}

function named(tag: number, text: string): BadSet['files'] {
  return signedAs({ subject: sequence(asn1Set(sequence(oid('2.5.4.3'), primitive(tag, text)))) });
}

const [utc, generalized] = [23, 24];
function from(tag: number, text: string): BadSet['files'] {
  return signedAs({ times: [primitive(tag, text), primitive(utc, '491231235959Z')] });
}

const base = (kind: number, bytes: Buffer, ...bounds: readonly Node[]): Node =>
  sequence(tagged(1, sequence(taggedBytes(kind, bytes), ...bounds)));
/** A root with nameConstraints of such a value. */
function constrained(value: Node): BadSet['files'] {
  return below({ extensions: [extension('2.5.29.30', true, value)] });
}
function onDirectories(tag: 0 | 1, organization: string): BadSet['files'] {
  const tree = sequence(tagged(4, encodeName({ organization })));
  return below({ extensions: [extension('2.5.29.30', false, sequence(tagged(tag, tree)))] });
}

function having(type: string, value: Node): BadSet['files'] {
  return signedAs({ extensions: [extension(type, false, value)] });
}
const alternative = (kind: number, bytes: Buffer): BadSet['files'] =>
  having('2.5.29.17', sequence(taggedBytes(kind, bytes)));
const asksForPolicy = sequence(taggedBytes(0, Buffer.of(0)));

const malformed: readonly (readonly [name: string, files: BadSet['files']])[] = [
  ['a signer of version 2', signedAs({ version: 2 })],
  ['a signer of version 4', signedAs({ version: 4 })],
  ['a time with a difference to UTC', from(utc, '250101000000+0000')],
  ['a time with parts of a second', from(generalized, '20250101000000.5Z')],
  ['a PrintableString with an @', named(19, 'signer@example')],
  ['an IA5String beyond ASCII', named(22, 'Si\xe9')],
  ['a UniversalString', named(28, '\0\0\0S')],
  ['a NumericString with a letter', named(18, '12 a')],
  ['nameConstraints of nothing', constrained(sequence())],
  ['constraints on a URI that is an address', constrained(base(6, Buffer.from('10.0.0.1')))],
  ['constraints on a name of DNS with a blank', constrained(base(2, Buffer.from('a b..c')))],
  ['constraints on a name of DNS beyond ASCII', constrained(base(2, Buffer.from('a\xe9.x', 'latin1')))],
  ['constraints on three bytes of an address', constrained(base(7, Buffer.of(1, 2, 3)))],
  [
    'constraints on an address by a mask with a gap',
    constrained(base(7, Buffer.from('0a000000ff00ff00', 'hex'))),
  ],
  ['a URI that is none', alternative(6, Buffer.from('::%zz'))],
  ['an address of three bytes', alternative(7, Buffer.of(1, 2, 3))],
  ['a name of DNS beyond ASCII', alternative(2, Buffer.of(0xe9))],
  ['policies without their sequence', having('2.5.29.32', sequence(oid('1.2.3.4')))],
  [
    'access to authority information that is a number',
    having('1.3.6.1.5.5.7.1.1', sequence(smallInteger(1))),
  ],
];

/** What OpenSSL reads, or Go, and the other does not, or does not take. */
export const forms: readonly BadSet[] = [
  ...malformed.map(([name, files]): BadSet => ({ name, code: 'CERT_MALFORMED', files })),
  {
    name: 'constraints with a minimum',
    code: 'EXTENSION_UNKNOWN',
    files: constrained(base(6, Buffer.from('evil.example'), taggedBytes(0, Buffer.of(1)))),
  },
  {
    name: 'a directory that is not permitted, and not critical',
    code: 'EXTENSION_UNKNOWN',
    files: onDirectories(0, 'Other'),
  },
  {
    name: 'a directory that is excluded, and not critical',
    code: 'EXTENSION_UNKNOWN',
    files: onDirectories(1, 'Other'),
  },
  {
    name: 'a signer that asks for a policy',
    code: 'EXTENSION_UNKNOWN',
    files: having('2.5.29.36', asksForPolicy),
  },
  {
    name: 'a root that asks for a policy',
    code: undefined,
    files: below({ extensions: [extension('2.5.29.36', true, asksForPolicy)] }),
  },
  { name: 'a PrintableString with a dot', code: undefined, files: named(19, 'signer.example (1)') },
  {
    name: 'an empty base, which is for every name',
    code: undefined,
    files: constrained(base(1, Buffer.alloc(0))),
  },
  {
    name: 'a base of DNS with a leading dot',
    code: undefined,
    files: constrained(base(2, Buffer.from('.evil.example'))),
  },
  {
    name: 'every address, excluded',
    code: undefined,
    files: constrained(base(7, Buffer.alloc(8))),
  },
  { name: 'a policy', code: undefined, files: having('2.5.29.32', sequence(sequence(oid('1.2.3.4')))) },
  { name: 'a name of DNS of its own', code: undefined, files: alternative(2, Buffer.from('ca.example')) },
];
