import { fromDer, type Node } from './asn1.ts';
import { oids } from './oids.ts';
import { children, content, dotted, isTagged, isTrue } from './read-asn1.ts';

/** The values of a certificate's extensions that paths and identities depend on. */
export interface ReadExtensions {
  /** The uniformResourceIdentifier names of subjectAltName, such as SPIFFE IDs. */
  readonly uris: readonly string[];
  /** How many further CAs may stand below a CA; undefined for no limit. */
  readonly pathLength: number | undefined;
  readonly subjectKeyId: Buffer | undefined;
}

/** Reads a SEQUENCE OF Extension. */
export function readExtensions(extensions: readonly Node[]): ReadExtensions {
  const valueOf = (type: string): Node | undefined => {
    const found = extensions.find((extension) => dotted(children(extension)[0]) === type);
    return found === undefined ? undefined : fromDer(content(children(found).at(-1)));
  };
  const types = extensions.map((extension) => dotted(children(extension)[0]));
  if (new Set(types).size < types.length) throw new Error('expected each extension once');
  const names = valueOf(oids.subjectAltName);
  const constraints = valueOf(oids.basicConstraints);
  const keyId = valueOf(oids.subjectKeyIdentifier);
  return {
    uris: names === undefined ? [] : urisOf(names),
    pathLength: constraints === undefined ? undefined : pathLengthOf(constraints),
    subjectKeyId: keyId === undefined ? undefined : content(keyId),
  };
}

function urisOf(names: Node): readonly string[] {
  return children(names)
    .filter((name) => isTagged(name, 6))
    .map((name) => content(name).toString('ascii'));
}

function pathLengthOf(constraints: Node): number | undefined {
  const [isCa, limit] = children(constraints);
  if (!isTrue(isCa) || limit === undefined) return undefined;
  const length = content(limit).readIntBE(0, content(limit).length);
  if (length < 0) throw new Error('expected a pathLenConstraint from 0 on');
  return length;
}
