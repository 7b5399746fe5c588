import forge from 'node-forge';
import { fromDer } from './asn1.ts';
import { oids } from './oids.ts';
import { bitContent, children, dotted } from './read-asn1.ts';

/** Whether the curve of a SubjectPublicKeyInfo (DER) is named, not spelled out by its parameters; true without a curve. */
export function hasNamedCurve(spki: Buffer): boolean {
  const { type, parameters } = read(spki);
  return type !== oids.ecPublicKey || parameters?.type === forge.asn1.Type.OID;
}

/** Whether its point is written as both of its coordinates (SEC 1, 2.3.3); true without a curve. */
export function hasWholePoint(spki: Buffer): boolean {
  const { type, key } = read(spki);
  return type !== oids.ecPublicKey || key[0] === 4;
}

function read(spki: Buffer) {
  const [algorithm, key] = children(fromDer(spki));
  const [type, parameters] = children(algorithm);
  return { type: dotted(type), parameters, key: bitContent(key) };
}
