import { fromDer, toDer, type Node } from './asn1.ts';
import { bitContent, children, content, dotted, isTagged, isTrue } from './read-asn1.ts';
import { readSignedWith, type SignedWith } from './signed-with.ts';

/** What a certificate says of itself beyond names and times: what is asked of a new CA. */
export interface Profile {
  /** Of X.509. */
  readonly version: number;
  /** The bytes of its serial number as they are. */
  readonly serial: Buffer;
  /** Its SubjectPublicKeyInfo as it is written, DER: node takes much longer to write it anew. */
  readonly publicKeyInfo: Buffer;
  readonly signedWith: SignedWith;
  readonly extensions: readonly Extension[];
  /** keyIdentifier of authorityKeyIdentifier. */
  readonly authorityKeyId: Buffer | undefined;
  /** Whether keyUsage lets it sign certificates; undefined where it has none. */
  readonly mayCertify: boolean | undefined;
  /** Undefined where every purpose is allowed. */
  readonly purposes: readonly string[] | undefined;
  readonly constraints: NameConstraints | undefined;
}

interface Extension {
  readonly type: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

/** Names that certificates below may have, and may not (RFC 5280, 4.2.1.10). */
export interface NameConstraints {
  readonly permitted: readonly ConstrainedName[];
  readonly excluded: readonly ConstrainedName[];
}

interface ConstrainedName {
  /** The context-specific tag of GeneralName: 2 dNSName, 6 uniformResourceIdentifier. */
  readonly kind: number;
  /** Of dNSName and uniformResourceIdentifier: as it is written; hexadecimal otherwise. */
  readonly base: string;
  /** Whether it has a minimum or a maximum, which no verifier takes. */
  readonly isBounded: boolean;
}

export const extensionTypes = {
  keyUsage: '2.5.29.15',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extKeyUsage: '2.5.29.37',
} as const;

/** Reads it from a certificate. Throws where an extension is not what its type says. */
export function readProfile(certificate: Node): Profile {
  const [tbs, algorithm] = children(certificate);
  const fields = children(tbs);
  const first = isTagged(fields[0], 0) ? 1 : 0;
  const serial = fields[first];
  const publicKeyInfo = fields[first + 5];
  if (publicKeyInfo === undefined) throw new TypeError('expected a certificate with a public key');
  const field = fields.find((one) => isTagged(one, 3));
  const extensions = field === undefined ? [] : children(children(field)[0]).map(readExtension);
  const valueOf = (type: string): Node | undefined => {
    const found = extensions.find((one) => one.type === type);
    return found === undefined ? undefined : fromDer(found.value);
  };
  const authority = valueOf(extensionTypes.authorityKeyIdentifier);
  const usage = valueOf(extensionTypes.keyUsage);
  const purposes = valueOf(extensionTypes.extKeyUsage);
  const constraints = valueOf(extensionTypes.nameConstraints);
  const keyId = authority && children(authority).find((one) => isTagged(one, 0));
  const version = isTagged(fields[0], 0) ? content(children(fields[0])[0]) : Buffer.of(0);
  return {
    version: version.readUInt8(0) + 1,
    serial: content(serial),
    publicKeyInfo: toDer(publicKeyInfo),
    signedWith: readSignedWith(algorithm),
    extensions,
    authorityKeyId: keyId === undefined ? undefined : content(keyId),
    mayCertify: usage === undefined ? undefined : certifies(bitContent(usage)),
    purposes: purposes === undefined ? undefined : children(purposes).map(dotted),
    constraints: constraints === undefined ? undefined : readConstraints(constraints),
  };
}

function readExtension(node: Node): Extension {
  const parts = children(node);
  return {
    type: dotted(parts[0]),
    critical: parts.length === 3 && isTrue(parts[1]),
    value: content(parts.at(-1)),
  };
}

/** keyCertSign is the sixth bit from the left. */
function certifies(bits: Buffer): boolean {
  return ((bits[0] ?? 0) & 0x04) !== 0;
}

function readConstraints(node: Node): NameConstraints {
  const names = (tag: number) =>
    children(node)
      .filter((one) => isTagged(one, tag))
      .flatMap((subtrees) => children(subtrees).map((subtree) => nameOf(children(subtree))));
  return { permitted: names(0), excluded: names(1) };
}

function nameOf([node, ...bounds]: readonly Node[]): ConstrainedName {
  const isBounded = bounds.length > 0;
  const kind = node?.type.valueOf() ?? -1;
  const isText = kind === 2 || kind === 6;
  return { kind, base: isText ? content(node).toString('latin1') : '', isBounded };
}
