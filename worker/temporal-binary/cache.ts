import { chmod, mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import envPaths from 'env-paths';
import type { Search } from './source.ts';

/** The user's cache folder: XDG_CACHE_HOME where it is set, else as the system has it. */
export function userCacheFolder(): string {
  return envPaths('meshturn', { suffix: '' }).cache;
}

const fetching = 'fetching-';
const dayMs = 86_400_000;

/** Where downloads are kept, the one to be preferred first. */
export function cachedPaths({ program, cacheFolder }: Search): readonly string[] {
  return [wheelPath, sdkPath].map((path) => path(cacheFolder, program.name, program.wheel.version));
}

export function wheelPath(cacheFolder: string, name: string, version: string): string {
  return join(cacheFolder, `${name}-${version}`);
}

export function sdkPath(cacheFolder: string, name: string): string {
  return join(cacheFolder, `${name}-of-sdk`);
}

/**
 * Has `fetch` put an executable somewhere into a fresh folder, and moves it to `path` in one rename: whoever
 * finds something at `path` finds all of it, also where two processes fetch at a time, one is killed or the machine is.
 */
export async function keep(
  path: string,
  cacheFolder: string,
  fetch: (folder: string) => Promise<string>,
): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  await removeAbandoned(cacheFolder);
  const folder = await mkdtemp(join(cacheFolder, fetching));
  try {
    const fetched = await fetch(folder);
    await chmod(fetched, 0o755);
    await onDisk(fetched);
    await removeFolder(path);
    await rename(fetched, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What somebody was killed over: nobody fetches or builds for a day. */
async function removeAbandoned(cacheFolder: string): Promise<void> {
  const paths = (await readdir(cacheFolder)).filter((name) => name.startsWith(fetching));
  for (const path of paths.map((name) => join(cacheFolder, name))) {
    // Whoever it is of may remove it at this moment.
    const begun = (await stat(path).catch(() => undefined))?.mtimeMs ?? Infinity;
    if (Date.now() - begun > dayMs) await rm(path, { recursive: true, force: true });
  }
}

/** A folder is not replaced by a file that is moved to its name, as a file is. */
async function removeFolder(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() === true) await rm(path, { recursive: true });
}

async function onDisk(path: string): Promise<void> {
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
