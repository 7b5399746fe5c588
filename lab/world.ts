/**
 * The lab as a process of its own, for a rotation on it: spoken with as `sim/main.ts` is, `--dir DIR [--clusters 2]
 * [--seed 1] [--remove-dir]`. stdout: one line of JSON once every workload is ready, with where it takes orders. It
 * ends, with all its processes, when its stdin ends or on SIGTERM or SIGINT.
 */
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { exit } from '../cli/exit.ts';
import { renderError } from '../cli/render/problem.ts';
import { serveOrders } from '../sim/orders.ts';
import { answerProbe } from '../sim/probe-orders.ts';
import { Prober } from '../sim/prober/prober.ts';
import { userCacheFolder } from '../worker/temporal-binary/cache.ts';
import { findInstalled } from './installed.ts';
import { startLab, type Lab } from './lab.ts';

/** As many as the simulation makes. */
const handshakesPerSecond = 60;

const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    clusters: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    'remove-dir': { type: 'boolean', default: false },
  },
});
const folder = values.dir;
if (folder === undefined) throw new Error('expected --dir DIR');

const told = new AbortController();
const end = (): void => told.abort();
process.once('SIGTERM', end);
process.once('SIGINT', end);
process.stdin.once('end', end).once('close', end);
process.stdout.on('error', end);
process.stdin.resume();

try {
  const installed = await findInstalled(userCacheFolder());
  const seed = Number(values.seed);
  const clusters = Number(values.clusters);
  const lab = await startLab({ clusters, folder, installed, signal: told.signal, settings: { seed } });
  try {
    await probe(lab, seed);
  } finally {
    await lab.stop();
  }
} catch (error) {
  if (!told.signal.aborted) {
    process.stderr.write(renderError(error));
    process.exitCode = exit.failed;
  }
} finally {
  // Whoever lives to read why it failed removes it.
  if (values['remove-dir'] && told.signal.aborted) await rm(folder, { recursive: true, force: true });
  // What keeps the process alive now is only its stdin.
  process.stdin.destroy();
}

/** Until it is told to end. Throws why the lab cannot go on. */
async function probe(lab: Lab, seed: number): Promise<void> {
  const prober = new Prober(lab.meshes, { perSecond: handshakesPerSecond, seed });
  const control = await serveOrders((order) => answerProbe({ meshes: lab.meshes, prober }, order));
  prober.start();
  try {
    const line = { ready: true, control: `http://127.0.0.1:${control.port}`, fleet: lab.fleetFile };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    const failed = lab.failed.then((problem) => Promise.reject(problem));
    if (!told.signal.aborted) await Promise.race([once(told.signal, 'abort'), failed]);
  } finally {
    await prober.stop();
    await control.close();
  }
}
