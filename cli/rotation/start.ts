import { loadFleet } from '../../fleet/load.ts';
import { Problem } from '../../problems/problem.ts';
import { type RotationInput } from '../../rotation/messages.ts';
import { blocking } from '../../rotation/planner.ts';
import { command } from '../command.ts';
import { type Context } from '../context.ts';
import { exit } from '../exit.ts';
import { outputFlag, timeoutFlag } from '../flags.ts';
import { planMesh, type Planned } from '../planning.ts';
import { renderPlan } from '../render/plan.ts';
import { violationLines } from '../render/violations.ts';
import {
  caOf,
  meshOf,
  overridesOf,
  planAliases,
  planFlags,
  startCommand,
  type PlanFlags,
} from './plan-flags.ts';
import { watchRotation } from './watching.ts';

type Flags = PlanFlags &
  Readonly<{ dryRun: boolean; wait: boolean; timeout?: number; output: 'text' | 'json' }>;

export const start = command<Flags>({
  brief: 'Plan a rotation and start it; refuses where the plan breaks an invariant',
  examples: [
    ['-f prod.yaml --mesh payments --root ./root-b', 'starts the way to Root B and returns'],
    ['-f prod.yaml --mesh payments --root ./root-b --wait --timeout 2d', 'follows it to its end'],
  ],
  parameters: {
    flags: {
      ...planFlags,
      dryRun: { kind: 'boolean', default: false, brief: 'Only plan' },
      wait: { kind: 'boolean', default: false, brief: 'Follow the rotation to its end' },
      timeout: timeoutFlag,
      output: outputFlag,
    },
    aliases: planAliases,
  },
  async run(context, flags) {
    const ca = caOf(flags);
    const overrides = overridesOf(flags);
    const fleet = await loadFleet(flags.file);
    const mesh = meshOf(fleet, flags.mesh);
    const name = { fleet: fleet.name, mesh: mesh.name };
    const words = startCommand(flags, mesh);
    context.process.stderr.write(`Looking at ${name.fleet}/${name.mesh} …\n`);
    const planned = await planMesh(await context.observe(fleet), {
      fleet: fleet.name,
      mesh,
      ca,
      phases: flags.phases === '2' ? 'two' : 'three',
      overrides,
      at: context.now(),
    });
    if (flags.dryRun) {
      context.process.stdout.write(
        renderPlan({ ...planned, ...mesh, fleet: fleet.name, startCommand: words }),
      );
      return blocking(planned.plan).length > 0 ? exit.failed : exit.ok;
    }
    refuseViolations(context, planned, `${name.fleet}/${name.mesh}`, words);
    if (planned.plan.phases.length === 0) {
      context.process.stderr.write(
        'Nothing to do: every cluster holds what is wanted. Nothing was started.\n',
      );
      return exit.ok;
    }
    const input = { ...name, rotationId: context.newRotationId(), ca, policy: planned.policy };
    const rotations = await context.rotations();
    await rotations.start(input);
    tellStarted(context, input, flags);
    if (!flags.wait) return exit.ok;
    const output = flags.output === 'json' ? 'jsonl' : 'text';
    return watchRotation(context, { name, rotations, output, timeout: flags.timeout });
  },
});

/** Throws INVARIANT_VIOLATED after telling the two ways on. */
function refuseViolations({ process }: Context, { plan }: Planned, mesh: string, words: string): void {
  const lines = violationLines(plan, words);
  process.stderr.write(lines.map((line) => `${line}\n`).join(''));
  const codes = [...new Set(blocking(plan).map(({ code }) => code))];
  if (codes.length === 0) return;
  throw new Problem('INVARIANT_VIOLATED', {
    object: mesh,
    found: codes.join(', '),
    hint: 'nothing was started; each violation above says how to mend it',
  });
}

function tellStarted({ process }: Context, input: RotationInput, { output, wait }: Flags): void {
  const mesh = `${input.fleet}/${input.mesh}`;
  if (output === 'json' && !wait) {
    const document = {
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
