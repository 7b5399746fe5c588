import { Problem } from '../../problems/problem.ts';
import type { RotationInput } from '../../rotation/messages.ts';
import { blocking } from '../../rotation/planner.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { exit } from '../exit.ts';
import { outputFlag, timeoutFlag } from '../flags.ts';
import { planDocument } from '../render/plan-document.ts';
import { renderPlan, renderPlanned, type PlanView } from '../render/plan.ts';
import { violationLines } from '../render/violations.ts';
import { confirmFlags, questionOf, type ConfirmFlags, type Question } from './confirm.ts';
import { lookAndPlan, targetOf, type Target } from './look.ts';
import { planAliases, planFlags, type PlanFlags } from './plan-flags.ts';
import { watchRotation } from './watching.ts';

/** What `rotation start -o json` prints. Additive changes only. */
export interface StartedDocument {
  readonly schema: 'meshturn.started/v1';
  readonly fleet: string;
  readonly mesh: string;
  readonly id: string;
}

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
    if (flags.dryRun) return dryRun(context, await lookAndPlan(context, target, flags.phases), flags);
    const question = questionTo(context, target, flags);
    const view = await lookAndPlan(context, target, flags.phases);
    if (view.plan.phases.length === 0 && blocking(view.plan).length === 0) {
      context.process.stderr.write(
        'Nothing to do: every cluster holds what is wanted. Nothing was started.\n',
      );
      return exit.ok;
    }
    const refused = await ask(context, view, question);
    if (refused !== undefined) return refused;
    const name = { fleet: view.fleet, mesh: target.mesh.name };
    const input = { ...name, rotationId: context.newRotationId(), ca: target.ca, policy: view.policy };
    const rotations = await context.rotations();
    await rotations.start(input);
    tellStarted(context, input, flags);
    if (!flags.wait) return exit.ok;
    const output = flags.output === 'json' ? 'jsonl' : 'text';
    return watchRotation(context, { name, rotations, output, timeout: flags.timeout });
  },
});

function dryRun({ process }: Context, view: PlanView, { output }: Flags): number {
  process.stdout.write(output === 'json' ? planDocument(view) : renderPlan(view));
  return blocking(view.plan).length > 0 ? exit.failed : exit.ok;
}

/** Asked before the clusters are looked at: what is missing on the command line need not wait for them. */
function questionTo({ prompts }: Context, target: Target, flags: Flags): Question {
  const fleet = target.fleet.name;
  const severe = target.overrides.length > 0;
  const confirmed = `${target.startCommand} --confirm ${fleet}`;
  return questionOf({ fleet, severe, flags, confirmed }, flags.output === 'text' ? prompts : undefined);
}

/** Resolves with an exit code where nothing is to be started. Throws INVARIANT_VIOLATED, CONFIRMATION_WRONG. */
async function ask(context: Context, view: PlanView, question: Question): Promise<number | undefined> {
  const { process, interrupted } = context;
  refuseViolations(context, view);
  if (question.asks) process.stderr.write(renderPlanned(view));
  else tellViolations(context, view);
  const answer = interrupted.aborted ? 'cancelled' : await question.answer();
  if (answer === 'yes' && !interrupted.aborted) return undefined;
  process.stderr.write('Nothing was started.\n');
  return answer === 'no' ? exit.failed : exit.interrupted;
}

/** Throws INVARIANT_VIOLATED after telling the two ways on. */
function refuseViolations(context: Context, view: PlanView): void {
  const codes = [...new Set(blocking(view.plan).map(({ code }) => code))];
  if (codes.length === 0) return;
  tellViolations(context, view);
  throw new Problem('INVARIANT_VIOLATED', {
    object: `${view.fleet}/${view.observed.mesh}`,
    found: codes.join(', '),
    hint: 'nothing was started; each violation above says how to mend it',
  });
}

function tellViolations({ process }: Context, { plan, startCommand }: PlanView): void {
  for (const line of violationLines(plan, startCommand)) process.stderr.write(`${line}\n`);
}

function tellStarted({ process }: Context, input: RotationInput, { output, wait }: Flags): void {
  const mesh = `${input.fleet}/${input.mesh}`;
  if (output === 'json' && !wait) {
    const document: StartedDocument = {
      schema: 'meshturn.started/v1',
      fleet: input.fleet,
      mesh: input.mesh,
      id: input.rotationId,
    };
    process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  } else if (!wait) {
    process.stdout.write(`${mesh} started, rotation ${input.rotationId}\n`);
  } else {
    process.stderr.write(`${mesh} started, rotation ${input.rotationId}\n`);
  }
  if (!wait) process.stderr.write(`Watch it: meshturn rotation watch ${mesh}\n`);
}
