import { type CodeEntry } from '../code.ts';

/** Temporal: the server, the worker, the binaries. */
export const temporalCodes = {
  TEMPORAL_UNREACHABLE: {
    message: 'no Temporal server answers',
    hint: 'set TEMPORAL_ADDRESS, or start one: meshturn dev',
    exit: 1,
    retryable: false,
  },
} as const satisfies Record<string, CodeEntry>;
