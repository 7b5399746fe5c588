import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';

/**
 * Numbers of the processes whose command line or environment names the folder, or that run in it; of one program, where
 * given.
 */
export function processesOf(folder: string, program = ''): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && entry !== String(process.pid))
    .filter((pid) => {
      const words = read(`/proc/${pid}/cmdline`);
      const isOfIt = words.includes(folder) || isToldOf(folder, pid) || runsIn(folder, pid);
      return isOfIt && words.startsWith(program);
    })
    .map(Number);
}

/** Kills one of those that run the program. Throws where there is none: no number at all is the caller's own group. */
export function killOne(folder: string, program: string): void {
  const [pid] = processesOf(folder, program);
  if (pid === undefined) throw new Error(`expected a process of ${program} in ${folder}`);
  process.kill(pid, 'SIGKILL');
}

/** Resolves once no process is left that names the folder: a shell may take a moment to go after its program. */
export async function noneLeft(folder: string): Promise<void> {
  await eventually(() => expect(processesOf(folder)).toEqual([]));
}

/** Memory that they hold, in MiB; what several share counts once. */
export function memoryOf(pids: readonly number[]): number {
  const held = pids.map((pid) =>
    Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0),
  );
  return held.reduce((sum, kilobytes) => sum + kilobytes, 0) / 1024;
}

function isToldOf(folder: string, pid: string): boolean {
  return read(`/proc/${pid}/environ`).includes(folder);
}

function runsIn(folder: string, pid: string): boolean {
  const path = ifThere(() => readlinkSync(`/proc/${pid}/cwd`));
  return path === folder || path.startsWith(`${folder}/`);
}

function read(file: string): string {
  return ifThere(() => readFileSync(file, 'utf8'));
}

function ifThere(look: () => string): string {
  try {
    return look();
  } catch (error) {
    // It ended a moment ago, or is somebody else's.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return '';
    throw error;
  }
}
