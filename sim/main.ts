import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { buildFleet } from './fleet.ts';
import { serveControl } from './control.ts';

/*
 * The simulation as a process of its own:
 *
 *   node sim/main.ts --dir DIR [--clusters 3] [--seed 1] [--remove-dir]
 *
 * stdout: one line of JSON, {"ready":true,"control":"http://127.0.0.1:PORT","fleet":"DIR/fleet.yaml", …}, once
 * every proxy of every cluster is ready. It ends, with every port closed, when its stdin ends or on SIGTERM or
 * SIGINT. The folder, which holds private keys, stays unless --remove-dir says that it was made for this.
 */
const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    clusters: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    'remove-dir': { type: 'boolean', default: false },
  },
});
const directory = values.dir;
if (directory === undefined) throw new Error('expected --dir DIR');

const told = Promise.withResolvers<undefined>();
const end = (): void => told.resolve(undefined);
process.once('SIGTERM', end);
process.once('SIGINT', end);
process.stdin.once('end', end).once('close', end);
// Whoever was to read the line is gone: the end of stdin says so too.
process.stdout.on('error', end);
process.stdin.resume();

const fleet = buildFleet({ clusters: Number(values.clusters), seed: Number(values.seed) });
await fleet.writeTo(directory);
const control = await serveControl(fleet);

// Not awaited: told to end before all are ready, the process must not be held up by what will never come.
void fleet.start().then(() => {
  const line = {
    ready: true,
    control: `http://127.0.0.1:${control.port}`,
    fleet: `${directory}/fleet.yaml`,
    clusters: fleet.clusters.map(({ profile }) => profile.name),
    proxies: fleet.clusters.reduce((sum, { mesh }) => sum + mesh.proxies().length, 0),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
});

await told.promise;
// First of all: no other part may keep the keys on the disk, and nobody else removes them where the parent was killed.
if (values['remove-dir']) await rm(directory, { recursive: true, force: true });
await control.close();
await fleet.stop();
// What keeps the process alive now is only its stdin.
process.stdin.destroy();
