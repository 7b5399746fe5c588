import { afterEach, expect, test } from 'vitest';
import { dial } from '../../../sim/loopback.ts';
import { handshake } from '../../../sim/prober/handshake.ts';
import type { Proxy } from '../../../sim/proxies/proxy.ts';
import { a, b, mounted, rootA, rootB, rootsAB } from '../../contract/istiod/material.ts';
import { startMesh } from './mesh.ts';
import { eventually } from '../../support/eventually.ts';

const S0 = mounted(a, rootA, rootA.cert.pem);
const S1 = mounted(a, rootA, rootsAB);
const S2 = mounted(b, rootB, rootsAB);
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

async function mesh(...args: Parameters<typeof startMesh>) {
  const started = await startMesh(...args);
  ends.push(started.stop);
  return started;
}

/** An agent sorts them by their text. */
const rootsOf = (proxy: Proxy): readonly string[] =>
  (proxy.identity?.roots.map(({ subject }) => subject) ?? []).toSorted();

test('is ready once istiod has answered its CSR, with the answer as its chain and its roots', async () => {
  const { addProxy } = await mesh(S1);
  const { proxy } = addProxy('app', rootA.cert.pem);
  await proxy.ready;
  expect(proxy.identity?.leaf.sans).toEqual(['spiffe://cluster.local/ns/default/sa/app']);
  expect(proxy.identity?.signer).toBe(a.cert.fingerprint);
  expect(rootsOf(proxy)).toEqual(['CN=Root A,O=Test', 'CN=Root B,O=Test']);
});

test('shows over its admin port what it shows by exec', async () => {
  const { addProxy } = await mesh(S0);
  const { proxy } = addProxy('app', rootA.cert.pem);
  await proxy.ready;
  const path = 'config_dump?mask=dynamic_active_secrets,dynamic_warming_secrets';
  const { stdout, exitCode } = await proxy.exec(['pilot-agent', 'request', 'GET', path]);
  const socket = await dial(await proxy.loopbackPort(15000));
  socket.write(`GET /${path} HTTP/1.0\r\n\r\n`);
  const answer = (await socket.toArray()).map(String).join('');
  expect(exitCode).toBe(0);
  expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toBe(stdout);
  expect(stdout).toContain(Buffer.from('[redacted]').toString('base64'));
  expect(stdout).not.toContain('PRIVATE');
});

test('gives up no command that the pod does not have', async () => {
  const { addProxy } = await mesh(S0);
  const { proxy } = addProxy('app', rootA.cert.pem);
  expect(await proxy.exec(['sh', '-c', 'true'])).toMatchObject({ exitCode: 127 });
});

test('learns new roots and a new signer with its next renewal, and takes them in use', async () => {
  const { addProxy, istiod, ...world } = await mesh(S0, { leafTtl: 3000 });
  const { proxy, istioRoots } = addProxy('app', rootA.cert.pem);
  await proxy.ready;
  await world.swap(S1);
  await eventually(() => expect(istiod.log.lines.at(-1)?.text).toContain('reloaded'));
  await eventually(() => expect(rootsOf(proxy)).toHaveLength(2));
  istioRoots.swap({ 'root-cert.pem': rootsAB });
  await world.swap(S2);
  await eventually(() => expect(proxy.identity?.signer).toBe(b.cert.fingerprint));
  expect(await handshake(proxy, proxy, 'cluster.local')).toEqual({ ok: true });
});

test('is not ready while the roots it has mounted do not cover istiod', async () => {
  const { addProxy } = await mesh(S0);
  const { proxy, istioRoots } = addProxy('app', rootB.cert.pem);
  await eventually(() => expect(proxy.log.lines.at(-1)?.text).toContain('failed to get a certificate'));
  expect(proxy.identity).toBeUndefined();
  istioRoots.swap({ 'root-cert.pem': rootA.cert.pem });
  await proxy.ready;
});

test('refuses a client whose root it does not trust, and says why', async () => {
  const [left, right] = [await mesh(S0), await mesh(S2)];
  const { proxy: onlyA } = left.addProxy('a', rootA.cert.pem);
  const { proxy: byB } = right.addProxy('b', rootB.cert.pem);
  await Promise.all([onlyA.ready, byB.ready]);
  expect(await handshake(onlyA, byB, 'cluster.local')).toEqual({
    ok: false,
    reason: 'SELF_SIGNED_CERT_IN_CHAIN',
  });
  expect(await handshake(byB, onlyA, 'cluster.local')).toEqual({
    ok: false,
    reason: 'SELF_SIGNED_CERT_IN_CHAIN',
  });
});

test('is refused by every peer after a torn chain, though the peer trusts both roots', async () => {
  const torn = await mesh(S1, { leafTtl: 3000 });
  const whole = await mesh(S1);
  const { proxy: broken } = torn.addProxy('torn', rootA.cert.pem);
  const { proxy: peer } = whole.addProxy('peer', rootA.cert.pem);
  await Promise.all([broken.ready, peer.ready]);
  await torn.swap({ ...S2, 'cert-chain.pem': S1['cert-chain.pem'] ?? '' });
  await eventually(() => expect(broken.identity?.leaf.issuer).toContain('Intermediate B'));
  expect(broken.identity?.signer).toBe('');
  const refused = { ok: false, reason: expect.stringMatching(/ISSUER|VERIFY_LEAF/) as string };
  expect(await handshake(broken, peer, 'cluster.local')).toEqual(refused);
  expect(await handshake(peer, broken, 'cluster.local')).toEqual(refused);
});

test('refuses a peer of another trust domain', async () => {
  const { addProxy } = await mesh(S0);
  const [one, two] = [addProxy('one', rootA.cert.pem).proxy, addProxy('two', rootA.cert.pem).proxy];
  await Promise.all([one.ready, two.ready]);
  expect(await handshake(one, two, 'cluster.local')).toEqual({ ok: true });
  expect(await handshake(one, two, 'other.example')).toEqual({
    ok: false,
    reason: 'SPIFFE_ID_OF_ANOTHER_DOMAIN',
  });
});

test('goes on serving after SIGTERM for as long as it drains, and then refuses connections', async () => {
  const { addProxy } = await mesh(S0, { podDrain: 150 });
  const [one, two] = [addProxy('one', rootA.cert.pem).proxy, addProxy('two', rootA.cert.pem).proxy];
  await Promise.all([one.ready, two.ready]);
  const stopped = two.stop();
  expect(await handshake(one, two, 'cluster.local')).toEqual({ ok: true });
  await stopped;
  expect(await handshake(one, two, 'cluster.local')).toEqual({ ok: false, reason: 'NOT_LISTENING' });
});
