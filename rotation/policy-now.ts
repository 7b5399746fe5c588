import type { MeshShape } from './shape.ts';
import type { PlanPolicy } from './wanted.ts';

/** A rotation's policy, with what the fleet file says by now of roots and of trust holders, and not only at its start. */
export function policyNow(
  policy: PlanPolicy,
  { compromised = [], certificateHolders }: Pick<MeshShape, 'compromised' | 'certificateHolders'>,
): PlanPolicy {
  return {
    ...policy,
    compromised: [...new Set([...policy.compromised, ...compromised])],
    ...(certificateHolders === undefined ? {} : { certificateHolders }),
  };
}
