import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { LRUCache } from 'lru-cache';

const ip = '127.0.0.1';

/**
 * Below those that systems give to connections by themselves (Linux from 32,768, others from 49,152): none of them
 * takes one of these between its release here and the program that it is for.
 */
const range = [20_000, 32_768] as const;

/** Where nine of ten ports are taken, one of a thousand tries fails in one of 10^45 cases. */
const mostTries = 1_000;

/** Given out within a minute: whoever was to listen on one of them may not have come to it. */
const givenOut = new LRUCache<number, true>({ max: 4_096, ttl: 60_000 });

/** So many ports of loopback that were free a moment ago, for programs that cannot say which one they took. */
export async function freePorts(count: number): Promise<readonly number[]> {
  // Held until all are known, so that no port comes twice.
  const tried = await Promise.allSettled(Array.from({ length: count }, listen));
  const held = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  await Promise.all(held.map(({ probe }) => close(probe)));
  for (const one of tried) if (one.status === 'rejected') throw one.reason;
  return held.map(({ port }) => port);
}

interface Held {
  readonly port: number;
  readonly probe: Server;
}

async function listen(): Promise<Held> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const port = randomInt(...range);
    if (givenOut.has(port)) continue;
    givenOut.set(port, true);
    const probe = createServer().listen(port, ip);
    try {
      await once(probe, 'listening');
      return { port, probe };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
  throw new Error(`no free port of ${ip} from ${range[0]} to ${range[1]} in ${mostTries} tries`);
}

async function close(probe: Server): Promise<void> {
  probe.close();
  await once(probe, 'close');
}
