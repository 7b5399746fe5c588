import type { MeshShape } from './shape.ts';
import type { PlanPolicy } from './wanted.ts';

/** A rotation's policy, with the roots that the fleet file marks as compromised by now and not only at its start. */
export function policyNow(
  policy: PlanPolicy,
  { compromised = [] }: Pick<MeshShape, 'compromised'>,
): PlanPolicy {
  return { ...policy, compromised: [...new Set([...policy.compromised, ...compromised])] };
}
