import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { exit } from '../cli/exit.ts';
import { renderError } from '../cli/render/problem.ts';
import { Problem } from '../problems/problem.ts';
import { serveOrders } from '../sim/orders.ts';
import { type OwnProcess, ownProcess } from '../sim/own-process.ts';
import { answerProbe } from '../sim/probe-orders.ts';
import { Prober } from '../sim/prober/prober.ts';
import { userCacheFolder } from '../worker/temporal-binary/cache.ts';
import { findInstalled } from './installed.ts';
import { isAbortion } from '../worker/is-abortion.ts';
import { type IstioKind, istioOf } from './istio/binaries.ts';
import { startLab, type Lab } from './lab.ts';

/**
 * The lab as a process of its own, for a rotation on it: spoken with as `sim/main.ts` is, `--dir DIR [--clusters 2]
 * [--seed 1] [--handshakes 60] [--remove-dir]`. stdout: one line of JSON once every workload is ready, with where it
 * takes orders, and one with the problem that it ends by. It ends, with all its processes, when its stdin ends or on
 * SIGTERM or SIGINT.
 */
export async function runLabProcess(kind: IstioKind): Promise<void> {
  const own = ownProcess({ clusters: 2 });
  const { directory: folder, clusters, seed, handshakesPerSecond, removesDirectory, told } = own;
  try {
    const installed = await findInstalled(userCacheFolder());
    const istio = await istioOf(kind, installed, process.env);
    const lab = await startLab({ clusters, folder, installed, signal: told, settings: { seed }, istio });
    try {
      await probe(lab, { seed, handshakesPerSecond, told });
    } finally {
      await lab.stop();
    }
  } catch (error) {
    if (!told.aborted || !isAbortion(error)) {
      process.stderr.write(renderError(error));
      if (error instanceof Problem) tell({ problem: error.report() });
      process.exitCode = exit.failed;
    }
  } finally {
    // Whoever lives to read why it failed removes it.
    if (removesDirectory && told.aborted) await rm(folder, { recursive: true, force: true });
    // What keeps the process alive now is only its stdin.
    process.stdin.destroy();
  }
}

/** Until it is told to end. Throws why the lab cannot go on. */
async function probe(
  lab: Lab,
  { seed, handshakesPerSecond: perSecond, told }: Pick<OwnProcess, 'seed' | 'handshakesPerSecond' | 'told'>,
): Promise<void> {
  const prober = new Prober(lab.meshes, { perSecond, seed });
  const control = await serveOrders((order) => answerProbe({ meshes: lab.meshes, prober }, order));
  prober.start();
  try {
    tell({ ready: true, control: `http://127.0.0.1:${control.port}`, fleet: lab.fleetFile });
    const failed = lab.failed.then((problem) => Promise.reject(problem));
    if (!told.aborted) await Promise.race([once(told, 'abort'), failed]);
  } finally {
    await prober.stop();
    await control.close();
  }
}

function tell(word: object): void {
  process.stdout.write(`${JSON.stringify(word)}\n`);
}
