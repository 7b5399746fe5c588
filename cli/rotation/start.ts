import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { exit } from '../exit.ts';
import { outputFlag, timeoutFlag } from '../flags.ts';
import { beginRotation } from './begin.ts';
import { confirmFlags, promptsUnder, questionOf, type ConfirmFlags, type Question } from './confirm.ts';
import { targetOf, type Target } from './look.ts';
import { planAliases, planFlags, type PlanFlags } from './plan-flags.ts';
import { watchRotation } from './watching.ts';

type Flags = PlanFlags &
  ConfirmFlags &
  Readonly<{ dryRun: boolean; wait: boolean; timeout?: number; output: 'text' | 'json' }>;

export const start = command<Flags>({
  brief: 'Plan a rotation and start it; refuses where the plan breaks an invariant',
  examples: [
    ['-f prod.yaml --mesh payments --root ./root-b', 'shows the way to Root B, asks, starts it and returns'],
    ['-f prod.yaml --mesh payments --root ./root-b --wait --timeout 2d', 'follows it to its end'],
  ],
  parameters: {
    flags: {
      ...planFlags,
      dryRun: { kind: 'boolean', default: false, brief: 'Only plan' },
      ...confirmFlags,
      wait: { kind: 'boolean', default: false, brief: 'Follow the rotation to its end' },
      timeout: timeoutFlag,
      output: outputFlag,
    },
    aliases: planAliases,
  },
  async run(context, flags) {
    const target = await targetOf(flags);
    const begun = await beginRotation(context, target, {
      ...{ flags, question: questionTo(context, target, flags), follows: flags.wait },
    });
    if (typeof begun === 'number') return begun;
    if (!flags.wait) return exit.ok;
    const name = { fleet: target.fleet.name, mesh: target.mesh.name };
    const output = flags.output === 'json' ? 'jsonl' : 'text';
    return watchRotation(context, {
      ...{ name, rotations: begun.rotations, output, timeout: flags.timeout, forward: true },
    });
  },
});

/** Asked before the clusters are looked at: what is missing on the command line need not wait for them. */
function questionTo({ prompts }: Context, target: Target, flags: Flags): Question {
  const fleet = target.fleet.name;
  const severe = target.overrides.length > 0 && !flags.dryRun;
  const confirmed = `${target.startCommand} --confirm ${fleet}`;
  return questionOf({ fleet, severe, flags, confirmed }, promptsUnder(flags.output, prompts));
}
