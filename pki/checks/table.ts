import type { CaCheck } from './check.ts';
import { meshChecks } from './mesh-checks.ts';
import { pathChecks } from './path-checks.ts';
import { profileChecks } from './profile-checks.ts';
import { signerChecks } from './signer-checks.ts';
import { textChecks } from './text-checks.ts';

/** Every check of a CA set, in the order in which a person mends: what can be read, what fits, what peers take. */
export const caChecks: readonly CaCheck[] = [
  ...textChecks,
  ...signerChecks,
  ...pathChecks,
  ...profileChecks,
  ...meshChecks,
];
