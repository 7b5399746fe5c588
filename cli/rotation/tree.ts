import type { RotationProgress } from '../../rotation/progress.ts';
import type { Context, Terminal } from '../context.ts';
import type { Follower } from '../follow.ts';
import { timeOfDay } from '../render/clock.ts';
import { clipped, layOut, type Line, rowsOf } from '../render/layout.ts';
import { deafWords } from '../render/changes.ts';
import { progressLines } from '../render/progress.ts';
import type { Leaving } from './watching.ts';

/** The tree of a rotation, drawn anew in its place with every look. `leaving` is what Ctrl-C does. */
export function treeFollower(
  { process }: { readonly process: Pick<Context['process'], 'stdout'> },
  terminal: Terminal,
  leaving: Pick<Leaving, 'words' | 'command'>,
): Omit<Follower, 'endedUnheard'> {
  let drawn: readonly string[] = [];
  const draw = (lines: readonly string[]) => {
    // By the width of now: a terminal that was made narrower has broken what was drawn.
    const rewound = rewind(rowsOf(drawn, terminal.columns));
    process.stdout.write(together(`${rewound}${lines.join('\n')}\n`));
    drawn = lines;
  };
  const tree = (progress: RotationProgress, at: Date, last: readonly Line[]) => {
    const footer = layOut(last, terminal.columns);
    const lines = progressLines(progress, at, terminal);
    // What has scrolled away could not be rewound; the last row is the cursor's.
    const rows = terminal.rows - 1 - rowsOf(footer, terminal.columns);
    const fits = rowsOf(lines, terminal.columns) <= rows;
    draw([...(fits ? lines : shortened(lines, { columns: terminal.columns, rows }, progress)), ...footer]);
  };
  let seen: RotationProgress | undefined;
  return {
    quietSeconds: 1,
    changed: (_, now, at) => {
      seen = now;
      tree(now, at, now.endedAt === undefined ? leave(leaving, terminal) : []);
    },
    silent: (last, at) => {
      tree(last, at, leave(leaving, terminal));
    },
    deaf: (why, at) => {
      const line = { head: `${timeOfDay(at)} `, words: deafWords(why) };
      if (seen === undefined) draw(layOut([line], terminal.columns));
      else tree(seen, at, [line]);
    },
    ended: (last, at) => {
      draw(progressLines(last, at, terminal));
    },
  };
}

/** The beginning, and how to see the rest. */
function shortened(
  lines: readonly string[],
  { columns, rows }: Terminal,
  { fleet, mesh }: RotationProgress,
): readonly string[] {
  const rest = `… and more: meshturn rotation status ${fleet}/${mesh}`;
  return [...clipped(lines, { columns, rows: rows - rowsOf([rest], columns) }), rest];
}

/** The command stands on a line of its own where it would be broken otherwise. */
function leave(
  { words, command }: Pick<Leaving, 'words' | 'command'>,
  { columns }: Terminal,
): readonly Line[] {
  if (command === undefined) return [words];
  const line = `${words} ${command}`;
  return line.length < columns ? [line] : [words, `  ${command}`];
}

/** Moves up by so many rows and clears all below: CPL and ED of ECMA-48. */
function rewind(rows: number): string {
  return rows === 0 ? '' : `\u001b[${rows}F\u001b[0J`;
}

/** Shown at one go by terminals that know synchronized output (DEC mode 2026), so that nothing flickers. */
function together(text: string): string {
  return `\u001b[?2026h${text}\u001b[?2026l`;
}
