import { Problem } from '../../problems/problem.ts';
import { answerTo, endedWords, type CommandName } from '../../rotation/commands.ts';
import { hasEnded } from '../../rotation/course.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { refusalOf } from '../../rotation/refusal.ts';
import type { Context } from '../context.ts';
import { exit } from '../exit.ts';
import type { MeshName, Rotations, Seen } from '../rotations.ts';
import { statusDocument } from '../render/status-document.ts';
import type { Question } from './confirm.ts';
import { changesSince, standsAt } from './decided-upon.ts';

/** A command to a rotation that runs. */
export interface Told {
  readonly name: CommandName;
  readonly mesh: MeshName;
  readonly server: Rotations;
  /** What is said once the rotation was told. */
  readonly told: string;
  readonly question: Question;
  /** False for what is right whatever has become of the rotation since it was looked at. */
  readonly guarded: boolean;
}

type Flags = Readonly<{ reason?: string; dryRun: boolean; output?: 'text' | 'json' }>;

/**
 * Says what the command would bring about, asks, and tells the rotation; under JSON its state is printed after it,
 * or as it is where it was not told. Throws COMMAND_REFUSED.
 */
export async function tellRotation(
  context: Context,
  command: Told,
  seen: RotationProgress,
  { reason, dryRun, output = 'text' }: Flags,
): Promise<number> {
  const { process } = context;
  const { name, mesh, server, told } = command;
  if (dryRun) {
    const would = consequence(name, seen, mesh);
    const words = `${nameOf(mesh)} would be told to ${name}: ${would}.\nNothing was changed.\n`;
    return sayTried(process, words, { kind: 'live', progress: seen }, output);
  }
  const refused = await askAndTell(context, command, seen, reason);
  if (refused !== undefined) return refused;
  return sayTold(process, `${nameOf(mesh)} ${told}.`, { server, mesh, output });
}

/** What a command would do: under JSON the words make room for the rotation as it is. */
export function sayTried(
  process: Context['process'],
  words: string,
  seen: Seen,
  output: 'text' | 'json',
): number {
  process[output === 'json' ? 'stderr' : 'stdout'].write(words);
  if (output === 'json') process.stdout.write(statusDocument(seen));
  return exit.ok;
}

/** What has become of a command: under JSON with the rotation after it. */
export async function sayTold(
  process: Context['process'],
  told: string,
  {
    server,
    mesh,
    output,
  }: Readonly<{ server: Pick<Rotations, 'look'>; mesh: MeshName; output: 'text' | 'json' }>,
): Promise<number> {
  process.stderr.write(`${told}\nWatch it: meshturn rotation watch ${nameOf(mesh)}\n`);
  if (output === 'json') process.stdout.write(statusDocument(await server.look(mesh)));
  return exit.ok;
}

function nameOf({ fleet, mesh }: MeshName): string {
  return `${fleet}/${mesh}`;
}

/** Throws WORKER_MISSING, and COMMAND_REFUSED where none would help. */
export function live(seen: Seen, mesh: MeshName): RotationProgress {
  if (seen.kind === 'live') return seen.progress;
  const { memo, ended } = seen;
  if (ended !== undefined) {
    const nothing = memo === undefined ? ', before a worker took it up: nothing was written' : '';
    throw refused(mesh, `${endedWords[ended.state]}${nothing}`);
  }
  if (memo !== undefined && hasEnded(memo)) {
    // A worker that is started now would say the same, of whatever command.
    const answer = answerTo('resume', memo.state);
    throw refused(mesh, 'refused' in answer ? answer.refused : undefined);
  }
  throw new Problem('WORKER_MISSING', {
    object: nameOf(mesh),
    hint: 'start one: meshturn worker -f FILE',
  });
}

/** What the command brings about in the state seen. Throws COMMAND_REFUSED. */
function consequence(name: CommandName, progress: RotationProgress, mesh: MeshName): string {
  const refusal = refusalOf(progress, name);
  const answer = answerTo(name, progress.state);
  if (refusal === undefined && 'accepted' in answer) return answer.accepted;
  throw refused(mesh, refusal);
}

export function refused(mesh: MeshName, why: string | undefined): Problem {
  return new Problem('COMMAND_REFUSED', {
    object: nameOf(mesh),
    ...(why === undefined ? {} : { found: why }),
    hint: `look at its state: meshturn rotation status ${nameOf(mesh)}`,
  });
}

/** Resolves with an exit code where nothing is to be done. */
async function ask(
  { process, interrupted }: Context,
  what: string,
  question: Question,
): Promise<number | undefined> {
  if (!question.asks) return undefined;
  process.stderr.write(`${what}\n`);
  const answer = interrupted.aborted ? 'cancelled' : await question.answer();
  if (answer === 'yes') return undefined;
  process.stderr.write('Nothing was changed.\n');
  return answer === 'no' ? exit.failed : exit.interrupted;
}

/**
 * Asks and tells, and asks again where what was decided upon has changed meanwhile. Resolves with an exit code where
 * nothing is to be done. Throws COMMAND_REFUSED, also where it has changed and nobody can be asked again.
 */
async function askAndTell(
  context: Context,
  command: Told,
  seen: RotationProgress,
  reason: string | undefined,
): Promise<number | undefined> {
  const { name, mesh, question } = command;
  let shown = seen;
  let changes: string | undefined;
  for (;;) {
    const would = consequence(name, shown, mesh);
    if (changes !== undefined && !question.asks) throw movedOn(name, mesh, changes);
    if (changes !== undefined) context.process.stderr.write(`${nameOf(mesh)} has moved on: ${changes}.\n`);
    const refused = await ask(context, `${nameOf(mesh)} is ${standsAt(shown)}: ${would}.`, question);
    if (refused !== undefined) return refused;
    const now = await tell(command, shown, reason);
    if (now === undefined) return undefined;
    changes = changesSince(shown, now);
    shown = now;
  }
}

function movedOn(name: CommandName, mesh: MeshName, changes: string): Problem {
  return new Problem('COMMAND_REFUSED', {
    object: nameOf(mesh),
    found: changes,
    hint: `meshturn rotation status ${nameOf(mesh)}; if it is to be all the same: meshturn rotation ${name} ${nameOf(mesh)}`,
  });
}

/** A rotation that moves all the time is told again where it only got on within what was decided upon. */
const tries = 3;

/** Resolves with the rotation as it is now where what was decided upon has changed, and it was told nothing. */
async function tell(
  { server, mesh, name, guarded }: Told,
  decided: RotationProgress,
  reason: string | undefined,
): Promise<RotationProgress | undefined> {
  const request = reason === undefined ? {} : { reason };
  let { digest } = decided;
  for (let left = tries; ; left -= 1) {
    try {
      await server.tell(mesh, name, guarded ? { ...request, digest } : request);
      return undefined;
    } catch (error) {
      if (!guarded || !(error instanceof Problem) || error.code !== 'COMMAND_REFUSED') throw error;
      const now = live(await server.look(mesh), mesh);
      if (now.digest === digest) throw error;
      if (changesSince(decided, now) !== undefined) return now;
      if (left <= 1) throw error;
      digest = now.digest;
    }
  }
}
