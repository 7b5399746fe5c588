import { mkdtemp } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:tls';
import { AuthorizationV1Api } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectCluster, type ClusterClient } from '../../../activities/kube/connect.ts';
import { execIn } from '../../../activities/kube/exec.ts';
import { followLog, readLog } from '../../../activities/kube/follow-logs.ts';
import { forwardTo } from '../../../activities/kube/port-forward.ts';
import { findInstalled } from '../../../lab/installed.ts';
import { startLab, type Lab } from '../../../lab/lab.ts';
import { istioNamespace } from '../../../sim/demo/istio-objects.ts';
import { userCacheFolder } from '../../../worker/temporal-binary/cache.ts';
import { eventually } from '../../support/eventually.ts';
import { noneLeft } from '../processes-of.ts';

const name = 'aks-weu-1';
const revision = 'asm-1-30';
let folder: string;
let lab: Lab;
let client: ClusterClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-lab-programs-'));
  const installed = await findInstalled(userCacheFolder());
  const { signal } = new AbortController();
  // Long enough for somebody to look at it from outside.
  lab = await startLab({ clusters: 1, folder, installed, signal, settings: { podDrain: 6_000 } });
  client = connectCluster({
    name,
    access: { kind: 'kubeconfig', path: lab.kubeconfig, context: name },
  });
});
afterAll(async () => {
  await lab.stop();
  await noneLeft(folder);
});

async function podsOf(namespace: string, app: string) {
  const { items } = await client.core.listNamespacedPod({ namespace, labelSelector: `app=${app}` });
  return items.map(({ metadata, status }) => ({
    ...{ name: metadata?.name ?? '', uid: metadata?.uid ?? '', deleted: metadata?.deletionTimestamp },
    ready: (status?.conditions ?? []).some((one) => one.type === 'Ready' && one.status === 'True'),
  }));
}

const proxy = async (app = 'ledger') => (await podsOf('payments', app))[0]?.name ?? '';
const istiod = async () => (await podsOf(istioNamespace, 'istiod'))[0]?.name ?? '';
const inProxy = async (...command: readonly string[]) =>
  execIn(client, { namespace: 'payments', pod: await proxy(), container: 'istio-proxy' }, command);

