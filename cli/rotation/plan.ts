import { loadFleet } from '../../fleet/load.ts';
import { blocking } from '../../rotation/planner.ts';
import { command } from '../command.ts';
import { exit } from '../exit.ts';
import { outputFlag } from '../flags.ts';
import { planMesh, type Planned } from '../planning.ts';
import { hasWrites, renderPlan, type PlanView } from '../render/plan.ts';
import {
  caOf,
  meshOf,
  overridesOf,
  planAliases,
  planFlags,
  startCommand,
  type PlanFlags,
} from './plan-flags.ts';

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
    const ca = caOf(flags);
    const overrides = overridesOf(flags);
    const fleet = await loadFleet(flags.file);
    const mesh = meshOf(fleet, flags.mesh);
    context.process.stderr.write(`Looking at ${fleet.name}/${mesh.name} …\n`);
    const planned = await planMesh(await context.observe(fleet), {
      fleet: fleet.name,
      mesh,
      ca,
      phases: flags.phases === '2' ? 'two' : 'three',
      overrides,
      at: context.now(),
    });
    const view = { ...planned, ...mesh, fleet: fleet.name, startCommand: startCommand(flags, mesh) };
    context.process.stdout.write(flags.output === 'json' ? planDocument(view) : renderPlan(view));
    return exitCode(planned, flags.detailedExitcode);
  },
});

function exitCode({ plan }: Planned, detailed: boolean): number {
  if (blocking(plan).length > 0) return exit.failed;
  return detailed && hasWrites(plan) ? exit.planHasChanges : exit.ok;
}

/** Schema meshturn.plan/v1. */
function planDocument({ fleet, observed, wanted, plan, phaseSeconds }: PlanView): string {
  const document = {
    schema: 'meshturn.plan/v1',
    fleet,
    mesh: observed.mesh,
    changes: hasWrites(plan),
    blocked: blocking(plan).length > 0,
    plan,
    phaseSeconds,
    wanted,
    observed,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
