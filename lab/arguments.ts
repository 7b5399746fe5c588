import { parseArgs } from 'node:util';
import { Problem } from '../problems/problem.ts';
import { istioFolder, type IstioKind } from './istio/binaries.ts';

export const usage =
  'npm run lab -- --clusters 2 [--seed 1] [--istio real|simulated] [--rotate root|intermediate [--phases 2|3] [-o json]]';

/** What `npm run lab` is asked for. */
export interface Asked {
  readonly clusters: number;
  readonly seed: number;
  readonly istio: IstioKind;
  /** The rotation that the lab is started for; without one it stays until Ctrl-C. */
  readonly rotation: AskedRotation | undefined;
}

export interface AskedRotation {
  readonly kind: 'root' | 'intermediate';
  readonly phases: '2' | '3';
  readonly output: 'text' | 'json';
}

/** Each takes hundreds of MiB, and ports of loopback. */
const mostClusters = 50;

const options = {
  clusters: { type: 'string', default: '2' },
  seed: { type: 'string', default: '1' },
  istio: { type: 'string' },
  rotate: { type: 'string' },
  phases: { type: 'string' },
  output: { type: 'string', short: 'o' },
} as const;

/** Throws USAGE. */
export function readArguments(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Asked {
  const { clusters, seed, istio, rotate, phases, output } = valuesOf(words);
  // Whoever names a folder of Istio's binaries wants them.
  const usual = istioFolder(environment) === undefined ? 'simulated' : 'real';
  const common = {
    clusters: whole('--clusters', clusters, 1, mostClusters),
    seed: whole('--seed', seed, 0, Number.MAX_SAFE_INTEGER),
    istio: oneOf('--istio', istio ?? usual, ['real', 'simulated']),
  };
  if (rotate !== undefined) {
    const kind = oneOf('--rotate', rotate, ['root', 'intermediate']);
    const rest = {
      phases: oneOf('--phases', phases ?? '3', ['2', '3']),
      output: oneOf('--output', output ?? 'text', ['text', 'json']),
    };
    return { ...common, rotation: { kind, ...rest } };
  }
  const lone = Object.entries({ phases, output }).find(([, value]) => value !== undefined)?.[0];
  if (lone !== undefined) throw wrong(`--${lone}`, '--rotate beside it', 'none');
  return { ...common, rotation: undefined };
}

function valuesOf(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options }).values;
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new Problem('USAGE', { object: 'lab', found, hint: usage }, { cause: error });
  }
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw wrong(name, `a whole number from ${least} to ${most}`, text);
}

function oneOf<const T extends string>(name: string, text: string, known: readonly T[]): T {
  const found = known.find((one) => one === text);
  if (found === undefined) throw wrong(name, known.join(' or '), text);
  return found;
}

function wrong(object: string, expected: string, found: string): Problem {
  return new Problem('USAGE', { object, expected, found, hint: usage });
}
