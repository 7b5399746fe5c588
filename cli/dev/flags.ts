import { whole } from '../flags.ts';

/** What `dev` and `demo` are told of the fleet they simulate. */
export const simulationFlags = {
  clusters: {
    kind: 'parsed',
    parse: whole(1, '--clusters'),
    default: '3',
    brief: 'Simulated clusters',
    placeholder: 'N',
  },
  seed: {
    kind: 'parsed',
    parse: whole(0, '--seed'),
    default: '1',
    brief: 'Decides all that is left to chance in the simulation',
    placeholder: 'N',
  },
} as const;