describe('the programs behind the pods of a lab cluster', () => {
  it('run commands, and give their output, errors and exit codes', async () => {
    const certs = await inProxy('pilot-agent', 'request', 'GET', 'certs');
    expect(certs).toMatchObject({ stderr: '', exitCode: 0 });
    expect(certs.stdout).toContain('spiffe://payments.example.com/ns/payments/sa/ledger');
    await expect(inProxy('pilot-agent', 'request', 'GET', 'nothing')).resolves.toEqual({
      stdout: '',
      stderr: [
        'Error: received unsuccessful status code 404: invalid path. admin commands are:\n',
        '  /certs: print certs on machine\n',
        '  /config_dump: dump current Envoy configs (experimental)\n',
        '  /ready: print server state, return 200 if LIVE, otherwise return 503\n',
      ].join(''),
      exitCode: 255,
    });
    await expect(inProxy('sh', '-c', 'true')).resolves.toMatchObject({ exitCode: 127 });
  });

  it('are reached at their ports: the admin port of a proxy, and the secure port of istiod', async () => {
    const admin = await forwardTo(client, 'payments', await proxy(), 15000);
    const [answer] = (await once(get(`http://127.0.0.1:${admin.port}/certs`), 'response')) as [
      IncomingMessage,
    ];
    expect(await text(answer)).toContain('/ns/payments/sa/ledger');
    await admin.close();

    const secure = await forwardTo(client, istioNamespace, await istiod(), 15012);
    const host = `istiod-${revision}.${istioNamespace}.svc`;
    const socket = connect({ port: secure.port, servername: host, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    expect(socket.getPeerX509Certificate()?.checkHost(host)).toBe(host);
    socket.destroy();
    await secure.close();
  });

  it('refuse a connection to a port where nothing listens', async () => {
    const closed = await forwardTo(client, 'payments', await proxy(), 9);
    await expect(once(get(`http://127.0.0.1:${closed.port}/`), 'response')).rejects.toThrow();
    await eventually(() =>
      expect(closed.problem()).toMatchObject({
        code: 'PORT_FORWARD_FAILED',
        details: { found: expect.stringContaining('connection refused: port 9') as string },
      }),
    );
    await closed.close();
  });

  it('leave a log, which is followed until its pod ends', async () => {
    const target = { namespace: istioNamespace, pod: await istiod(), container: 'discovery' };
    expect(await readLog(client, target)).toContain('Starting Istiod Server with primary cluster aks-weu-1');
    let heard = '';
    const follower = followLog(client, target, new Date(0).toISOString(), (part) => (heard += part));
    await eventually(() => expect(heard).toContain('starting secure gRPC discovery service'));
    await client.core.deleteNamespacedPod({ namespace: istioNamespace, name: target.pod });
    // The follower comes back for more, and is told that the pod is gone.
    await eventually(() => expect(follower.problem()?.code).toBe('OBJECT_NOT_FOUND'));
    follower.stop();
    await eventually(async () => {
      const pods = await podsOf(istioNamespace, 'istiod');
      expect(pods.map(({ ready }) => ready)).toEqual([true, true]);
    });
  });

  it('have no log of a run before where there was none', async () => {
    const target = { namespace: istioNamespace, pod: await istiod(), container: 'discovery' };
    await expect(readLog(client, target, { previous: true })).rejects.toMatchObject({
      code: 'REQUEST_REJECTED',
    });
  });

  it('leave the log of the run before, once they have been started again', async () => {
    const target = { namespace: 'default', pod: 'failing', container: 'istio-cert-validator' };
    const env = [{ name: 'ISTIOD_DEPLOYMENT', value: 'none' }];
    const container = { name: target.container, image: 'registry.example.com/kubectl:1', env };
    const body = { metadata: { name: target.pod }, spec: { containers: [container] } };
    await client.core.createNamespacedPod({ namespace: target.namespace, body });
    await eventually(async () => {
      const { status } = await client.core.readNamespacedPod({
        namespace: target.namespace,
        name: target.pod,
      });
      const [one] = status?.containerStatuses ?? [];
      expect(one?.restartCount).toBeGreaterThan(0);
      expect(one?.lastState?.terminated?.exitCode).toBe(1);
    });
    expect(await readLog(client, target, { previous: true })).toContain('secrets "cacerts" not found');
    await client.core.deleteNamespacedPod({ namespace: target.namespace, name: target.pod });
  });

  it('serve on while they drain, and are gone then', async () => {
    const pod = await proxy('checkout');
    const admin = await forwardTo(client, 'payments', pod, 15000);
    await client.core.deleteNamespacedPod({ namespace: 'payments', name: pod });
    const draining = (await podsOf('payments', 'checkout')).find((one) => one.name === pod);
    expect(draining?.deleted).toBeDefined();
    const [answer] = (await once(get(`http://127.0.0.1:${admin.port}/ready`), 'response')) as [
      IncomingMessage,
    ];
    expect(await text(answer)).toBe('LIVE\n');
    await eventually(async () => {
      const pods = await podsOf('payments', 'checkout');
      expect(pods.map((one) => one.name)).not.toContain(pod);
      expect(pods.map(({ ready }) => ready)).toEqual([true]);
    });
    await admin.close();
  });

  it('are new ones with new leaves after a rollout restart', async () => {
    const before = await inProxy('pilot-agent', 'request', 'GET', 'certs');
    const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
    const body = [{ op: 'add', path: '/spec/template/metadata/annotations', value: annotations }];
    const old = await podsOf('payments', 'ledger');
    await client.apps.patchNamespacedDeployment({ namespace: 'payments', name: 'ledger', body });
    await eventually(async () => {
      const pods = await podsOf('payments', 'ledger');
      expect(pods.filter(({ uid }) => old.some((one) => one.uid === uid))).toEqual([]);
      expect(pods.map(({ ready }) => ready)).toEqual([true, true]);
    });
    const after = await inProxy('pilot-agent', 'request', 'GET', 'certs');
    const serial = (out: string) => /"cert_chain"[^}]*"serial_number": "(\w+)"/s.exec(out)?.[1];
    expect(serial(after.stdout)).toMatch(/^[0-9a-f]+$/);
    expect(serial(after.stdout)).not.toBe(serial(before.stdout));
  });

  it('have their CA synced by a CSI driver, which tells the versions of every pod', async () => {
    const group = { group: 'secrets-store.csi.x-k8s.io', version: 'v1' };
    const statuses: unknown = await client.custom.listNamespacedCustomObject({
      ...{ ...group, namespace: istioNamespace, plural: 'secretproviderclasspodstatuses' },
    });
    const pods = await podsOf(istioNamespace, 'istiod');
    const objects = ['ca-cert', 'ca-key', 'cert-chain', 'root-cert'].map((each) => ({
      id: `secret/${each}`,
      version: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    }));
    expect(statuses).toMatchObject({
      items: pods
        .map((pod) => ({ status: { podName: pod.name, mounted: true, objects } }))
        .sort((a, b) => (a.status.podName < b.status.podName ? -1 : 1)),
    });
    const secret = await client.core.readNamespacedSecret({ namespace: istioNamespace, name: 'cacerts' });
    expect(Object.keys(secret.data ?? {}).sort()).toEqual([
      ...['ca-cert.pem', 'ca-key.pem', 'cert-chain.pem', 'root-cert.pem'],
    ]);
  });

  it('are told apart in rights: the account that they act in may not read nodes, nor write workloads', async () => {
    const may = async (verb: string, resource: string, group = '') => {
      const { status } = await client.config.makeApiClient(AuthorizationV1Api).createSubjectAccessReview({
        body: {
          spec: {
            user: 'system:serviceaccount:kube-system:lab-programs',
            resourceAttributes: { verb, resource, group, namespace: 'payments' },
          },
        },
      });
      return status?.allowed;
    };
    await expect(may('delete', 'pods')).resolves.toBe(true);
    await expect(may('create', 'pods')).resolves.toBe(false);
    await expect(may('delete', 'secrets')).resolves.toBe(false);
    await expect(may('list', 'nodes')).resolves.toBe(false);
    await expect(may('update', 'statefulsets', 'apps')).resolves.toBe(false);
  });
});
