import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { Problem } from '../../problems/problem.ts';
import { endOf } from '../../worker/last-lines.ts';
import type { Installed } from '../installed.ts';

const run = promisify(execFile);
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

/**
 * Istio's own binaries: of the folder in ISTIO_BIN_DIR, or as installed. Throws LAB_NOT_INSTALLED, and
 * LAB_COMPONENT_FAILED where one of them is none.
 */
export async function istioBinaries(
  installed: Installed,
  environment: NodeJS.ProcessEnv,
): Promise<IstioBinaries> {
  const folder = environment['ISTIO_BIN_DIR'];
  const path = (name: string): string => (folder === undefined ? installed(name) : join(folder, name));
  const [discovery, agent] = [path('pilot-discovery'), path('pilot-agent')];
  await Promise.all([discovery, agent].map(demandIstio));
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
async function demandIstio(path: string): Promise<void> {
  try {
    const { stdout } = await run(path, ['version', '-o', 'json'], { timeout: 20_000 });
    told.parse(JSON.parse(stdout));
  } catch (error) {
    throw new Problem(
      'LAB_COMPONENT_FAILED',
      {
        ...{ object: path, expected: 'a binary of Istio, which tells its version', found: whyNot(error) },
        hint: 'name a folder with pilot-discovery and pilot-agent: ISTIO_BIN_DIR=…; or unset it, and: npm run lab:install',
      },
      { cause: error },
    );
  }
}

function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const printed = 'stderr' in error ? String(error.stderr) : '';
  return printed === '' ? error.message : endOf(printed);
}
