import { usage } from '../flags.ts';

function whole(least: number, what: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    throw usage(what, `a whole number of at least ${least}`, text);
  };
}

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
