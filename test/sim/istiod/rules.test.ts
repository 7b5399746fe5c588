import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import type { Files } from '../../../sim/controllers/file-set.ts';
import { Istiod } from '../../../sim/istiod/istiod.ts';
import { mayReplaceRoots } from '../../../sim/istiod/root-rule.ts';
import { dial } from '../../../sim/loopback.ts';
import { rootA, rootB, rootsAB, states } from '../../contract/istiod/material.ts';
import { openSimIstiods, settings } from '../../contract/istiod/sim-world.ts';
import { eventually } from '../../support/eventually.ts';

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

type Options = Parameters<ReturnType<typeof openSimIstiods>['run']>[1];

function run(files: Files, options?: Options) {
  const world = openSimIstiods();
  const started = world.run(files, options);
  ends.push(() => started.stop());
  return { ...world, ...started };
}

const { S0, S1 } = states;
const withoutChain = Object.fromEntries(Object.entries(S0).filter(([name]) => name !== 'cert-chain.pem'));
const rootsBA = rootB.cert.pem + rootA.cert.pem;
const withComment = `# the old root\n${rootA.cert.pem}`;

test.each([
  ['appends', rootA.cert.pem, rootsAB, true, true],
  ['prepends', rootA.cert.pem, rootsBA, true, true],
  ['drops the first', rootsAB, rootB.cert.pem, true, true],
  ['changes the order', rootsAB, rootsBA, false, true],
  ['drops the last and adds a comment', rootsAB, withComment, false, true],
  ['replaces', rootA.cert.pem, rootB.cert.pem, false, false],
  ['is empty', rootA.cert.pem, '', true, false],
])('a root file that %s: taken by 1.29 as its bytes say, by 1.30 as its certificates do', (...row) => {
  const [, old, next, until129, from130] = row;
  expect(mayReplaceRoots({ major: 1, minor: 29 }, old, next)).toBe(until129);
  expect(mayReplaceRoots({ major: 1, minor: 30 }, old, next)).toBe(from130);
});

test('says why it does not start', async () => {
  const started = run(withoutChain);
  await expect(started.ready).rejects.toThrow('incomplete signing CA bundle');
  expect(started.printed().at(-1)).toContain('\terror\tfailed to create discovery service');
});

test('signs with a CA of its own up to 1.26 where a file is missing', async () => {
  const { istiod } = run(withoutChain, { version: '1.26.4' });
  await istiod.ready;
  expect(istiod.log.lines.map(({ text: line }) => line).join()).toContain('Use self-signed certificate');
});

test('fights an istiod of another namespace over the ConfigMaps, at the pace of a queue', async () => {
  const started = run(S0);
  await started.ready;
  const { store, tokens } = started;
  const bundles: unknown[] = [];
  store.watch('configmaps', ({ object }) => {
    if (object.metadata.namespace === 'default') bundles.push(object['data']);
  });
  const pod = store.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'istiod-1', namespace: 'other', labels: { app: 'istiod' } },
    spec: { containers: [{ name: 'discovery', image: 'pilot:1.30.3' }] },
  });
  const world = { store, tokens, settings, trustDomain: 'cluster.local', clusterId: 'c1' };
  // Without a volume it signs by itself, so that its root is nobody else's.
  const second = new Istiod(world, pod, {});
  ends.push(() => second.stop());
  await second.ready;
  await eventually(() => expect(bundles.length).toBeGreaterThan(3));
  expect(new Set(bundles.map((bundle) => JSON.stringify(bundle))).size).toBe(2);
});

test('keeps the caBundle of its injector webhook', async () => {
  const started = run(S0);
  const bundle = (): string => JSON.stringify(started.store.list('mutatingwebhookconfigurations'));
  started.store.create('mutatingwebhookconfigurations', {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'istio-sidecar-injector' },
    webhooks: [{ name: 'object.sidecar-injector.istio.io', clientConfig: { caBundle: '' } }],
  });
  const base64 = (pem: string): string => Buffer.from(pem).toString('base64');
  await started.ready;
  await eventually(() => expect(bundle()).toContain(base64(rootA.cert.pem)));
  await started.swap(S1);
  await eventually(() => expect(bundle()).toContain(base64(rootsAB)));
});

test('gives its lease back without a holder when it ends, in times that an API server reads', async () => {
  const { istiod, store } = run(S0);
  await istiod.ready;
  const lease = () => store.get('leases', 'istio-system', 'istio-namespace-controller-election')?.['spec'];
  const renewTime = expect.stringMatching(/T\d\d:\d\d:\d\d\.\d{6}Z$/) as string;
  expect(lease()).toEqual({ holderIdentity: 'istiod-0', leaseDurationSeconds: 30, renewTime });
  await istiod.stop();
  expect(lease()).toEqual({ leaseDurationSeconds: 1, renewTime });
});

test('counts what it issues at 15014', async () => {
  const { istiod } = run(S0);
  await istiod.ready;
  const socket = await dial(await istiod.loopbackPort(15014));
  socket.end('GET /metrics HTTP/1.0\r\n\r\n');
  const body = await text(socket);
  expect(body).toContain('citadel_server_csr_count 0');
  const expiry = Math.floor(rootA.cert.notAfter.getTime() / 1000);
  expect(body).toContain(`citadel_server_root_cert_expiry_timestamp ${expiry}`);
});
