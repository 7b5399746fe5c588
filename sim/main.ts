import { parseArgs } from 'node:util';
import { buildFleet } from './fleet.ts';
import { serveControl } from './control.ts';

/*
 * The simulation as a process of its own:
 *
 *   node sim/main.ts --dir DIR [--clusters 3] [--seed 1]
 *
 * stdout: one line of JSON, {"ready":true,"control":"http://127.0.0.1:PORT","fleet":"DIR/fleet.yaml", …}, once
 * every proxy of every cluster is ready. It ends, with every port closed, when its stdin ends or on SIGTERM or
 * SIGINT; the folder stays.
 */
const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    clusters: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
  },
});
if (values.dir === undefined) throw new Error('expected --dir DIR');

const fleet = buildFleet({ clusters: Number(values.clusters), seed: Number(values.seed) });
await fleet.writeTo(values.dir);
const control = await serveControl(fleet);

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await control.close();
  await fleet.stop();
  // What keeps the process alive now is only its stdin.
  process.stdin.destroy();
}
process.once('SIGTERM', () => void end());
process.once('SIGINT', () => void end());
process.stdin.once('end', () => void end()).once('close', () => void end());
process.stdin.resume();

await fleet.start();
process.stdout.write(
  `${JSON.stringify({
    ready: true,
    control: `http://127.0.0.1:${control.port}`,
    fleet: `${values.dir}/fleet.yaml`,
    clusters: fleet.clusters.map(({ profile }) => profile.name),
    proxies: fleet.clusters.reduce((sum, { mesh }) => sum + mesh.proxies().length, 0),
  })}\n`,
);
