import { type CodeEntry } from '../code.ts';

/** The command line. */
export const cliCodes = {
  USAGE: {
    message: 'the command line is not understood',
    hint: 'see: meshturn --help',
    exit: 64,
    retryable: false,
  },
} as const satisfies Record<string, CodeEntry>;
