import type { Stage, UnitStep } from '../rotation/plan.ts';
import type { RotationRun } from './rotation-run.ts';

/** What a unit serves, and what its CA source holds. */
type Proven = Pick<Stage, 'expect' | 'chain'>;

/**
 * What is proven of the units of the phase that are done, until its barrier is passed, and of those whose turn is still
 * to come, on which the others rely from the phase on in which they sign otherwise. Units that are no longer so count as
 * well.
 */
export function provenUnits(run: RotationRun): ReadonlyMap<UnitStep, Proven> {
  const begun = new Set(run.begunUnits());
  const proven = new Map<UnitStep, Proven>();
  for (const step of run.standsOn?.units ?? []) {
    const last = step.stages.at(-1);
    if (begun.has(step)) {
      const ended = run.unitState(step) === 'done' || run.isRegressed(step);
      if (ended && last?.proofs.includes('loaded')) proven.set(step, last);
    } else if (run.standsOn?.name !== 'distribute') {
      proven.set(step, { expect: step.from, chain: step.chain });
    }
  }
  return proven;
}
