import type { CodeEntry } from '../code.ts';

/** Temporal: the server, the worker, the binaries. */
export const temporalCodes = {
  TEMPORAL_UNREACHABLE: {
    message: 'no Temporal server answers',
    hint: 'set TEMPORAL_ADDRESS, or start one: meshturn dev',
    exit: 1,
    retryable: false,
  },
  TEMPORAL_CONFIG_INVALID: {
    message: 'the Temporal client configuration cannot be read',
    hint: 'look at it with: temporal config list; and at the TEMPORAL_* variables: meshturn help environment',
    exit: 65,
    retryable: false,
  },
  TEMPORAL_BINARY_MISSING: {
    message: 'no Temporal server program can be had',
    hint: 'install the Temporal CLI and set MESHTURN_TEMPORAL_BIN to its path, or set TEMPORAL_ADDRESS to a running server',
    exit: 1,
    retryable: false,
  },
  TEMPORAL_BINARY_UNUSABLE: {
    message: 'the environment names a Temporal server program that cannot be started',
    hint: 'set MESHTURN_TEMPORAL_BIN to the path of the Temporal CLI, or unset it to have one found',
    exit: 65,
    retryable: false,
  },
  TEMPORAL_SERVER_FAILED: {
    message: 'the Temporal dev server did not come up',
    hint: 'found is the end of its log; set MESHTURN_TEMPORAL_BIN to another Temporal CLI, or TEMPORAL_ADDRESS to a running server',
    exit: 1,
    retryable: false,
  },
  SEARCH_ATTRIBUTE_MISSING: {
    message: 'the namespace lacks search attributes that Meshturn sets',
    hint: 'register them: meshturn setup',
    exit: 65,
    retryable: false,
  },
  RETENTION_TOO_SHORT: {
    message: 'finished workflows vanish from the namespace before a rotation can be reported on',
    hint: 'meshturn setup --retention 30d',
    exit: 65,
    retryable: false,
  },
  WORKER_MISSING: {
    message: 'no worker takes tasks from the queue',
    hint: 'start a worker for the group that `reach` names: meshturn worker --reach GROUP; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
  UNIT_LOST: {
    message: 'the workflow of the unit ended before its step did',
    hint: 'see in the Temporal UI why; start it again with: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
  ROTATION_ENDED: {
    message: 'the rotation that the unit belongs to runs no more, and the unit writes nothing without it',
    hint: 'start a rotation to the same CA again, which plans the rest: meshturn rotation start …',
    exit: 1,
    retryable: false,
  },
  ACTIVITY_TIMED_OUT: {
    message: 'no end within its time limit',
    hint: 'look at the log of the worker and at the cluster, which may be slow to answer; then: meshturn rotation retry …',
    exit: 1,
    retryable: false,
  },
  UNEXPECTED_FAILURE: {
    message: 'something failed that has no code of its own',
    hint: 'look at the failure in the Temporal UI and at the log of the worker; then: meshturn rotation retry …',
    exit: 1,
    retryable: true,
  },
  TEMPORAL_FORBIDDEN: {
    message: 'the Temporal server refuses access',
    hint: 'check TEMPORAL_API_KEY, TEMPORAL_TLS_* and the namespace: meshturn help environment',
    exit: 4,
    retryable: false,
  },
  ROTATION_RUNNING: {
    message: 'a rotation of this mesh is running',
    hint: 'watch it: meshturn rotation watch FLEET/MESH',
    exit: 1,
    retryable: false,
  },
  ROTATION_UNKNOWN: {
    message: 'there is no rotation of this mesh',
    hint: 'see those that are known: meshturn rotation list',
    exit: 1,
    retryable: false,
  },
  COMMAND_REFUSED: {
    message: 'the rotation refuses the command',
    hint: 'look at its state: meshturn rotation status FLEET/MESH',
    exit: 1,
    retryable: false,
  },
} as const satisfies Record<string, CodeEntry>;
