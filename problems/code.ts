/** One entry of the registry of problem codes. */
export interface CodeEntry {
  /** What is wrong, as the end of the sentence `<object>: …`, without a full stop. */
  readonly message: string;
  /** The mend in general; a thrower that knows the exact command gives its own. */
  readonly hint: string;
  /** Exit code of a CLI command that ends with it (see `meshturn help exit-codes`). */
  readonly exit: ExitCode;
  /** True where the same call may succeed later without anybody's doing. */
  readonly retryable: boolean;
  /** What a stop by it says of what was proven of the mesh before. */
  readonly stands: Stands;
  /** True for what is only ever told: it stops nothing, and no command ends with it. */
  readonly warns?: true;
}

/**
 * `keeps`: it holds, and Meshturn merely cannot go on. `noRenewal`: it holds, but leaves of the cluster may not be
 * renewed meanwhile, so it does as long as they live. `doubts`: it may not hold.
 */
export type Stands = 'keeps' | 'noRenewal' | 'doubts';

/**
 * 1 failed · 4 authentication or RBAC · 8 pending · 64 usage · 65 configuration · 79 a check found problems ·
 * 124 the wait timed out, the operation goes on.
 */
type ExitCode = 1 | 4 | 8 | 64 | 65 | 79 | 124;
