import { composeBundle } from './bundle.ts';
import type { Certificate } from './certificate.ts';

const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----(\r?\n)?/g;

/**
 * PEM texts one after the other, each byte for byte, and a newline after each that lacks it: an END and a BEGIN on one
 * line are no block to anybody.
 */
export function joined(...texts: readonly string[]): string {
  const some = texts.filter((text) => text !== '');
  return some.map((text, i) => (text.endsWith('\n') || i === some.length - 1 ? text : `${text}\n`)).join('');
}

/** A bundle with certificates at its end. The bytes that were there stay as they are, and are contained. */
export function appended(text: string, certificates: readonly Certificate[]): string {
  return joined(text, composeBundle(certificates));
}

/** From the first of a bundle's certificates to the one before `end`, with what stands between them. */
export function cutOut(text: string, first: number, end: number): string {
  const blocks = [...text.matchAll(block)];
  const last = blocks[end - 1];
  return text.slice(blocks[first]?.index, last === undefined ? undefined : last.index + last[0].length);
}

/**
 * A bundle without some of its certificates, which are named by their places. Where what is left is one run, it is
 * cut out whole, so that the old text contains it; otherwise the blocks go, and what stands around them stays.
 */
export function removed(text: string, places: ReadonlySet<number>): string {
  const blocks = [...text.matchAll(block)];
  const kept = blocks.flatMap((_, place) => (places.has(place) ? [] : [place]));
  if (kept.length === blocks.length) return text;
  const [first = 0] = kept;
  const end = (kept.at(-1) ?? -1) + 1;
  if (kept.length === 0) return '';
  if (kept.length === end - first) return cutOut(text, first, end);
  let place = -1;
  return text.replaceAll(block, (whole) => {
    place += 1;
    return places.has(place) ? '' : whole;
  });
}
