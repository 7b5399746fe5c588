import { open } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const most = 3;
/** Characters of a line: a program may print all that it holds in one. */
const longest = 1_000;
/** Bytes of a log that are looked at: some are larger than what can be read at once. */
const end = 1 << 20;
/** Of what Node prints when it dies of an error: source, stack, properties and its version; not what is told of a problem. */
const beside = /^(?! {2}(expected|found) )\s|^}|^Node\.js v/;

/**
 * The end of a log in one line, for an error about a process whose log goes with its folder. Where somebody has removed
 * that, says so: what has ended is told all the same.
 * @param from the byte at which the process began, where the log has more
 */
export async function lastLines(file: string, from = 0): Promise<string> {
  let log: string;
  try {
    log = await readEnd(file, from);
  } catch (error) {
    return `no log: ${error instanceof Error ? error.message : String(error)}`;
  }
  return endOf(log);
}

async function readEnd(file: string, from: number): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const start = Math.max(from, size - end);
    return await text(handle.createReadStream({ start, autoClose: false }));
  } finally {
    await handle.close();
  }
}

/** The same of what was read already. */
export function endOf(log: string): string {
  const printed = log.split('\n');
  const fatal = printed.map(entryOf).findLast((entry) => entry?.fatal);
  if (fatal !== undefined) return cut(fatal.text);
  const lines = printed.map((line) => entryOf(line)?.text ?? line.replace(/ *\{?$/, ''));
  // What a program in Go dies of stands before its stack, which is longer.
  const panic = lines.findLast((line) => line.startsWith('panic: '));
  if (panic !== undefined) return cut(panic);
  const told = lines.filter((line) => line !== '' && !beside.test(line));
  return told.length === 0
    ? 'an empty log'
    : told
        .slice(-most)
        .map((line) => cut(line.trim()))
        .join(' | ');
}

function cut(line: string): string {
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
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
  const read = entry.safeParse(parsed(line));
  if (!read.success) return undefined;
  const { level, msg, err, error = err } = read.data;
  return {
    fatal: ['fatal', 'panic'].includes(level),
    text: error === undefined ? msg : `${msg}: ${error}`,
  };
}

/** The fields that count of a line, also where the disk had no place for all of it. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    const fields = line.matchAll(/"(level|msg|error|err)":("(?:[^"\\]|\\.)*")/g);
    return Object.fromEntries([...fields].map(([, name, value = '']) => [name, whole(value)]));
  }
}

function whole(literal: string): unknown {
  try {
    return JSON.parse(literal);
  } catch {
    return literal;
  }
}
