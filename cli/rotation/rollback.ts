import { loadFleet } from '../../fleet/load.ts';
import { Problem } from '../../problems/problem.ts';
import { answerTo } from '../../rotation/commands.ts';
import { hasEnded } from '../../rotation/course.ts';
import type { RotationMemo } from '../../rotation/memo.ts';
import type { RotationProgress } from '../../rotation/progress.ts';
import { ledOf } from '../../rotation/told.ts';
import type { FormerCa, Override } from '../../rotation/wanted.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { exit } from '../exit.ts';
import { fileFlag, meshArgument, outputFlag, usage } from '../flags.ts';
import type { Prompts } from '../prompts.ts';
import type { MeshName, Seen } from '../rotations.ts';
import { beginRotation, type BeginFlags } from './begin.ts';
import { confirmFlags, promptsUnder, questionOf, yesOrNo } from './confirm.ts';
import type { Target } from './look.ts';
import { overridesOf } from './overrides.ts';
import { formerFor, meshNamed, planFlags, quoted } from './plan-flags.ts';
import { live, refused, tellRotation } from './tell.ts';

type Flags = BeginFlags &
  Readonly<{ file?: string; rotation?: string; override?: readonly string[]; reason?: string }>;

export const rollback = command<Flags, [MeshName]>({
  brief: 'Lead every cluster back to what it was before a rotation, with the same proofs and barriers',
  examples: [
    ['prod/payments --reason "partners are not ready"', 'turns a rotation that runs'],
    ['prod/payments -f prod.yaml', 'shows the way back from one that has ended, asks, and starts it'],
    ['prod/payments -f prod.yaml --rotation r-0a1b2c3d', 'of one that its Temporal server has forgotten'],
  ],
  parameters: {
    flags: {
      file: { ...fileFlag, optional: true, brief: 'The fleet file; needed where the rotation has ended' },
      rotation: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Of this rotation, which has ended, not the newest',
        placeholder: 'ID',
      },
      override: {
        ...planFlags.override,
        brief: 'Start it in spite of this violation, after a rotation that has ended; needs --reason',
      },
      reason: { ...planFlags.reason, brief: 'Why; kept with the rotation' },
      ...confirmFlags,
      dryRun: { kind: 'boolean', default: false, brief: 'Only say what would become of it' },
      output: outputFlag,
    },
    aliases: { f: 'file', o: 'output' },
    positional: meshArgument,
  },
  async run(context, flags, mesh) {
    const { rotation } = flags;
    const prompts = promptsUnder(flags.output, context.prompts);
    const overrides = overridesOf(flags.override, flags.reason);
    const question = yesOrNo('Turn this rotation back? (y/N)', { fleet: mesh.fleet, flags }, prompts);
    const begin = (ca: FormerCa) => start(context, { ca, overrides, prompts }, flags, mesh);
    if (rotation !== undefined) return begin({ kind: 'root', before: rotation, named: true });
    const server = await context.rotations();
    const seen = await server.look(mesh);
    const last = lastOf(seen);
    if (last !== undefined && hasEnded(last)) return begin(formerOf(last, mesh));
    const running = live(seen, mesh);
    refuseOverrides(running, flags, `${mesh.fleet}/${mesh.mesh}`);
    const command = { name: 'rollback', told: 'comes to rest and turns back', guarded: true } as const;
    return tellRotation(context, { ...command, mesh, server, question }, running, flags);
  },
});

/**
 * Throws OVERRIDE_WHILE_RUNNING: a rotation that turns is planned back by its workflow, which nobody can tell what to
 * override. Where an abort would not help, what the rotation says itself does.
 */
function refuseOverrides(progress: RotationProgress, flags: Flags, mesh: string): void {
  const { override = [] } = flags;
  const { state, rollsBack } = progress;
  if (override.length === 0 || 'refused' in answerTo('abort', state)) return;
  if (rollsBack === undefined && state === 'observing') return;
  const given = rollsBack === undefined ? [] : ledOf(progress).overridden;
  const then = commandLine({ ...flags, override: [...new Set([...given, ...override])] }, mesh);
  throw new Problem('OVERRIDE_WHILE_RUNNING', {
    object: mesh,
    found: `--override ${override.join(', ')}`,
    hint: `meshturn rotation abort ${mesh}; when it has ended: ${then}`,
  });
}

type Last = Pick<RotationProgress | RotationMemo, 'id' | 'kind' | 'state' | 'rollsBack'>;

function lastOf(seen: Seen): Last | undefined {
  return seen.kind === 'live' ? seen.progress : seen.memo;
}

/** A way back that was aborted leads back to where it was to lead. Throws COMMAND_REFUSED. */
function formerOf({ id, kind, state, rollsBack }: Last, mesh: MeshName): FormerCa {
  const answer = answerTo('rollback', state);
  if ('refused' in answer) throw refused(mesh, answer.refused);
  return { kind, before: rollsBack ?? id };
}

interface WayBack {
  readonly ca: FormerCa;
  readonly overrides: readonly Override[];
  /** Undefined where nobody is to be asked. */
  readonly prompts: Prompts | undefined;
}

/** Starts the way back as a rotation of its own. Throws USAGE, NO_SUCH_MESH, and what planning and starting throw. */
async function start(
  context: Context,
  { ca, overrides, prompts }: WayBack,
  flags: Flags,
  name: MeshName,
): Promise<number> {
  if (flags.file === undefined)
    throw usage(`the rollback of ${ca.before}, which has ended`, 'its fleet file, -f FILE', 'none');
  const fleet = await loadFleet(flags.file);
  const mesh = meshNamed(fleet, name);
  const startCommand = commandLine(flags, `${name.fleet}/${name.mesh}`, ca.before);
  const target: Target = {
    ...{ fleet, mesh, ca: formerFor(mesh, ca), phases: 'three', overrides, startCommand },
  };
  const change = {
    ...{ fleet: name.fleet, severe: overrides.length > 0 && !flags.dryRun, flags },
    confirmed: `${startCommand} --confirm ${name.fleet}`,
  };
  const question = questionOf(change, prompts);
  const begun = await beginRotation(context, target, { flags, question, follows: false });
  return typeof begun === 'number' ? begun : exit.ok;
}

function commandLine({ file, override = [], reason }: Flags, mesh: string, before?: string): string {
  return [
    `meshturn rotation rollback ${mesh} -f ${file === undefined ? '…' : quoted(file)}`,
    ...(before === undefined ? [] : [`--rotation ${before}`]),
    ...override.map((code) => `--override ${code}`),
    ...(reason === undefined ? [] : [`--reason ${quoted(reason)}`]),
  ].join(' ');
}
