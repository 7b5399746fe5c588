import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { serveClusters } from '../../sim/api/serve.ts';
import { serveBlobs } from '../../sim/blob/serve.ts';
import { localhostTls } from '../../sim/demo/serving-tls.ts';
import { createVault } from '../../sim/key-vault/vault.ts';

const tls = localhostTls('Simulated servers');

test.each([
  ['an API server', () => serveClusters([], { tls })],
  ['a vault', () => createVault({ name: 'kv' }).serve(tls)],
  ['a blob service', () => serveBlobs({ container: 'evidence', tls })],
])('%s that closes does not wait for a connection in the middle of its TLS handshake', async (_, serve) => {
  const { url, close } = await serve();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const hungUp = once(socket, 'close');
  await once(socket, 'connect');
  await close();
  await expect(hungUp).resolves.toBeDefined();
});
