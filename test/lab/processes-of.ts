import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';

/** Numbers of the processes whose command line names the folder; of those of one program, where that is given. */
export function processesOf(folder: string, program = ''): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && entry !== String(process.pid))
    .filter((pid) => {
      const words = read(`/proc/${pid}/cmdline`);
      return words.includes(folder) && words.startsWith(program);
    })
    .map(Number);
}

/** Resolves once no process is left that names the folder: a shell may take a moment to go after its program. */
export async function noneLeft(folder: string): Promise<void> {
  await eventually(() => expect(processesOf(folder)).toEqual([]), 20);
}

/** Memory that they hold, in MiB; what several share counts once. */
export function memoryOf(pids: readonly number[]): number {
  const held = pids.map((pid) =>
    Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0),
  );
  return held.reduce((sum, kilobytes) => sum + kilobytes, 0) / 1024;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // It ended a moment ago.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return '';
    throw error;
  }
}
