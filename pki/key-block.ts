import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import type { Node } from './asn1.ts';
import { children } from './read-asn1.ts';
import { hasNamedCurve } from './spki.ts';

const { Type } = forge.asn1;

/** What stands behind the version in the form that each label is for: PKCS#1, SEC1 and PKCS#8. */
const seconds: ReadonlyMap<string, forge.asn1.Type> = new Map([
  ['RSA PRIVATE KEY', Type.INTEGER],
  ['EC PRIVATE KEY', Type.OCTETSTRING],
  ['PRIVATE KEY', Type.SEQUENCE],
]);

/**
 * The key in a PEM block, as istiod reads one: by its label, which OpenSSL does not go by. Undefined where Go reads none,
 * or where it is encrypted. Why is not told: no part of a key may get into an error.
 */
export function readKeyBlock({
  label,
  text,
}: {
  readonly label: string;
  readonly text: string;
}): KeyObject | undefined {
  try {
    const key = createPrivateKey(text);
    const second = seconds.get(label);
    if (second === undefined) return key;
    const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
    return isInForm(bytesOf(text), second) && hasNamedCurve(spki) ? key : undefined;
  } catch {
    return undefined;
  }
}

function isInForm(der: Buffer, second: forge.asn1.Type): boolean {
  const buffer = forge.util.createBuffer(der.toString('binary'));
  // Behind PKCS#1 alone Go takes no further bytes.
  const parseAllBytes = second === Type.INTEGER;
  const whole: Node = forge.asn1.fromDer(buffer, { strict: true, parseAllBytes, decodeBitStrings: false });
  return children(whole)[1]?.type === second;
}

/** Without the headers that a block may begin with. */
function bytesOf(text: string): Buffer {
  const lines = text.split('\n').slice(1, -1);
  const first = lines.findLastIndex((line) => line.includes(':')) + 1;
  return Buffer.from(lines.slice(first).join(''), 'base64');
}
