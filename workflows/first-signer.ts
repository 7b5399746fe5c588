import type { UnitStep } from '../rotation/plan.ts';
import type { ClusterStep } from '../rotation/progress.ts';

/** Whether the step brings a new signer, whose leaf must be accepted across clusters. */
export function changesSigner({ stages }: UnitStep): boolean {
  return stages.some(({ proofs }) => proofs.includes('accepted'));
}

/**
 * Of the units of a phase in which no leaf by a new signer was accepted yet, the one that is to have it accepted;
 * no other gets a new signer before that. One that stops gives its place to another, unless its leaf was refused.
 * Undefined where the phase brings none, or one has ended it.
 */
export function firstSigner(
  units: readonly UnitStep[],
  clustersOf: (step: UnitStep) => readonly ClusterStep[],
  started: ReadonlySet<string>,
): UnitStep | undefined {
  const changing = units.filter(changesSigner);
  if (changing.some((step) => clustersOf(step).every(({ state }) => state === 'done'))) return undefined;
  // What stopped it since does not make the refusal undone: that stays in doubt until it is proven anew.
  const refused = (step: UnitStep) =>
    clustersOf(step).some(({ stopped, doubts = [] }) =>
      [stopped?.code, ...doubts].includes('HANDSHAKE_REFUSED'),
    );
  const underWay = (step: UnitStep) =>
    started.has(step.unit) && clustersOf(step).some(({ state }) => state !== 'done' && state !== 'stopped');
  return changing.find(refused) ?? changing.find(underWay) ?? changing.find(({ unit }) => !started.has(unit));
}
