import { Problem } from '../../problems/problem.ts';
import { userCacheFolder } from './cache.ts';
import { inCache, namedByVariable, onPath } from './local-sources.ts';
import { temporalCli, testServer, type Program } from './program.ts';
import { pythonWheel } from './python-wheel.ts';
import { runningServer } from './running-server.ts';
import { sdkDownload } from './sdk-download.ts';
import type { Search, Source } from './source.ts';

/** Every way to a Temporal server, the first that leads somewhere is taken. */
export const sources: readonly Source[] = [
  runningServer,
  namedByVariable,
  onPath,
  inCache,
  sdkDownload,
  pythonWheel,
];

export interface ResolveOptions {
  /** True only for `dev`, `demo` and tests; MESHTURN_NO_DOWNLOAD=1 forbids it there too. */
  readonly downloads: boolean;
  readonly environment?: Search['environment'];
  readonly cacheFolder?: string;
  /** For tests: the ways to walk in place of `sources`. */
  readonly from?: readonly Source[];
}

/** A way that was walked in vain. */
interface Attempt {
  readonly source: string;
  readonly reason: string;
}

interface Resolution {
  readonly source: string;
  /** Why this one, in words. */
  readonly reason: string;
  /** What was tried before it, in order. */
  readonly tried: readonly Attempt[];
}
export type ResolvedProgram = Resolution & { readonly path: string };
export type ResolvedServer = ResolvedProgram | (Resolution & { readonly address: string });

/**
 * A server that runs, or the CLI to start one with. Throws TEMPORAL_BINARY_MISSING, TEMPORAL_BINARY_UNUSABLE,
 * TEMPORAL_CONFIG_INVALID.
 */
export function resolveTemporal(options: ResolveOptions): Promise<ResolvedServer> {
  return resolve(temporalCli, options);
}

/** The CLI, whatever server runs elsewhere: for tests, which need one of their own. */
export async function resolveTemporalCli(options: ResolveOptions): Promise<ResolvedProgram> {
  const from = (options.from ?? sources).filter((source) => source !== runningServer);
  return program(await resolve(temporalCli, { ...options, from }));
}

/** The server that skips over time. Throws TEMPORAL_BINARY_MISSING, TEMPORAL_BINARY_UNUSABLE. */
export async function resolveTestServer(options: ResolveOptions): Promise<ResolvedProgram> {
  return program(await resolve(testServer, options));
}

function program(resolved: ResolvedServer): ResolvedProgram {
  if ('path' in resolved) return resolved;
  throw new Error(`the source ${resolved.source} gave an address where a program was asked for`);
}

async function resolve(wanted: Program, options: ResolveOptions): Promise<ResolvedServer> {
  const environment = options.environment ?? process.env;
  const search = { program: wanted, environment, cacheFolder: options.cacheFolder ?? userCacheFolder() };
  const ban = downloadBan(options.downloads, environment);
  const tried: Attempt[] = [];
  for (const source of options.from ?? sources) {
    if (source.downloads && ban !== undefined) {
      tried.push({ source: source.name, reason: ban });
      continue;
    }
    const outcome = await source.look(search);
    if (outcome.found !== undefined) {
      return { ...outcome.found, source: source.name, reason: outcome.reason, tried };
    }
    tried.push({ source: source.name, reason: outcome.reason });
  }
  throw missing(wanted, tried);
}

function downloadBan(allowed: boolean, environment: Search['environment']): string | undefined {
  if (environment['MESHTURN_NO_DOWNLOAD'] === '1')
    return 'not tried: MESHTURN_NO_DOWNLOAD=1 forbids downloads';
  return allowed ? undefined : 'not tried: this command downloads nothing';
}

function missing(wanted: Program, tried: readonly Attempt[]): Problem {
  return new Problem('TEMPORAL_BINARY_MISSING', {
    object: wanted.name,
    found: tried.map(({ source, reason }) => `${source}: ${reason}`).join('; '),
    hint: `install ${wanted.name} and set ${wanted.variable} to its path${
      wanted.sdkServer === 'dev-server' ? ', or set TEMPORAL_ADDRESS to a running server' : ''
    }`,
  });
}
