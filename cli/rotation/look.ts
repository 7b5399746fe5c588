import type { Fleet, Mesh } from '../../fleet/fleet.ts';
import { loadFleet } from '../../fleet/load.ts';
import { rolledBackBy, type CaRef, type Override, type PlanPolicy } from '../../rotation/wanted.ts';
import { unlessAborted } from '../../worker/unless-aborted.ts';
import type { Context } from '../context.ts';
import { planMesh, type Planned } from '../planning.ts';
import { problemIn } from '../problem-in.ts';
import type { PlanView } from '../render/plan.ts';
import { overridesOf } from './overrides.ts';
import { withPathAsTyped } from './path-as-typed.ts';
import { caOf, issuedFor, meshOf, startCommand, type PlanFlags } from './plan-flags.ts';

/** What a plan is to be made of, as far as the command line and the fleet file tell. */
export interface Target {
  readonly fleet: Fleet;
  readonly mesh: Mesh;
  readonly ca: CaRef;
  /** The folder of the new CA as it was typed; undefined on a way back. */
  readonly folder?: string;
  readonly phases: PlanPolicy['phases'];
  readonly overrides: readonly Override[];
  /** The command line that starts what is planned. */
  readonly startCommand: string;
}

/** Throws USAGE, REASON_MISSING, OVERRIDE_UNKNOWN, OVERRIDE_FORBIDDEN, NO_SUCH_MESH, or what is wrong with the fleet file. */
export async function targetOf(flags: PlanFlags): Promise<Target> {
  const folder = caOf(flags);
  const overrides = overridesOf(flags.override, flags.reason);
  const fleet = await loadFleet(flags.file);
  const mesh = meshOf(fleet, flags.mesh);
  const ca = issuedFor(mesh, folder);
  const phases = flags.phases === '2' ? 'two' : 'three';
  const typed = flags.root ?? flags.intermediate ?? folder.directory;
  return {
    ...{ fleet, mesh, ca, folder: typed, phases, overrides },
    startCommand: startCommand(flags, mesh),
  };
}

/** Looks at every cluster of the mesh and plans; writes nothing. Throws what the looks throw. */
export async function lookAndPlan(
  context: Context,
  { fleet, mesh, ca, folder, phases, overrides, startCommand }: Target,
): Promise<Planned & PlanView> {
  context.process.stderr.write(`Looking at ${fleet.name}/${mesh.name} …\n`);
  const looking = planMesh(await context.observe(fleet), {
    fleet: fleet.name,
    mesh,
    ca,
    phases,
    overrides,
    at: context.now(),
  });
  const planned = await unlessAborted(context.interrupted, looking).catch((error: unknown) => {
    const problem = problemIn(error);
    throw 'before' in ca || folder === undefined ? problem : withPathAsTyped(problem, ca.directory, folder);
  });
  const columns = context.terminal?.columns;
  const before = rolledBackBy(ca);
  return {
    ...{ ...planned, ...mesh, fleet: fleet.name, columns, startCommand },
    ...(before === undefined ? {} : { before }),
  };
}
