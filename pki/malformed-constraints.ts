import type { Node } from './asn1.ts';
import { children, content } from './read-asn1.ts';

/** Whether the value of nameConstraints constrains nothing, or by what Go does not read as the base of names. */
export function malformedConstraints(value: Node): boolean {
  const subtrees = children(value);
  const bases = subtrees.flatMap((trees) => children(trees).map((tree) => children(tree)[0]));
  return subtrees.length === 0 || !bases.every((base) => base !== undefined && isBase(base));
}

/** At most 253 characters in labels of at most 63; a leading dot stands for what is below. Nothing stands for all. */
const host = /^(?=.{0,253}$)(?:\.?(?:[!--/-~]{1,63}\.)*[!--/-~]{1,63})?$/;
const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-f:]*:[0-9a-f:.]*\]?)$/i;

function isBase(base: Node): boolean {
  const kind = base.type.valueOf();
  if (kind === 7) return isRange(content(base));
  if (![1, 2, 6].includes(kind)) return true;
  const text = content(base).toString('latin1');
  if (kind === 1 && text.includes('@')) return /^[!-~]+@[!-~]+$/.test(text);
  return host.test(text) && (kind !== 6 || !address.test(text));
}

/** An address and a mask of as many bytes, whose ones all stand before its zeros. */
function isRange(bytes: Buffer): boolean {
  if (![8, 32].includes(bytes.length)) return false;
  const mask = [...bytes.subarray(bytes.length / 2)]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(mask);
}
