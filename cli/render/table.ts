import { wrapAnsi } from 'fast-wrap-ansi';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

type Rows = readonly (readonly string[])[];

const gap = '  ';
/** A column narrower than this is no better to read than a broken line. */
const narrowest = 12;

/**
 * Columns two spaces apart, each as wide as its widest cell, and no blanks at the ends of lines. Where that is
 * wider than `columns`, the widest are narrowed, and their cells go on below one another.
 */
export function table(header: readonly Column[], rows: Rows, columns = Infinity): readonly string[] {
  const cells = [header.map(({ title }) => title), ...rows];
  const natural = header.map((_, index) => Math.max(...cells.map((line) => (line[index] ?? '').length)));
  const widths = narrowed(natural, columns - gap.length * (header.length - 1));
  return cells.flatMap((line) => {
    const parts = widths.map((width, index) => wrapAnsi(line[index] ?? '', width).split('\n'));
    const height = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: height }, (_, row) =>
      header
        .map(({ align }, index) => {
          const [part, width] = [parts[index]?.[row] ?? '', widths[index] ?? 0];
          return align === 'right' ? part.padStart(width) : part.padEnd(width);
        })
        .join(gap)
        .trimEnd(),
    );
  });
}

/** Takes from the widest column until all fit into `room`, or none has anything to give. */
function narrowed(widths: readonly number[], room: number): readonly number[] {
  const fitting = [...widths];
  let over = fitting.reduce((sum, width) => sum + width, 0) - room;
  while (over > 0) {
    const widest = Math.max(...fitting);
    if (widest <= narrowest) return fitting;
    fitting[fitting.indexOf(widest)] = widest - 1;
    over -= 1;
  }
  return fitting;
}
