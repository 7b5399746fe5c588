import { oid, sequence, setOf, toDer, utf8, type Node } from './asn1.ts';
import { oids } from './oids.ts';
import { children, content, dotted } from './read-asn1.ts';

export interface NameParts {
  readonly organization?: string | undefined;
  readonly locality?: string | undefined;
  readonly commonName?: string | undefined;
}

/** A distinguished name; an empty one where nothing is given. */
export function encodeName({ organization, locality, commonName }: NameParts): Node {
  const attributes: (readonly [string, string | undefined])[] = [
    [oids.organization, organization],
    [oids.locality, locality],
    [oids.commonName, commonName],
  ];
  return sequence(
    ...attributes.flatMap(([type, value]) =>
      value === undefined ? [] : [setOf(sequence(oid(type), utf8(value)))],
    ),
  );
}

/** What a name says of a locality, in order. */
export function localitiesOf(name: Node): readonly string[] {
  return attributesOf(name).flatMap(({ type, value }) =>
    type === oids.locality ? [content(value).toString('utf8')] : [],
  );
}

/** The attribute types that Go's pkix.Name has fields for, in the order in which its String prints them before Go 1.26. */
const known = [
  ['2.5.4.5', 'SERIALNUMBER'],
  ['2.5.4.3', 'CN'],
  ['2.5.4.17', 'POSTALCODE'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.7', 'L'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.10', 'O'],
  ['2.5.4.6', 'C'],
] as const;

/** Go keeps only the last of these where a name has several. */
const single = new Set(['CN', 'SERIALNUMBER']);

/**
 * A name as istiod prints it: Go's pkix.Name.String, which sorts the attributes by its own fields rather
 * than by their order in the certificate, and puts unknown ones last, as hexadecimal DER. An istiod that was built with
 * Go 1.26 prints O and OU before L and what is alike: such names are for people to read, and are never compared with
 * what an istiod has printed.
 */
export function printName(name: Node): string {
  const attributes = attributesOf(name);
  const named = known.flatMap(([type, short]) => {
    const values = attributes.filter((a) => a.type === type).map((a) => escape(content(a.value)));
    const kept = single.has(short) ? values.slice(-1) : values;
    return kept.length === 0 ? [] : [kept.map((value) => `${short}=${value}`).join('+')];
  });
  const others = attributes
    .filter(({ type }) => !known.some(([other]) => other === type))
    .map(({ type, value }) => `${type}=#${hexOf(value)}`);
  return [...named, ...others.reverse()].join(',');
}

/**
 * All attributes of a name, each once for every time that it is there, in an order of their own: two names spell alike
 * where they have the same attributes with the same values, whatever string types these are written in.
 */
export function spelledName(name: Node): string {
  const rank = (type: string): number => known.findIndex(([other]) => other === type);
  const attributes = attributesOf(name).map(({ type, value }) => {
    const short = known[rank(type)]?.[1];
    const written = value === undefined ? undefined : textOf(value);
    const isText = short !== undefined && written !== undefined;
    const spelled = isText ? `${short}=${escape(Buffer.from(written))}` : `${type}=#${hexOf(value)}`;
    return { order: short === undefined ? known.length : rank(type), spelled };
  });
  return attributes
    .toSorted((a, b) => a.order - b.order || (a.spelled < b.spelled ? -1 : 1))
    .map(({ spelled }) => spelled)
    .join(',');
}

/** The universal tags of strings (X.680), and how their bytes are read. */
const encodings: ReadonlyMap<number, (bytes: Buffer) => string> = new Map([
  [12, (bytes) => bytes.toString('utf8')],
  [19, (bytes) => bytes.toString('latin1')],
  [20, (bytes) => bytes.toString('latin1')],
  [22, (bytes) => bytes.toString('latin1')],
  [
    30,
    (bytes) =>
      Buffer.from(bytes.subarray(0, bytes.length & ~1))
        .swap16()
        .toString('utf16le'),
  ],
]);

function textOf(value: Node): string | undefined {
  return encodings.get(value.type.valueOf())?.(content(value));
}

function hexOf(value: Node | undefined): string {
  return value === undefined ? '' : toDer(value).toString('hex');
}

function attributesOf(name: Node): readonly { readonly type: string; readonly value: Node | undefined }[] {
  return children(name).flatMap((rdn) =>
    children(rdn).map((attribute) => {
      const [type, value] = children(attribute);
      return { type: dotted(type), value };
    }),
  );
}

/**
 * What moves the cursor of a terminal, ends a line or turns the direction of writing: C0, DEL, C1, the separators of
 * lines and paragraphs, and the marks of bidirectional text.
 */
const unseen = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** Whether a text has characters that change how others are shown. */
export function hasUnseen(text: string): boolean {
  return unseen.test(text);
}

/** Whether any value of a name has. */
export function nameHasUnseen(name: Node): boolean {
  return attributesOf(name).some(({ value }) => value !== undefined && hasUnseen(textOf(value) ?? ''));
}

/** Special characters behind a backslash, and those that are not seen by the bytes of their UTF-8 (RFC 4514, 2.4). */
function escape(value: Buffer): string {
  const characters = Array.from(value.toString('utf8'));
  return characters
    .map((character, index) => {
      const first = index === 0;
      const last = index === characters.length - 1;
      if (hasUnseen(character)) return bytesOf(character);
      const special =
        ',+"\\<>;'.includes(character) ||
        (character === ' ' && (first || last)) ||
        (character === '#' && first);
      return special ? `\\${character}` : character;
    })
    .join('');
}

function bytesOf(character: string): string {
  return Buffer.from(character).toString('hex').replaceAll(/../g, '\\$&');
}
