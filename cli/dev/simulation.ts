import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Problem } from '../../problems/problem.ts';
import type { SimIssuer } from '../../sim/issuing/issuers.ts';
import { lastLines } from '../../worker/last-lines.ts';
import { unlessAborted } from '../../worker/unless-aborted.ts';
import { type WorldWords, wordsOf } from './world-words.ts';

/** Emitted beside this code, with its own extension, or beside its source. */
const entry = fileURLToPath(new URL(`../../sim/main${extname(import.meta.filename)}`, import.meta.url));

const counts = z.object({
  attempted: z.number(),
  failed: z.number(),
  byReason: z.record(z.string(), z.number()),
  terminating: z.number(),
  /** Ordered pairs of cluster and leaf generation: accepted at least once, of all there were. */
  pairs: z.object({ covered: z.number(), total: z.number() }),
});
export type HandshakeCounts = z.output<typeof counts>;

const failure = z.object({ at: z.string(), from: z.string(), to: z.string(), reason: z.string() });

const statistics = z.object({
  clusters: z.array(z.object({ name: z.string(), proxies: z.number(), istiods: z.number() })),
  proxies: z.number(),
  handshakes: counts.extend({ inPhase: counts, failures: z.array(failure) }),
});
export type Statistics = z.output<typeof statistics>;

export interface Simulation {
  /** Where it takes orders, such as to break something: see docs/faults.md. */
  readonly control: string;
  readonly fleetFile: string;
  /** `3 simulated clusters` */
  readonly clusters: string;
  /** Settles when it ends though nobody has stopped it: what it told, or SIMULATION_FAILED. */
  readonly failed: Promise<unknown>;
  /** Folders of new CAs that fit the fleet. */
  readonly newCa: { readonly root: string; readonly intermediate: string };
  readonly statistics: () => Promise<Statistics>;
  /** Tells the prober that a phase begins, so that it covers every pair of cluster and leaf generation anew. */
  readonly beginPhase: (name: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** What is rotated: a program that is spoken with as `sim/main.ts` is. */
export interface World {
  readonly entry: string;
  /** Beyond this, one that was told to end is killed. */
  readonly endLimitMs: number;
  /** Its clusters, in the plural. */
  readonly clusters: string;
}

const simulated: World = { entry, endLimitMs: 10_000, clusters: 'simulated clusters' };

export interface SimulationOptions {
  /** The simulation where left out. */
  readonly world?: World | undefined;
  /** Removed by the simulation when it ends: nobody else can where this process is killed. */
  readonly folder: string;
  readonly clusters: number;
  readonly seed: number;
  /** Who makes the intermediates of the new root; `files` where left out. */
  readonly issuer?: SimIssuer | undefined;
  /** Handshakes in a second; its own 60 where left out. */
  readonly handshakesPerSecond?: number;
}

/**
 * Simulated clusters, vaults and proxies in a process of their own, which ends when its standard input does:
 * the kernel closes that with this process, by whatever signal. It has a process group of its own, so that
 * Ctrl-C in the terminal ends it by way of its parent and not before it. Throws the problem that it tells
 * of, or SIMULATION_FAILED, and the signal's reason where that is aborted before it is up.
 */
export async function startSimulation(options: SimulationOptions, signal?: AbortSignal): Promise<Simulation> {
  const world = options.world ?? simulated;
  const logFile = join(options.folder, 'simulation.log');
  const log = await open(logFile, 'a', 0o600);
  const child = spawn(
    process.execPath,
    [world.entry, '--dir', options.folder, '--remove-dir', ...settings(options)],
    { stdio: ['pipe', 'pipe', log.fd], detached: true },
  );
  if (child.stdout === null) throw new Error('the simulation was started without a standard output');
  const words = wordsOf(child.stdout);
  const ended = once(child, 'exit');
  const failed = Promise.withResolvers<unknown>();
  let stopping = false;
  const stop = async () => {
    stopping = true;
    child.stdin?.destroy();
    const limit = setTimeout(() => child.kill('SIGKILL'), world.endLimitMs);
    await ended;
    clearTimeout(limit);
  };
  const fail = () => whyFailed(words, world, logFile).then(failed.resolve, failed.resolve);
  try {
    const control = await unlessAborted(signal, words.control);
    if (control === undefined) throw await whyFailed(words, world, logFile);
    void ended.then(() => (stopping ? undefined : fail()));
    const ask = (path: string, asked?: RequestInit): Promise<Response> =>
      fetch(new URL(path, control), asked).catch(async (error: unknown) => {
        // One that ends takes no orders any more, and tells why when it has.
        throw await Promise.race([failed.promise, delay(world.endLimitMs, error, { ref: false })]);
      });
    return {
      control,
      fleetFile: join(options.folder, 'fleet.yaml'),
      newCa: { root: join(options.folder, 'root-b'), intermediate: join(options.folder, 'intermediate-b') },
      statistics: async () => statistics.parse(await (await ask('/stats')).json()),
      beginPhase: async (name) => {
        await ask('/phase', { method: 'POST', body: JSON.stringify({ name }) });
      },
      clusters: `${options.clusters} ${world.clusters}`,
      failed: failed.promise,
      stop,
    };
  } catch (error) {
    await stop();
    // Ctrl-C may reach it before it has its group, and its end is then heard of before the signal.
    signal?.throwIfAborted();
    throw error;
  } finally {
    await log.close();
  }
}

function settings({ clusters, seed, issuer, handshakesPerSecond }: SimulationOptions): readonly string[] {
  const issuing = issuer === undefined ? [] : ['--issuer', issuer];
  const probing = handshakesPerSecond === undefined ? [] : ['--handshakes', String(handshakesPerSecond)];
  return ['--clusters', String(clusters), '--seed', String(seed), ...issuing, ...probing];
}

async function whyFailed(words: WorldWords, { clusters }: World, logFile: string): Promise<Problem> {
  const object = `the fleet of ${clusters}`;
  const told = await words.problem;
  return told ?? new Problem('SIMULATION_FAILED', { object, found: await lastLines(logFile) });
}
