import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

const ip = '127.0.0.1';

/** So many ports of loopback that were free a moment ago, for programs that cannot say which one they took. */
export async function freePorts(count: number): Promise<readonly number[]> {
  // Held until all are known, so that no port comes twice.
  const probes = await Promise.all(Array.from({ length: count }, listen));
  const ports = probes.map(portOf);
  await Promise.all(probes.map(close));
  return ports;
}

async function listen(): Promise<Server> {
  const probe = createServer().listen(0, ip);
  await once(probe, 'listening');
  return probe;
}

function portOf(probe: Server): number {
  const address = probe.address();
  if (address === null || typeof address === 'string') throw new Error('the listener has no port');
  return address.port;
}

async function close(probe: Server): Promise<void> {
  probe.close();
  await once(probe, 'close');
}
