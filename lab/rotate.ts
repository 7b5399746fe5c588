import { fileURLToPath } from 'node:url';
import type { Context } from '../cli/context.ts';
import { type Shown, succeeded as rotated } from '../cli/demo/document.ts';
import { rotateAndCount } from '../cli/demo/rotate.ts';
import { summaryLines } from '../cli/demo/summary.ts';
import { withEnvironment } from '../cli/dev/with-environment.ts';
import { exit } from '../cli/exit.ts';
import type { World } from '../cli/dev/simulation.ts';
import { userCacheFolder } from '../worker/temporal-binary/cache.ts';
import type { Asked, AskedRotation } from './arguments.ts';
import { labDocument } from './document.ts';
import { demandClusters, findInstalled } from './installed.ts';
import { istioOf, type IstioKind } from './istio/binaries.ts';

function world(entry: string, clusters: string): World {
  // Its API servers take their time to end.
  return { entry: fileURLToPath(new URL(entry, import.meta.url)), endLimitMs: 60_000, clusters };
}

/** What is rotated, by whose istiods and proxies are in it. */
export const realClusters: Readonly<Record<IstioKind, World>> = {
  simulated: world('./world.ts', 'real clusters'),
  real: world('./world-real-istio.ts', 'real clusters with real Istio'),
};

/** Fewer would show nothing. */
const leastHandshakes = 1_000;

const leaving = {
  words: 'Ctrl-C ends the lab, and its rotation with it.',
  said: 'The lab ends, and its rotation with it.',
};

/**
 * Starts the lab, a Temporal server and a worker, rotates, prints what came of it, and ends all of it. Resolves with
 * the exit code: 0 only where the rotation completed and not one of at least 1,000 handshakes failed. Throws what the
 * parts throw.
 */
export async function rotateOnLab(
  context: Context,
  { clusters, seed, istio }: Asked,
  { output, kind, phases }: AskedRotation,
): Promise<number> {
  const { stdout, stderr } = context.process;
  // What is missing is told before anything is fetched or started for it.
  const installed = await findInstalled(userCacheFolder());
  demandClusters(installed);
  await istioOf(istio, installed, process.env);
  const print = (to: typeof stderr, line: string): void => {
    to.write(`${line}\n`);
  };
  const told = output === 'json' ? { ...context, process: { ...context.process, stdout: stderr } } : context;
  const say = (line: string): void => print(stderr, line);
  const started = { clusters, seed, say, world: realClusters[istio] };
  return withEnvironment(told, started, async (environment, inside) => {
    const document = await rotateAndCount(inside, environment, {
      ...{ kind, phases, chain: 'first', issuer: { kind: 'files' }, leaving },
    });
    if (document === undefined) return exit.interrupted;
    for (const line of summaryLines(document, 'Lab')) print(told.process.stdout, line);
    if (output === 'json') print(stdout, JSON.stringify(labDocument(document, istio), undefined, 2));
    return succeeded(document) ? exit.ok : exit.failed;
  });
}

export function succeeded(shown: Shown): boolean {
  return rotated(shown) && shown.handshakes.attempted >= leastHandshakes;
}
