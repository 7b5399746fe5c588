const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----(\r?\n)?/g;

/**
 * PEM texts one after the other, each byte for byte, and a newline after each that lacks it: an END and a BEGIN on one
 * line are no block to anybody.
 */
export function joined(...texts: readonly string[]): string {
  const some = texts.filter((text) => text !== '');
  return some.map((text, i) => (text.endsWith('\n') || i === some.length - 1 ? text : `${text}\n`)).join('');
}

/** From the first of a bundle's certificates to the one before `end`, with what stands between them. */
export function cutOut(text: string, first: number, end: number): string {
  const blocks = [...text.matchAll(block)];
  const last = blocks[end - 1];
  return text.slice(blocks[first]?.index, last === undefined ? undefined : last.index + last[0].length);
}
