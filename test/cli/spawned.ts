import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

export interface Spawned {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly written: { stdout: string; stderr: string };
  /** Resolves as soon as the stream has said so. */
  readonly said: (stream: 'stdout' | 'stderr', words: string) => Promise<void>;
  /** To the whole process group, as the terminal does. */
  readonly signalGroup: (signal: NodeJS.Signals) => void;
  /** SIGKILL to the one of its processes whose command line begins with a path and has such words. */
  readonly killOne: (words: string) => Promise<void>;
  readonly exitCode: () => Promise<number | null>;
  /** Resolves when nothing that it started runs any more and its temporary folders are gone. */
  readonly nothingLeft: () => Promise<void>;
}

/**
 * The command line as a process in a group and with a folder for temporary files of its own. It is killed by what
 * `ending` is given: at the end of the test, where left out.
 */
export function spawned(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  ending: (end: () => void) => void = onTestFinished,
): Spawned {
  const folder = mkdtempSync(join(tmpdir(), 'spawned-'));
  const child = spawn(process.execPath, [main, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...environment, TMPDIR: folder },
  });
  const exited = once(child, 'exit');
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  ending(() => void child.kill('SIGKILL'));
  return {
    ...{ child, written },
    said: async (stream, words) => {
      while (!written[stream].includes(words)) {
        const more = await Promise.race([once(child[stream], 'data'), exited.then(() => undefined)]);
        if (more === undefined) throw new Error(`it ended and never said ${words}: ${written.stderr}`);
      }
    },
    signalGroup: (signal) => {
      if (child.pid === undefined) throw new Error('it was not started');
      process.kill(-child.pid, signal);
    },
    killOne: async (words) => {
      const own = (await processesWith(`TMPDIR=${folder}`)).filter((one) => /^\d+ \//.test(one));
      const [first, ...more] = own.filter((one) => one.includes(words));
      if (first === undefined || more.length > 0)
        throw new Error(`expected one with ${words}: ${own.join(', ')}`);
      process.kill(Number.parseInt(first, 10), 'SIGKILL');
    },
    exitCode: async () => {
      await exited;
      return child.exitCode;
    },
    nothingLeft: () =>
      eventually(async () => {
        const left = [...(await readdir(folder)), ...(await processesWith(`TMPDIR=${folder}`))];
        if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
      }),
  };
}

/** Linux only: the command lines of processes whose environment holds that setting. */
async function processesWith(setting: string): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // One that ends meanwhile, or that is another user's, cannot be read.
  const read = (path: string) => readFile(path, 'utf8').catch(() => '');
  const found = await Promise.all(
    ids.map(async (id) => {
      const has = (await read(`/proc/${id}/environ`)).split('\0').includes(setting);
      return has ? [`${id} ${(await read(`/proc/${id}/cmdline`)).replaceAll('\0', ' ')}`] : [];
    }),
  );
  return found.flat();
}
