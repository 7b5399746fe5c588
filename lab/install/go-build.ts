import { join } from 'node:path';
import { endOf } from '../../worker/last-lines.ts';
import { ProgramFailed, runTied } from '../../worker/run-tied.ts';
import { buildFlags, buildVariables, compilersMemory } from '../build-flags.ts';
import { moduleFolder } from '../component-path.ts';
import type { GoSource } from '../components.ts';

/**
 * Builds into the folder and returns the path of the executable. It ends with this process, compilers included.
 * Throws an error with the last lines of what Go printed, or the signal's reason.
 */
export async function goBuild(
  source: GoSource,
  o: { readonly folder: string; readonly environment: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<string> {
  const executable = join(o.folder, 'built');
  const environment = { ...compilersMemory, ...o.environment, ...buildVariables };
  try {
    await runTied(buildCommand(source, executable), { environment, signal: o.signal });
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    throw new Error(endOf(`${error.stdout}${error.stderr}`), { cause: error });
  }
  return executable;
}

export function buildCommand(source: GoSource, executable: string): readonly string[] {
  return ['go', 'build', '-C', moduleFolder, ...buildFlags(source), '-o', executable, source.package];
}
