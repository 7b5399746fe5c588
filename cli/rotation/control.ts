import { Problem } from '../../problems/problem.ts';
import { answerTo, type CommandName } from '../../rotation/commands.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { refusalOf } from '../../rotation/refusal.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { exit } from '../exit.ts';
import { meshArgument } from '../flags.ts';
import type { MeshName, Rotations, Seen } from '../rotations.ts';
import { confirmFlags, yesOrNo } from './confirm.ts';

type Flags = Readonly<{ reason?: string; yes: boolean; dryRun: boolean }>;

interface Spec {
  readonly name: CommandName;
  readonly brief: string;
  readonly example: string;
  /** What is said once the rotation was told. */
  readonly told: string;
  /** Left out where nobody needs to be asked. */
  readonly question?: string;
}

export const pause = controlCommand({
  name: 'pause',
  brief: 'Let nothing new begin; units rest between writes until the rotation is resumed',
  example: 'lets units come to rest, as for the time of other work on the clusters',
  told: 'comes to rest',
});

export const resume = controlCommand({
  name: 'resume',
  brief: 'Go on after a pause',
  example: 'goes on where it rested',
  told: 'goes on',
});

export const abort = controlCommand({
  name: 'abort',
  brief: 'End a rotation where its units come to rest, never within a write to several objects',
  example: 'ends it, and says in what state and until when the mesh may stay',
  told: 'comes to rest and ends',
  question: 'Abort this rotation? (y/N)',
});

function controlCommand({ name, brief, example, told, question }: Spec) {
  return command<Flags, [MeshName]>({
    brief,
    examples: [
      ['prod/payments --reason "change freeze"', example],
      ['prod/payments --dry-run', 'says what would become of it'],
    ],
    parameters: {
      flags: {
        reason: {
          kind: 'parsed',
          parse: String,
          optional: true,
          brief: 'Why; kept with the rotation',
          placeholder: 'TEXT',
        },
        yes: { ...confirmFlags.yes, brief: 'Do not ask' },
        dryRun: { kind: 'boolean', default: false, brief: 'Only say what would become of it' },
      },
      positional: meshArgument,
    },
    async run(context, { reason, yes, dryRun }, mesh) {
      const { process, prompts } = context;
      const server = await context.rotations();
      const seen = live(await server.look(mesh), mesh);
      const would = consequence(name, seen, mesh);
      if (dryRun) {
        process.stdout.write(`${nameOf(mesh)} would be told to ${name}: ${would}.\nNothing was changed.\n`);
        return exit.ok;
      }
      if (question !== undefined) {
        const refused = await ask(context, `${nameOf(mesh)}: ${would}.`, yesOrNo(question, { yes }, prompts));
        if (refused !== undefined) return refused;
      }
      await tell(server, mesh, name, seen, reason);
      process.stderr.write(`${nameOf(mesh)} ${told}.\nWatch it: meshturn rotation watch ${nameOf(mesh)}\n`);
      return exit.ok;
    },
  });
}

function nameOf({ fleet, mesh }: MeshName): string {
  return `${fleet}/${mesh}`;
}

/** Throws WORKER_MISSING. */
function live(seen: Seen, mesh: MeshName): RotationProgress {
  if (seen.kind === 'live') return seen.progress;
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
  throw new Problem('COMMAND_REFUSED', {
    object: nameOf(mesh),
    ...(refusal === undefined ? {} : { found: refusal }),
    hint: `look at its state: meshturn rotation status ${nameOf(mesh)}`,
  });
}

/** Resolves with an exit code where nothing is to be done. */
async function ask(
  { process, interrupted }: Context,
  what: string,
  question: ReturnType<typeof yesOrNo>,
): Promise<number | undefined> {
  if (!question.asks) return undefined;
  process.stderr.write(`${what}\n`);
  const answer = interrupted.aborted ? 'cancelled' : await question.answer();
  if (answer === 'yes') return undefined;
  process.stderr.write('Nothing was changed.\n');
  return answer === 'no' ? exit.failed : exit.interrupted;
}

/** A rotation that moves all the time is told again where it only moved on within the state that was seen. */
const tries = 3;

async function tell(
  server: Rotations,
  mesh: MeshName,
  name: CommandName,
  seen: RotationProgress,
  reason: string | undefined,
): Promise<void> {
  const request = reason === undefined ? {} : { reason };
  let { digest } = seen;
  for (let left = tries; ; left -= 1) {
    try {
      await server.tell(mesh, name, { ...request, digest });
      return;
    } catch (error) {
      if (left <= 1 || !(error instanceof Problem) || error.code !== 'COMMAND_REFUSED') throw error;
      const now = live(await server.look(mesh), mesh);
      if (now.digest === digest || now.state !== seen.state) throw error;
      digest = now.digest;
    }
  }
}
