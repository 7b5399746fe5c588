import type { ProblemDetails } from '../../problems/problem.ts';
import type { ProblemCode } from '../../problems/registry.ts';
import type { SeenSet } from './seen-set.ts';

/** `fatal`: the set is refused. `warning`: it is taken, and told. */
export type Severity = 'fatal' | 'warning';

/** Programs that are asked the same of the same bytes: `openssl verify`, and Go's crypto/x509 as istiod calls it. */
type Verifier = 'openssl' | 'go';

/** One row of the table of checks. */
export interface CaCheck {
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** What holds of a set that passes. */
  readonly expects: string;
  /** Why it is fatal, or no more than told; where others accept what is refused here, why that is so. */
  readonly why: string;
  /**
   * `any`: asked of every set before a write, the CA in use included. `new`: asked of a CA that is not in use yet; one
   * that is must be led away from, or back to, as it is.
   */
  readonly of: 'any' | 'new';
  /** Verifiers that accept some of what is refused here. */
  readonly stricterThan: readonly Verifier[];
  /** What is wrong, once a finding; nothing where it holds, or where there is nothing to look at. */
  readonly find: (set: SeenSet) => readonly ProblemDetails[];
}
