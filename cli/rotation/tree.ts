import { type RotationProgress } from '../../rotation/progress.ts';
import { type Context, type Terminal } from '../context.ts';
import { type Follower } from '../follow.ts';
import { timeOfDay } from '../render/clock.ts';
import { renderProgress } from '../render/progress.ts';

/** The tree of a rotation, drawn anew in its place with every look. `back` is the command that returns to it. */
export function treeFollower({ process }: Context, { columns, rows }: Terminal, back: string): Follower {
  let drawn = 0;
  const draw = (lines: readonly string[]) => {
    process.stdout.write(`${rewind(drawn)}${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  const tree = (progress: RotationProgress, at: Date, last: string) => {
    const lines = renderProgress(progress, at).trimEnd().split('\n');
    // What does not fit could not be rewound: neither a line that wraps nor one that scrolled away.
    draw([...lines.slice(0, rows - 2), last].map((line) => cut(line, columns)));
  };
  const hint = `Detach with Ctrl-C; it goes on. Come back: ${back}`;
  let seen: RotationProgress | undefined;
  return {
    quietSeconds: 1,
    changed: (_, now, at) => {
      seen = now;
      tree(now, at, hint);
    },
    silent: (last, at) => {
      tree(last, at, hint);
    },
    deaf: (why, at) => {
      const line = `${timeOfDay(at)} ${why}; the rotation is safe where it is`;
      if (seen === undefined) draw([cut(line, columns)]);
      else tree(seen, at, line);
    },
    ended: (last, at) => {
      draw(renderProgress(last, at).trimEnd().split('\n'));
    },
  };
}

/** Moves up by so many lines and clears all below: CPL and ED of ECMA-48. */
function rewind(lines: number): string {
  return lines === 0 ? '' : `\u001b[${lines}F\u001b[0J`;
}

function cut(line: string, columns: number): string {
  return line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;
}
