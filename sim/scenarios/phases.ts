import type { ProblemCode } from '../../problems/registry.ts';
import type { Outcome, PhaseStrike } from './scenario.ts';

/** The phases of a root rotation. */
const phases = ['distribute', 'activate', 'revoke'] as const;

/** The same in both phases that change the bundle of roots; in activate it stays as it is. */
export function whereRootsChange(outcome: Outcome): readonly PhaseStrike[] {
  return inEveryPhase(outcome).filter(({ phase }) => phase !== 'activate');
}

/** The same in every phase. */
export function inEveryPhase(outcome: Outcome): readonly PhaseStrike[] {
  return phases.map((phase) => ({ phase, outcome }));
}

/**
 * Stops in every phase by the same code. `other`: what stops the other cluster in activate, whose new leaf somebody
 * else has to accept; a larger mesh has a third for that.
 */
export function stopsInEveryPhase(code: ProblemCode, other?: ProblemCode): readonly PhaseStrike[] {
  const alone = { is: 'stops', code } as const;
  const both = other === undefined ? alone : { ...alone, other };
  return phases.map((phase) => ({ phase, outcome: phase === 'activate' ? both : alone }));
}
