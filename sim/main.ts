import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { serveControl } from './control.ts';
import { buildFleet } from './fleet.ts';
import { ownProcess } from './own-process.ts';

/*
 * The simulation as a process of its own:
 *
 *   node sim/main.ts --dir DIR [--clusters 3] [--seed 1] [--issuer files] [--handshakes 60] [--remove-dir]
 *
 * stdout: one line of JSON, {"ready":true,"control":"http://127.0.0.1:PORT","fleet":"DIR/fleet.yaml", …}, once
 * every proxy of every cluster is ready. It ends, with every port closed, when its stdin ends or on SIGTERM or
 * SIGINT. The folder, which holds private keys, stays unless --remove-dir says that it was made for this.
 */
const { directory, clusters, seed, issuer, handshakesPerSecond, removesDirectory, told } = ownProcess({
  clusters: 3,
});
const fleet = buildFleet({ clusters, seed, issuer, settings: { handshakesPerSecond } });
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

if (!told.aborted) await once(told, 'abort');
// First of all: no other part may keep the keys on the disk, and nobody else removes them where the parent was killed.
if (removesDirectory) await rm(directory, { recursive: true, force: true });
await control.close();
await fleet.stop();
// What keeps the process alive now is only its stdin.
process.stdin.destroy();
