import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const most = 3;
/** Of what Node prints when it dies of an error: source, stack, properties and its version; not what is told of a problem. */
const beside = /^(?! {2}(expected|found) )\s|^}|^Node\.js v/;

/**
 * The end of a log in one line, for an error about a process whose log goes with its folder. Where somebody has removed
 * that, says so: what has ended is told all the same.
 */
export async function lastLines(file: string): Promise<string> {
  let log: string;
  try {
    log = await readFile(file, 'utf8');
  } catch (error) {
    return `no log: ${error instanceof Error ? error.message : String(error)}`;
  }
  return endOf(log);
}

/** The same of what was read already. */
export function endOf(log: string): string {
  const printed = log.split('\n');
  const fatal = printed.map(entryOf).findLast((entry) => entry?.fatal);
  if (fatal !== undefined) return fatal.text;
  const lines = printed.map((line) => entryOf(line)?.text ?? line.replace(/ *\{?$/, ''));
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

/** A line of a log in JSON, as etcd and KWOK print it: what it says, without the stack and all else that it was printed with. */
const entry = z.looseObject({
  level: z.string().default(''),
  msg: z.string(),
  error: z.string().optional(),
  err: z.string().optional(),
});

function entryOf(line: string): { readonly fatal: boolean; readonly text: string } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { level, msg, err, error = err } = entry.parse(JSON.parse(line));
    return {
      fatal: ['fatal', 'panic'].includes(level),
      text: error === undefined ? msg : `${msg}: ${error}`,
    };
  } catch {
    return undefined;
  }
}
