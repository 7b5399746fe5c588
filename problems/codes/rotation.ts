import { type CodeEntry } from '../code.ts';

/** Plans, invariants and the course of a rotation. */
export const rotationCodes = {
  INVARIANT_VIOLATED: {
    message: 'the plan would break an invariant',
    hint: 'mend the cause, or override it: --override CODE --reason TEXT',
    exit: 1,
    retryable: false,
  },
  PHASE_UNDONE: {
    message: 'a phase that has ended is needed again: what was proven is no longer so',
    hint: 'look for foreign writes to the CA sources and for clusters in trouble; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
} as const satisfies Record<string, CodeEntry>;
