import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Problem } from '../../problems/problem.ts';
import { runTied } from '../../worker/run-tied.ts';
import type { Installed } from '../installed.ts';
import { whyEnded } from '../why-ended.ts';

/** For what tells its version in a moment; another program may never end. */
const limitMs = 20_000;

const told = z.looseObject({ clientVersion: z.looseObject({ version: z.string() }) });

/** Whether istiods and proxies are Istio's own, or the simulation's. */
export type IstioKind = 'real' | 'simulated';

/** What the pods of a mesh run in earnest. */
export interface IstioBinaries {
  readonly discovery: string;
  readonly agent: string;
  readonly envoy: string;
  /** The template that the agent makes the configuration of Envoy from. */
  readonly bootstrap: string;
}

/** The folder in ISTIO_BIN_DIR, absolute: each program runs in a folder of its own. An empty one is none. */
export function istioFolder({ ISTIO_BIN_DIR: folder = '' }: NodeJS.ProcessEnv): string | undefined {
  return folder === '' ? undefined : resolve(folder);
}

/** The command that each runs in a pod: the other has none of that name. */
const commands = { 'pilot-discovery': 'discovery', 'pilot-agent': 'proxy' } as const;
type BinaryName = keyof typeof commands;

/**
 * Istio's own binaries: of the folder in ISTIO_BIN_DIR, or as installed. Throws LAB_NOT_INSTALLED, and
 * LAB_COMPONENT_FAILED where one of them is none, or the other.
 */
export async function istioBinaries(
  installed: Installed,
  environment: NodeJS.ProcessEnv,
): Promise<IstioBinaries> {
  const folder = istioFolder(environment);
  const demanded = async (name: BinaryName): Promise<string> => {
    const path = folder === undefined ? installed(name) : join(folder, name);
    await demandIstio(path, name);
    return path;
  };
  const [discovery, agent] = await Promise.all([demanded('pilot-discovery'), demanded('pilot-agent')]);
  return { discovery, agent, envoy: installed('envoy'), bootstrap: installed('envoy-bootstrap') };
}

/** Those that a lab of the kind runs; none of the simulated one. Throws as `istioBinaries` does. */
export async function istioOf(
  kind: IstioKind,
  installed: Installed,
  environment: NodeJS.ProcessEnv,
): Promise<IstioBinaries | undefined> {
  return kind === 'real' ? istioBinaries(installed, environment) : undefined;
}

/** A pod whose program is another would start again and again, and tell nobody why. */
async function demandIstio(path: string, name: BinaryName): Promise<void> {
  try {
    const { stdout } = await runTied([path, 'version', '-o', 'json'], { limitMs });
    told.parse(JSON.parse(stdout));
    await demandCommand(path, `${name} ${commands[name]}`);
  } catch (error) {
    throw new Problem(
      'LAB_COMPONENT_FAILED',
      {
        ...{
          object: path,
          expected: `${name} of Istio, which tells its version and has the command ${commands[name]}`,
          found: whyEnded(error),
        },
        hint: 'name a folder with pilot-discovery and pilot-agent: ISTIO_BIN_DIR=…; or unset it, and: npm run lab:install',
      },
      { cause: error },
    );
  }
}

async function demandCommand(path: string, usage: string): Promise<void> {
  const [, command = ''] = usage.split(' ');
  const { stdout } = await runTied([path, command, '--help'], { limitMs });
  if (!stdout.includes(usage)) throw new Error(`a help that does not speak of ${usage}`);
}
