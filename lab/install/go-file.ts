import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ProgramFailed, runTied } from '../../worker/run-tied.ts';
import { buildVariables } from '../build-flags.ts';
import { moduleFolder } from '../component-path.ts';
import type { GoFile } from '../components.ts';
import { whyEnded } from '../why-ended.ts';

const downloaded = z.looseObject({ Dir: z.string() });
/** `go mod download -json` tells there, and not on stderr, why it has not got a module. */
const refused = z.looseObject({ Error: z.string() });

/** Copies a file of a Go module into the folder, in the version that the lab's own pins, and returns its path. Throws what Go says. */
export async function goFile(
  source: GoFile,
  o: { readonly folder: string; readonly environment: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<string> {
  const command = ['go', '-C', moduleFolder, 'mod', 'download', '-json', source.of];
  const environment = { ...o.environment, ...buildVariables };
  const { stdout } = await runTied(command, { environment, signal: o.signal }).catch((error: unknown) => {
    throw error instanceof ProgramFailed ? new Error(whyNot(error), { cause: error }) : error;
  });
  const path = join(o.folder, 'fetched');
  await copyFile(join(downloaded.parse(JSON.parse(stdout)).Dir, source.file), path);
  return path;
}

function whyNot(error: ProgramFailed): string {
  const { stdout } = error;
  return stdout.startsWith('{') ? refused.parse(JSON.parse(stdout)).Error : whyEnded(error);
}
