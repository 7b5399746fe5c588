import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';

/** What keeps a process off the network. */
export interface Seal {
  /**
   * `none`: it is in a network namespace of its own, which has none. `refused`: the system gives it no such namespace,
   * and it is Node that opens no connection; whoever breaks into the process could.
   */
  readonly network: 'none' | 'refused';
  /** What stands before its command line. */
  readonly before: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** As any user where the system lets users have namespaces, and as root where it does not. */
const namespaces = [
  ['unshare', '--map-root-user', '--net'],
  ['unshare', '--net'],
] as const;

/** Emitted beside this code, with its own extension, or beside its source. */
const refusing = new URL(`refuse-network${extname(import.meta.filename)}`, import.meta.url);

/** The strongest that this machine has. */
export async function sealOf(): Promise<Seal> {
  for (const before of namespaces) if (await works(before)) return { network: 'none', before, env: {} };
  const options = [process.env['NODE_OPTIONS'] ?? '', `--import=${refusing.href}`];
  return { network: 'refused', before: [], env: { NODE_OPTIONS: options.join(' ').trim() } };
}

async function works([program, ...flags]: (typeof namespaces)[number]): Promise<boolean> {
  const child = spawn(program, [...flags, 'true'], { stdio: 'ignore' });
  // Where there is no such program, which macOS lacks, it is not started.
  const ended = once(child, 'exit').then(
    ([code]) => code === 0,
    () => false,
  );
  return ended;
}
