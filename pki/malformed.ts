import { fromDer, type Node } from './asn1.ts';
import type { Certificate } from './certificate.ts';
import { malformedConstraints } from './malformed-constraints.ts';
import { extensionTypes } from './profile.ts';
import { children, content, dotted, isTagged } from './read-asn1.ts';

/** What is in a certificate that Go does not read, where OpenSSL does; undefined where there is nothing. */
export function malformedIn(certificate: Certificate): string | undefined {
  try {
    return malformed(certificate);
  } catch {
    return 'what cannot be read';
  }
}

function malformed({ der, profile }: Certificate): string | undefined {
  const fields = children(children(fromDer(der))[0]);
  const start = isTagged(fields[0], 0) ? 1 : 0;
  if (profile.version > 3) return `version ${profile.version} of X.509`;
  const [issuer, validity, subject] = fields.slice(start + 2);
  const isTime = children(validity).every((time) => times.get(time.type.valueOf())?.test(textOf(time)));
  if (!isTime) return 'a time that is not in UTC to the second';
  return (
    [issuer, subject].map(malformedName).find((found) => found !== undefined) ??
    profile.extensions
      .filter(({ type, value }) => !isExtension(type, value))
      .map(({ type }) => `an extension ${type} that is not what that says`)[0]
  );
}

/** By the universal tags of UTCTime and GeneralizedTime. */
const times: ReadonlyMap<number, RegExp> = new Map([
  [23, /^\d{12}Z$/],
  [24, /^\d{14}Z$/],
]);

/** The strings that Go reads in a name, by their universal tags, and their alphabets: `*` and `&` it lets pass. */
const strings: ReadonlyMap<number, RegExp> = new Map([
  [12, /^/],
  [18, /^[0-9 ]*$/],
  [19, /^[A-Za-z0-9 '()+,\-./:=?*&]*$/],
  [20, /^/],
  [22, /^[\0-\x7f]*$/],
  [30, /^/],
]);

function malformedName(name: Node | undefined): string | undefined {
  const values = children(name).flatMap((rdn) => children(rdn).map((attribute) => children(attribute)[1]));
  for (const value of values) {
    const alphabet = strings.get(value?.type.valueOf() ?? -1);
    if (alphabet === undefined) return 'a name in a type of string that istiod does not know';
    if (!alphabet.test(textOf(value))) return 'a name with a character that its type of string has not';
  }
  return undefined;
}

const shapes: ReadonlyMap<string, (value: Node) => boolean> = new Map([
  [extensionTypes.nameConstraints, (value) => !malformedConstraints(value)],
  ['2.5.29.17', (value) => children(value).every(isName)],
  ['2.5.29.32', (value) => children(value).every(beginsWithType)],
  ['1.3.6.1.5.5.7.1.1', (value) => children(value).every(beginsWithType)],
]);

function isExtension(type: string, value: Buffer): boolean {
  try {
    return shapes.get(type)?.(fromDer(value)) ?? true;
  } catch {
    return false;
  }
}

function beginsWithType(node: Node): boolean {
  const [type] = children(node);
  return type?.type.valueOf() === 6 && dotted(type) !== '';
}

/** A GeneralName: of mail, DNS, URI and IP it is known what they look like. */
function isName(node: Node): boolean {
  const kind = node.type.valueOf();
  if (kind === 7) return [4, 16].includes(content(node).length);
  if (![1, 2, 6].includes(kind)) return true;
  const text = textOf(node);
  return /^[\0-\x7f]*$/.test(text) && (kind !== 6 || URL.canParse(text));
}

function textOf(node: Node | undefined): string {
  return content(node).toString('latin1');
}
