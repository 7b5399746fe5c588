import type { ProblemCode } from '../../problems/registry.ts';
import type { ObservedWarning } from '../../rotation/observed.ts';

/** A warning as those who look make it: its code is one of the registry. */
export interface Warning extends ObservedWarning {
  readonly code: ProblemCode;
}
