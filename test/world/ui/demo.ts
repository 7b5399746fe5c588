import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadFleet } from '../../../fleet/load.ts';
import type { Spawned } from '../../cli/spawned.ts';
import { vaultsOf } from '../../demo/vaults.ts';

const main = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));

/** What a running `meshturn demo` said of itself. */
export function addressesIn({ written: { stderr } }: Spawned): {
  readonly ui: string;
  readonly temporal: string;
  readonly fleetFile: string;
} {
  const found = (pattern: RegExp): string => {
    const [, match] = pattern.exec(stderr) ?? [];
    if (match === undefined) throw new Error(`${pattern.source} is not in: ${stderr}`);
    return match;
  };
  return {
    ui: found(/^Temporal UI: ([^ ,]+)/m),
    temporal: found(/TEMPORAL_ADDRESS=(\S+)/),
    fleetFile: found(/^Fleet file: (\S+)/m),
  };
}

/** Disables the newest version of the last cluster's key, as somebody might in the portal; returns the mend. */
export async function disableKey(fleetFile: string): Promise<() => Promise<void>> {
  const vault = (await vaultsOf(await loadFleet(fleetFile))).at(-1);
  if (vault === undefined) throw new Error(`${fleetFile} names no vault`);
  const { properties } = await vault.getSecret('ca-key');
  const enable = (enabled: boolean) =>
    vault.updateSecretProperties('ca-key', properties.version ?? '', { enabled });
  await enable(false);
  return async () => {
    await enable(true);
  };
}

/** A folder for PATH in which `meshturn` is. */
export async function commandFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-bin-'));
  const command = join(folder, 'meshturn');
  await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  await chmod(command, 0o755);
  return folder;
}
