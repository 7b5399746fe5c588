import type { CommandName } from '../../rotation/commands.ts';
import { command } from '../command.ts';
import { meshArgument, outputFlag } from '../flags.ts';
import type { MeshName } from '../rotations.ts';
import { confirmFlags, noQuestion, promptsUnder, yesOrNo } from './confirm.ts';
import { live, tellRotation } from './tell.ts';

type Flags = Readonly<{ reason?: string; yes: boolean; dryRun: boolean; output: 'text' | 'json' }>;

interface Spec {
  readonly name: CommandName;
  readonly brief: string;
  readonly example: string;
  /** What is said once the rotation was told. */
  readonly told: string;
  /** Left out where nobody needs to be asked. */
  readonly question?: string;
  /** Left out where it is only right for the rotation that was seen. */
  readonly guarded?: boolean;
}

export const pause = controlCommand({
  name: 'pause',
  brief: 'Let nothing new begin; units rest between writes until the rotation is resumed',
  example: 'lets units come to rest, as for the time of other work on the clusters',
  told: 'comes to rest',
  // It does no harm and is wanted at once, most of all where the rotation moves on.
  guarded: false,
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

function controlCommand({ name, brief, example, told, question, guarded = true }: Spec) {
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
        output: outputFlag,
      },
      aliases: { o: 'output' },
      positional: meshArgument,
    },
    async run(context, flags, mesh) {
      const { fleet } = mesh;
      const prompts = promptsUnder(flags.output, context.prompts);
      const asked = question === undefined ? noQuestion : yesOrNo(question, { fleet, flags }, prompts);
      const server = await context.rotations();
      return tellRotation(
        context,
        { name, told, question: asked, guarded, mesh, server },
        live(await server.look(mesh), mesh),
        flags,
      );
    },
  });
}
