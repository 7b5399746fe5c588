/**
 * `npm run lab -- [--clusters 2]`: real clusters on loopback until Ctrl-C. stdout, once all are ready: where the
 * kubeconfig is. The folder it is in goes with the lab, but where that is killed.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { userCacheFolder } from '../worker/temporal-binary/cache.ts';
import { clustersAskedFor } from './arguments.ts';
import { findInstalled } from './installed.ts';
import { startLab } from './lab.ts';
import { run } from './run.ts';

await run(async (signal) => {
  const clusters = clustersAskedFor(process.argv.slice(2));
  const installed = await findInstalled(userCacheFolder());
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-lab-'));
  try {
    const start = performance.now();
    const lab = await startLab({ clusters, folder, installed, signal });
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    process.stdout.write(
      [
        `${lab.clusters.join(' ')}: up in ${seconds} s`,
        `kubeconfig: ${lab.kubeconfig}`,
        `fleet file: ${lab.fleetFile}`,
        `  ${installed('kubectl')} --kubeconfig ${lab.kubeconfig} get pods -A`,
        'Ctrl-C ends them.\n',
      ].join('\n'),
    );
    try {
      await Promise.race([untilAborted(signal), lab.failed.then((problem) => Promise.reject(problem))]);
    } finally {
      await lab.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function untilAborted(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await once(signal, 'abort');
  signal.throwIfAborted();
}
