import { wrapAnsi } from 'fast-wrap-ansi';

/**
 * A line of text. Where it is wider than a terminal, a plain one is the terminal's to break, so that a command
 * is copied whole; of the other kind the words go on under each other, beside what stands at their head.
 */
export type Line = string | { readonly head: string; readonly words: string };

/** Narrower than this, words are not worth keeping in a column. */
const narrowest = 24;

/** The lines as they are printed; `columns` is the width of the terminal, where there is one. */
export function layOut(lines: readonly Line[], columns = Infinity): readonly string[] {
  return lines.flatMap((line) => (typeof line === 'string' ? [line] : wrapped(line, columns)));
}

function wrapped({ head, words }: Exclude<Line, string>, columns: number): readonly string[] {
  // The last column stays free: terminals differ in where the cursor is after it.
  const width = columns - 1 - head.length;
  if (words.length <= width || width < narrowest) return [`${head}${words}`.trimEnd()];
  return wrapAnsi(words, width)
    .split('\n')
    .map((part, index) => `${index === 0 ? head : ' '.repeat(head.length)}${part}`);
}

/** How many rows of a terminal the lines take. */
export function rowsOf(lines: readonly string[], columns: number): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
}

/**
 * As many lines as there are rows for. None is cut, for it may be a command; only one that is taller than all the
 * rows is.
 */
export function clipped(
  lines: readonly string[],
  { columns, rows }: { readonly columns: number; readonly rows: number },
): readonly string[] {
  const shown: string[] = [];
  let left = rows;
  for (const line of lines) {
    left -= rowsOf([line], columns);
    if (left < 0) break;
    shown.push(line);
  }
  const [first] = lines;
  if (shown.length > 0 || first === undefined || rows < 1) return shown;
  return [`${first.slice(0, rows * columns - 1)}…`];
}
