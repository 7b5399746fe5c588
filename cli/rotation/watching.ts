import { Problem } from '../../problems/problem.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import type { Context } from '../context.ts';
import { exit } from '../exit.ts';
import { follow, type Follower } from '../follow.ts';
import { changeLines, deafWords, heartbeatLine } from '../render/changes.ts';
import { timeOfDay } from '../render/clock.ts';
import { completedLines, reachedItsGoal } from '../render/completed.ts';
import { layOut } from '../render/layout.ts';
import { noWorker, renderMemo } from '../render/memo.ts';
import { toldLines } from '../render/told.ts';
import { treeFollower } from './tree.ts';
import type { MeshName, Rotations } from '../rotations.ts';

/** Nobody who reads a log must wonder for longer whether it still goes on. */
const quietSeconds = 10;

/** What Ctrl-C does to a rotation that is watched. */
export interface Leaving {
  /** Stands below the tree, and before the command that comes back to the rotation, if there is one. */
  readonly words: string;
  readonly command?: string;
  /** Said when it was pressed. */
  readonly said: string;
}

interface WatchOptions {
  readonly name: MeshName;
  readonly rotations: Rotations;
  readonly output: 'text' | 'jsonl';
  readonly timeout: number | undefined;
  /** True for who began it and wants what it was to bring: turned back, it has failed for them. */
  readonly forward?: boolean;
  /** Where left out, the viewer detaches and the rotation goes on. */
  readonly leaving?: Leaving;
}

/**
 * Follows a rotation and resolves with the exit code: 0 where it reached its goal, on its way back too, 1 where it
 * ended otherwise or is stopped, 130 after Ctrl-C. Throws WAIT_TIMED_OUT. The rotation itself is never touched.
 */
export async function watchRotation(context: Context, options: WatchOptions): Promise<number> {
  const { name, rotations, timeout } = options;
  const mesh = `${name.fleet}/${name.mesh}`;
  const back = `meshturn rotation watch ${mesh}`;
  const leaving = options.leaving ?? detaching(back);
  const follower = followerOf(context, options, leaving);
  const ending = await follow({
    look: () => rotations.look(name),
    clock: context,
    follower,
    timeout,
  });
  if (ending === 'outOfTime')
    throw new Problem('WAIT_TIMED_OUT', { object: mesh, hint: `come back: ${back}` });
  if (ending === 'interrupted') {
    context.process.stderr.write(`\n${leaving.said}\n`);
    return exit.interrupted;
  }
  const reached = options.forward === true ? ending === 'completed' : reachedItsGoal({ state: ending });
  return reached ? exit.ok : exit.failed;
}

function detaching(command: string): Leaving {
  return {
    words: 'Detach with Ctrl-C; it goes on. Come back:',
    command,
    said: `Detached; the rotation goes on. Come back: ${command}`,
  };
}

function followerOf(context: Context, { name, output }: WatchOptions, leaving: Leaving): Follower {
  if (output === 'jsonl') return documentFollower(context);
  const { process, terminal } = context;
  const endedUnheard: Follower['endedUnheard'] = (leftBehind, at) => {
    process.stderr.write(noWorker);
    process.stdout.write(renderMemo(name, leftBehind, at));
  };
  return {
    ...(terminal === undefined ? lineFollower(context) : treeFollower(context, terminal, leaving)),
    endedUnheard,
  };
}

/** Changes to stdout, one line each; what fills the silence to stderr. */
function lineFollower({ process }: Context): Omit<Follower, 'endedUnheard'> {
  const say = (lines: readonly string[]) => process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return {
    quietSeconds,
    changed: (before, now, at) => {
      say(changeLines(before, now, at));
    },
    ended: (last, at) => {
      say(endLines(last, at));
    },
    silent: (last, at) => process.stderr.write(`${heartbeatLine(last, at)}\n`),
    deaf: (why, at) => process.stderr.write(`${deafLine(why, at)}\n`),
  };
}

/** Every state as one line of JSON, schema meshturn.rotation/v1; what no worker tells, meshturn.rotation-memo/v1. */
function documentFollower({ process }: Context): Follower {
  return {
    quietSeconds,
    ended: () => undefined,
    endedUnheard: ({ memo }) => {
      process.stderr.write(noWorker);
      if (memo !== undefined) process.stdout.write(`${JSON.stringify(memo)}\n`);
    },
    changed: (_, now) => process.stdout.write(`${JSON.stringify(now)}\n`),
    silent: (last, at) => process.stderr.write(`${heartbeatLine(last, at)}\n`),
    deaf: (why, at) => process.stderr.write(`${deafLine(why, at)}\n`),
  };
}

function deafLine(why: string, at: Date): string {
  return `${timeOfDay(at)} … ${deafWords(why)}`;
}

function endLines(progress: RotationProgress, at: Date): readonly string[] {
  if (reachedItsGoal(progress)) return layOut(completedLines(progress));
  return layOut(toldLines(progress, at));
}
