/**
 * `npm run lab -- [--clusters 2] [--seed 1] [--istio real]`: real clusters on loopback until Ctrl-C. stdout, once all
 * are ready: where the kubeconfig and the fleet file are. With `--rotate root|intermediate [--phases 2] [-o json]`: a
 * rotation of them, and what came of it. The folder of all files goes with the lab, but where that is killed.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { processContext } from '../cli/process.ts';
import { userCacheFolder } from '../worker/temporal-binary/cache.ts';
import { readArguments, usage, type Asked } from './arguments.ts';
import { asksForHelp } from './help.ts';
import { findInstalled } from './installed.ts';
import { istioOf } from './istio/binaries.ts';
import { startLab } from './lab.ts';
import { inOwnFolder } from './own-folder.ts';
import { run } from './run.ts';

await run(async (signal) => {
  const words = process.argv.slice(2);
  if (asksForHelp(words)) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const asked = readArguments(words, process.env);
  if (asked.rotation === undefined) return stay(asked, signal);
  // Temporal's client takes its time to load.
  const { rotateOnLab } = await import('./rotate.ts');
  process.exitCode = await rotateOnLab(processContext(signal), asked, asked.rotation);
});

async function stay({ clusters, seed, istio: kind }: Asked, signal: AbortSignal): Promise<void> {
  const installed = await findInstalled(userCacheFolder());
  await inOwnFolder(async (folder) => {
    const start = performance.now();
    const istio = await istioOf(kind, installed, process.env);
    const lab = await startLab({ clusters, folder, installed, signal, settings: { seed }, istio });
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    process.stdout.write(
      [
        `${lab.clusters.join(' ')}: up in ${seconds} s`,
        `kubeconfig: ${lab.kubeconfig}`,
        `  ${installed('kubectl')} --kubeconfig ${lab.kubeconfig} get pods -A`,
        `fleet file: ${lab.fleetFile}`,
        `  npm run meshturn -- rotation plan -f ${lab.fleetFile} --root ${join(folder, 'root-b')}`,
        'Ctrl-C ends them.\n',
      ].join('\n'),
    );
    try {
      await Promise.race([untilAborted(signal), lab.failed.then((problem) => Promise.reject(problem))]);
    } finally {
      await lab.stop();
    }
  });
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await once(signal, 'abort');
  signal.throwIfAborted();
}
