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
    .map(({ type, value }) => `${type}=#${value === undefined ? '' : toDer(value).toString('hex')}`);
  return [...named, ...others.reverse()].join(',');
}

function attributesOf(name: Node): readonly { readonly type: string; readonly value: Node | undefined }[] {
  return children(name).flatMap((rdn) =>
    children(rdn).map((attribute) => {
      const [type, value] = children(attribute);
      return { type: dotted(type), value };
    }),
  );
}

function escape(value: Buffer): string {
  const characters = Array.from(value.toString('utf8'));
  return characters
    .map((character, index) => {
      const first = index === 0;
      const last = index === characters.length - 1;
      const special =
        ',+"\\<>;'.includes(character) ||
        (character === ' ' && (first || last)) ||
        (character === '#' && first);
      return special ? `\\${character}` : character;
    })
    .join('');
}
