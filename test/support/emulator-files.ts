import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a fleet file names of a service that is none of Azure's, by absolute paths. */
export interface EmulatorFiles {
  readonly caFile: string;
  readonly tokenFile: string;
}

export async function emulatorFiles(ca: string, token: string): Promise<EmulatorFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-emulator-'));
  const files = { caFile: join(folder, 'ca.pem'), tokenFile: join(folder, 'token') };
  await writeFile(files.caFile, ca);
  await writeFile(files.tokenFile, token);
  return files;
}
