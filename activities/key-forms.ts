import { isRandom } from './random-run.ts';

/** What stands in the place of a value that is hidden. */
export const hidden = '[long value]';

/**
 * A text without keys in the forms, other than PEM, that programs write them in: JWK, bytes in hexadecimal as openssl
 * prints them with `-text`, and base64 or hexadecimal that is folded into lines of whatever length.
 */
export function withoutKeyForms(text: string): string {
  return text
    .replaceAll(quotedMember, `$1${hidden}`)
    .replaceAll(bareMember, (whole, name: string, value: string) =>
      isRandom(value) || isHex(value) ? `${name}${hidden}` : whole,
    )
    .replaceAll(bytes, (run, offset: number, whole: string) =>
      isFingerprint(run, whole.slice(0, offset)) ? run : hidden,
    )
    .replaceAll(folded, (run) => (isFolded(run) ? hidden : run));
}

/** What only a private JWK has, in JSON, also in a text of JSON, and as others print such a value. */
const quotedMember = /((\\{0,7}["'])(?:d|p|q|dp|dq|qi|k)\2\s*:\s*\2)(?:[\w+/=-]|\\\/){16,}/g;
const bareMember = /(?<![\w"'])((?:d|p|q|dp|dq|qi|k)\s*[:=]\s*)([\w+/=-]{20,})/g;

/** 16 or more, whatever is between two of them and over ends of lines. */
const bytes =
  /(?<![0-9a-z])(?:(?:0x)?[0-9a-f]{2}(?:[:-]|[:,]?(?:[\s|>]|\\[rn])+)){15,}(?:0x)?[0-9a-f]{2}(?![0-9a-z])/gi;

/** SHA-1 or SHA-256, as openssl writes them. */
function isFingerprint(run: string, before: string): boolean {
  const count = run.match(/[0-9a-f]{2}/gi)?.length;
  return (count === 20 || count === 32) && /fingerprint[ :=]{1,3}$/i.test(before.slice(-20));
}

const piece = /[A-Za-z0-9+/_=-]+/g;
/** Lines of one word each; the first may share its own with others, and the last as well where it is no short word. */
const folded =
  /(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_=-]{4,}(?:["',|>\\ \t]*(?:\r?\n|\\[rn])(?:[\s"',|>]|\\[rn])*(?:[A-Za-z0-9+/_=-]{8,}|[A-Za-z0-9+/_=-]+(?![A-Za-z0-9+/_=-])(?=[ \t]*(?:["'\\,|>}\]\r\n]|$))))+/g;

/** Characters that are looked at together, since there may be words before and behind; and how many are too few. */
const [together, tooFew] = [60, 40];
/** No key is missed by it: what is looked at overlaps. */
const step = 12;

function isFolded(run: string): boolean {
  // Of a line with a fingerprint nothing tells what it is but its length.
  const pieces = (run.match(piece) ?? []).filter((one) => !(isHex(one) && one.length === 64));
  const text = pieces.join('');
  if (text.length < tooFew) return false;
  if (pieces.filter(isHex).join('').length >= together) return true;
  for (let start = 0; start < text.length - together; start += step) {
    if (isRandom(text.slice(start, start + together))) return true;
  }
  return isRandom(text.slice(-together));
}

/** Of eight digits or more: shorter words may consist of these letters. */
function isHex(text: string): boolean {
  return /^[0-9a-f]{8,}$/i.test(text);
}
