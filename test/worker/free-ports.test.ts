import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { freePorts } from '../../worker/free-ports.ts';

it('takes ports that no connection gets by itself, none twice, and leaves them to be listened on', async () => {
  const ports = (await Promise.all(Array.from({ length: 20 }, () => freePorts(50)))).flat();
  expect(new Set(ports).size).toBe(1_000);
  const settings = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(
    () => '32768 60999',
  );
  const first = Number.parseInt(settings, 10);
  expect(ports.filter((port) => port >= first)).toEqual([]);
  const servers = ports.map((port) => createServer().listen(port, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  for (const server of servers) server.close();
});
