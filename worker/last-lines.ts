import { readFile } from 'node:fs/promises';

const most = 3;
/** Of what Node prints when it dies of an error: source, stack, properties and its version; not what is told of a problem. */
const beside = /^(?! {2}(expected|found) )\s|^}|^Node\.js v/;

/** The end of a log in one line, for an error about a process whose log goes with its folder. */
export async function lastLines(file: string): Promise<string> {
  return endOf(await readFile(file, 'utf8'));
}

/** The same of what was read already. */
export function endOf(log: string): string {
  const lines = log.split('\n').map((line) => line.replace(/ *\{?$/, ''));
  // What a program in Go dies of stands before its stack, which is longer.
  const panic = lines.findLast((line) => line.startsWith('panic: '));
  if (panic !== undefined) return panic;
  const told = lines.filter((line) => line !== '' && !beside.test(line));
  return told.length === 0
    ? 'an empty log'
    : told
        .slice(-most)
        .map((line) => line.trim())
        .join(' | ');
}
