import { once } from 'node:events';
import { join } from 'node:path';
import { endOf } from '../../worker/last-lines.ts';
import { startTied } from '../../worker/tied-process.ts';
import { buildFlags, buildVariables } from '../build-flags.ts';
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
  o.signal.throwIfAborted();
  const executable = join(o.folder, 'built');
  const environment = { ...o.environment, ...buildVariables };
  const build = await startTied(buildCommand(source, executable), { environment });
  // Kept here: a full disk would have no room for a log.
  let printed = '';
  for (const stream of [build.child.stdout, build.child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const closed = once(build.child, 'close');
  const stop = (): void => void build.stop();
  o.signal.addEventListener('abort', stop);
  // It may have come while the build was started.
  if (o.signal.aborted) stop();
  await closed;
  o.signal.removeEventListener('abort', stop);
  o.signal.throwIfAborted();
  if (build.child.exitCode !== 0) throw new Error(endOf(printed));
  return executable;
}

export function buildCommand(source: GoSource, executable: string): readonly string[] {
  return ['go', 'build', '-C', moduleFolder, ...buildFlags(source), '-o', executable, source.package];
}
