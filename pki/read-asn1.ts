import forge from 'node-forge';
import type { Node } from './asn1.ts';

/** The parts of a constructed node, such as a sequence. */
export function children(node: Node | undefined): readonly Node[] {
  if (node === undefined || !Array.isArray(node.value)) throw new Error('expected a constructed ASN.1 value');
  return node.value;
}

/** The content of a primitive node. */
export function content(node: Node | undefined): Buffer {
  if (node === undefined || typeof node.value !== 'string')
    throw new Error('expected a primitive ASN.1 value');
  return Buffer.from(node.value, 'binary');
}

/** The bytes of a bit string of whole bytes. */
export function bitContent(node: Node | undefined): Buffer {
  return content(node).subarray(1);
}

export function dotted(node: Node | undefined): string {
  return forge.asn1.derToOid(forge.util.createBuffer(content(node).toString('binary')));
}

export function isTagged(node: Node | undefined, tag: number): boolean {
  return node?.tagClass === forge.asn1.Class.CONTEXT_SPECIFIC && node.type.valueOf() === tag;
}

/** Whether it is a BOOLEAN that holds true. */
export function isTrue(node: Node | undefined): boolean {
  return (
    node?.tagClass === forge.asn1.Class.UNIVERSAL &&
    node.type === forge.asn1.Type.BOOLEAN &&
    content(node).some((byte) => byte !== 0)
  );
}
