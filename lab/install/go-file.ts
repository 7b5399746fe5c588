import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { moduleFolder } from '../component-path.ts';
import type { GoFile } from '../components.ts';
import { whyEnded } from '../why-ended.ts';

const run = promisify(execFile);
const downloaded = z.looseObject({ Dir: z.string() });
/** `go mod download -json` tells there, and not on stderr, why it has not got a module. */
const refused = z.looseObject({ Error: z.string() });

/** Copies a file of a Go module into the folder, in the version that the lab's own pins, and returns its path. Throws what Go says. */
export async function goFile(
  source: GoFile,
  o: { readonly folder: string; readonly environment: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<string> {
  const words = ['mod', 'download', '-json', source.of];
  const env = { ...o.environment, GOWORK: 'off' };
  const running = run('go', words, { cwd: moduleFolder, env, signal: o.signal });
  const { stdout } = await running.catch((error: unknown) => {
    throw new Error(whyNot(error), { cause: error });
  });
  const path = join(o.folder, 'fetched');
  await copyFile(join(downloaded.parse(JSON.parse(stdout)).Dir, source.file), path);
  return path;
}

function whyNot(error: unknown): string {
  const stdout = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
  return stdout.startsWith('{') ? refused.parse(JSON.parse(stdout)).Error : whyEnded(error);
}
