import { boolean, octets, oid, sequence, tagged, taggedBytes, toDer, type Node } from '../../../pki/asn1.ts';

export function extension(type: string, critical: boolean, value: Node): Node {
  return sequence(oid(type), ...(critical ? [boolean(true)] : []), octets(toDer(value)));
}

export function purposes(...types: readonly string[]): Node {
  return extension('2.5.29.37', false, sequence(...types.map(oid)));
}

/** GeneralSubtrees of one kind of name: 2 DNS, 6 URI. */
export function nameConstraints(o: {
  readonly kind: 2 | 6;
  readonly permitted?: readonly string[];
  readonly excluded?: readonly string[];
}): Node {
  const trees = (names: readonly string[]) =>
    names.map((name) => sequence(taggedBytes(o.kind, Buffer.from(name, 'ascii'))));
  return extension(
    '2.5.29.30',
    true,
    sequence(
      ...(o.permitted === undefined ? [] : [tagged(0, ...trees(o.permitted))]),
      ...(o.excluded === undefined ? [] : [tagged(1, ...trees(o.excluded))]),
    ),
  );
}
