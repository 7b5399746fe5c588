import { unlessAborted } from '../../worker/unless-aborted.ts';
import type { Context } from '../context.ts';
import type { Environment } from '../dev/environment.ts';
import { exit } from '../exit.ts';
import { type PlanRequest, planMesh } from '../planning.ts';
import { issuedFor } from '../rotation/plan-flags.ts';
import { type Leaving, watchRotation } from '../rotation/watching.ts';
import type { Rotations } from '../rotations.ts';
import { progressAtEnd } from './at-end.ts';
import { demoDocument, type DemoDocument } from './document.ts';
import type { Issuing } from './issuing.ts';
import { PhaseRecorder } from './phase-recorder.ts';

export interface Shown {
  readonly kind: 'root' | 'intermediate';
  readonly phases: '2' | '3';
  readonly chain: 'first' | 'last';
}

type Rotating = Shown & Pick<Issuing, 'issuer' | 'carry'> & { readonly leaving: Leaving };

/**
 * Rotates the fleet, tells it as it goes, and resolves with what came of it at its end; undefined after Ctrl-C. Throws
 * what a plan and a start throw, and whatever keeps the new intermediates from being signed.
 */
export async function rotateAndCount(
  context: Context,
  environment: Environment,
  o: Rotating,
): Promise<DemoDocument | undefined> {
  const recorder = new PhaseRecorder(environment.simulation);
  const ending = await rotate(context, environment, o, recorder);
  return ending === exit.interrupted ? undefined : outcome(context, environment, recorder, o.issuer);
}

async function rotate(
  context: Context,
  environment: Environment,
  { leaving, carry, ...flags }: Rotating,
  recorder: PhaseRecorder,
): Promise<number> {
  const { fleet, simulation, rotations } = environment;
  const [mesh] = fleet.meshes;
  if (mesh === undefined) throw new Error('the simulated fleet has no mesh');
  const name = { fleet: fleet.name, mesh: mesh.name };
  const ca = issuedFor(mesh, { kind: flags.kind, directory: simulation.newCa[flags.kind] });
  const request = { fleet: fleet.name, mesh, ca, ...dangers(flags), at: context.now() };
  const { policy } = await unlessAborted(
    context.interrupted,
    planMesh(await context.observe(fleet), request),
  );
  const input = { ...name, rotationId: context.newRotationId(), ca, policy };
  await unlessAborted(context.interrupted, rotations.start(input));
  const look: Rotations['look'] = async (mesh) => {
    const seen = await rotations.look(mesh);
    if (seen.kind === 'live') await recorder.saw(seen.progress);
    return seen;
  };
  // Nobody waits for certificates that will not come.
  const failed = new AbortController();
  const interrupted = AbortSignal.any([context.interrupted, failed.signal]);
  const carried = carry?.(context.interrupted).catch((error: unknown) => failed.abort(error));
  const ending = await watchRotation(
    { ...context, interrupted },
    { name, rotations: { ...rotations, look }, output: 'text', timeout: undefined, leaving },
  );
  await carried;
  if (!context.interrupted.aborted) failed.signal.throwIfAborted();
  return ending;
}

/** The ways that break an invariant, which the demo goes to show what they cost. */
function dangers({ phases, chain }: Shown): Pick<PlanRequest, 'phases' | 'chain' | 'overrides'> {
  const reason = 'the demo shows what becomes of handshakes';
  return {
    phases: phases === '2' ? 'two' : 'three',
    chain: chain === 'last' ? 'afterKey' : 'beforeKey',
    overrides: [
      ...(phases === '2' ? [{ invariant: 'ROOT_IN_USE', reason }] : []),
      ...(chain === 'last' ? [{ invariant: 'TORN_CHAIN', reason }] : []),
    ],
  };
}

async function outcome(
  context: Context,
  { fleet, rotations, simulation, temporal }: Environment,
  recorder: PhaseRecorder,
  issuer: Issuing['issuer'],
): Promise<DemoDocument> {
  const progress = await progressAtEnd(rotations, { fleet: fleet.name, mesh: fleet.meshes[0]?.name ?? '' });
  // The watch may have learned of its end from elsewhere.
  await recorder.saw(progress);
  return demoDocument({
    issuer,
    progress,
    statistics: await simulation.statistics(),
    phases: recorder.counts,
    temporal: { address: temporal.address, ui: temporal.ui },
    at: context.now(),
  });
}
