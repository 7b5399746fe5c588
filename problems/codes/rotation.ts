import { type CodeEntry } from '../code.ts';

/** Plans, invariants and the course of a rotation. */
export const rotationCodes = {
  INVARIANT_VIOLATED: {
    message: 'the plan would break an invariant',
    hint: 'mend the cause, or override it: --override CODE --reason TEXT',
    exit: 1,
    retryable: false,
  },
} as const satisfies Record<string, CodeEntry>;
