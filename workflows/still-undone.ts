import { Problem } from '../problems/problem.ts';
import type { PhaseName } from '../rotation/plan.ts';
import { leadsFurther } from '../rotation/undone.ts';
import type { View } from './observe-mesh.ts';
import type { RotationRun } from './rotation-run.ts';

/** A phase that ended and is needed again is gone through so often before a person must look. */
const repetitions = 2;
/** Of what it left undone, so much is named. */
const namedUndone = 5;

/** Why a phase that has ended must not be gone through once more; undefined where it may, or need not. */
export function stillUndone(
  run: RotationRun,
  mesh: string,
  ended: PhaseName,
  { undone, plan }: View,
): Problem | undefined {
  if (undone.length > 0) run.again += 1;
  else if (leadsFurther(plan, run.progress)) run.again = 0;
  if (run.again <= repetitions) return undefined;
  run.again = 0;
  const named = undone.slice(0, namedUndone);
  const more = undone.length - named.length;
  return new Problem('PHASE_UNDONE', {
    object: `${mesh}, phase ${ended}`,
    found: `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
  });
}
