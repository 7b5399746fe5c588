/** What a page's rows may take together, in bytes of JSON: with its head a page stays below 16 KB. */
const pageBytes = 12 * 1024;

/**
 * So many of the items as fit on one page, and always one: whoever reads on would wait for ever otherwise.
 * @param from how many items the pages before had
 */
export function pageFrom<T>(items: readonly T[], from: number, bytes = pageBytes): readonly T[] {
  let left = bytes;
  const end = items.findIndex((item, index) => {
    if (index < from) return false;
    left -= bytesOf(item);
    return left < 0 && index > from;
  });
  return items.slice(from, end < 0 ? items.length : end);
}

/** Of the value as JSON in UTF-8, with the comma after it. */
function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length + 1;
}
