import { blocking } from '../../rotation/planner.ts';
import type { Plan } from '../../rotation/plan.ts';
import { command } from '../command.ts';
import { exit } from '../exit.ts';
import { outputFlag } from '../flags.ts';
import { planDocument } from '../render/plan-document.ts';
import { hasWrites, renderPlan } from '../render/plan.ts';
import { lookAndPlan, targetOf } from './look.ts';
import { planAliases, planFlags, type PlanFlags } from './plan-flags.ts';
import { retentionWarning } from './retention.ts';

type Flags = PlanFlags &
  Readonly<{
    detailedExitcode: boolean;
    output: 'text' | 'json';
  }>;

export const planCommand = command<Flags>({
  brief:
    'Look at every cluster and show what a rotation would do; writes nothing and needs no Temporal server',
  examples: [
    ['-f prod.yaml --mesh payments --root ./root-b', 'shows the way to Root B'],
    ['-f prod.yaml --mesh payments --intermediate ./b2', 'shows the way to new intermediates'],
  ],
  parameters: {
    flags: {
      ...planFlags,
      detailedExitcode: {
        kind: 'boolean',
        default: false,
        brief: 'Exit with 2 where something would be written',
      },
      output: outputFlag,
    },
    aliases: planAliases,
  },
  async run(context, flags) {
    const view = await lookAndPlan(context, await targetOf(flags));
    context.process.stdout.write(flags.output === 'json' ? planDocument(view) : renderPlan(view));
    for (const line of await retentionWarning(context, view.policy.expectedSeconds)) {
      context.process.stderr.write(`${line}\n`);
    }
    return exitCode(view.plan, flags.detailedExitcode);
  },
});

function exitCode(plan: Plan, detailed: boolean): number {
  if (blocking(plan).length > 0) return exit.failed;
  return detailed && hasWrites(plan) ? exit.planHasChanges : exit.ok;
}
