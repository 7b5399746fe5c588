import type { CodeEntry } from '../code.ts';

/** The command line. */
export const cliCodes = {
  USAGE: {
    message: 'the command line is not understood',
    hint: 'see: meshturn --help',
    exit: 64,
    retryable: false,
  },
  NO_SUCH_MESH: {
    message: 'the fleet has no such mesh',
    hint: 'name one of the meshes of the fleet file: --mesh NAME',
    exit: 64,
    retryable: false,
  },
  REASON_MISSING: {
    message: 'an override needs a reason, which is kept with the rotation',
    hint: 'add: --reason TEXT',
    exit: 64,
    retryable: false,
  },
  OVERRIDE_UNKNOWN: {
    message: 'no violation has this code, and nothing would be overridden',
    hint: 'name the code that the plan shows in brackets',
    exit: 64,
    retryable: false,
  },
  OVERRIDE_FORBIDDEN: {
    message: 'no reason is good enough to override it',
    hint: 'mend the cause',
    exit: 64,
    retryable: false,
  },
  OVERRIDE_WHILE_RUNNING: {
    message: 'a rotation that runs takes no override with its way back',
    hint: 'abort it, and when it has ended: meshturn rotation rollback FLEET/MESH -f FILE --override CODE --reason TEXT',
    exit: 64,
    retryable: false,
  },
  CONFIRMATION_MISSING: {
    message: 'it is confirmed with the name of the fleet, and nobody can be asked for that here',
    hint: 'add: --confirm FLEET',
    exit: 64,
    retryable: false,
  },
  CONFIRMATION_WRONG: {
    message: 'it is not the name of the fleet, and nothing was changed',
    hint: 'make sure that it is the fleet you mean, and name it as its file does',
    exit: 64,
    retryable: false,
  },
  WAIT_TIMED_OUT: {
    message: 'the time to wait is over; the rotation goes on',
    hint: 'come back: meshturn rotation watch FLEET/MESH',
    exit: 124,
    retryable: false,
  },
  NODE_TOO_OLD: {
    message: 'this Node.js is too old',
    hint: 'install Node.js 24, or run npm ci and then: npm run meshturn --',
    exit: 1,
    retryable: false,
  },
  OUTPUT_FAILED: {
    message: 'what the command says cannot be written there',
    hint: 'make room on the disk, or write elsewhere',
    exit: 1,
    retryable: false,
  },
  UNEXPECTED: {
    message: 'something failed that has no code of its own',
    hint: 'run it again with MESHTURN_DEBUG=1 to see where, and report it',
    exit: 1,
    retryable: false,
  },
  SIMULATION_FAILED: {
    message: 'it ended before it was up',
    hint: 'found is the end of its log; run it again, and report what stays',
    exit: 1,
    retryable: false,
  },
} as const satisfies Record<string, CodeEntry>;
