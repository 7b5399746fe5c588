import { sleep } from '@temporalio/workflow';
import type { RotationInput } from '../rotation/messages.ts';
import { policyNow } from '../rotation/policy-now.ts';
import type { Phase, Violation } from '../rotation/plan.ts';
import { standingAgainstPhase } from '../rotation/standing-against-phase.ts';
import { observeUnits, whereSeen } from './observe-mesh.ts';
import { now } from './stage-context.ts';
import type { Ground } from './unit-children.ts';

/** A wave needs no look at the mesh where the last one is so young. */
const freshForMs = 30 * 60_000;

/** What comes and goes, as a namespace that is being made, is gone by then. */
const patience = '1 minute';

/** True where units are to begin a phase that relies on all the others, and nobody has looked at these for long. */
export function needsLook({ name }: Phase, lookedAt: string | undefined): boolean {
  return name !== 'distribute' && Date.now() - Date.parse(lookedAt ?? '1970-01-01') > freshForMs;
}

/** What stands against the steps that are still to begin, seen twice. Units that cannot be observed are left out. */
export async function standingAgainstWave(
  input: RotationInput,
  ground: Ground,
  rest: Phase,
): Promise<readonly Violation[]> {
  const first = await look(input, ground, rest);
  if (first.length === 0) return [];
  await sleep(patience, { summary: 'until the mesh is looked at once more before the next units begin' });
  return look(input, ground, rest);
}

async function look(
  input: RotationInput,
  { shape, wanted }: Ground,
  rest: Phase,
): Promise<readonly Violation[]> {
  // The barrier has seen a cluster that is away now, and its own step will miss it.
  const units = await observeUnits(input, shape.units, whereSeen);
  const policy = policyNow(input.policy, shape);
  return standingAgainstPhase({ mesh: input.mesh, at: now(), units }, wanted, policy, rest);
}
