import { type CodeEntry } from '../code.ts';

/** The fleet file and folders of new CAs. */
export const fleetCodes = {
  FLEET_FILE_INVALID: {
    message: 'the fleet file is not valid',
    hint: 'mend the lines named and run: meshturn fleet validate FILE',
    exit: 65,
    retryable: false,
  },
} as const satisfies Record<string, CodeEntry>;
