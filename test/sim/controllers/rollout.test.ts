import { AppsV1Api, CoreV1Api, PatchStrategy, setHeaderOptions, type V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workloadView } from '../../../sim/controllers/views.ts';
import { FakeProgram } from '../../support/fake-program.ts';
import { servedCluster, template, type ServedCluster } from '../../support/served-cluster.ts';
import { eventually } from '../../support/eventually.ts';

let lab: ServedCluster;
let core: CoreV1Api;
let apps: AppsV1Api;
const programs: FakeProgram[] = [];

beforeAll(async () => {
  lab = await servedCluster({
    programs: (pod) => {
      const program = new FakeProgram(pod);
      programs.push(program);
      return program;
    },
  });
  core = lab.config().makeApiClient(CoreV1Api);
  apps = lab.config().makeApiClient(AppsV1Api);
});

afterAll(() => lab.close());

const namespace = 'shop';
const merge = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);
const restart = {
  spec: {
    template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-11-22T00:00:00Z' } } },
  },
};
const spec = (app: string, replicas: number, image = 'serves') => ({
  ...{ replicas, selector: { matchLabels: { app } }, template: template(app, image) },
});

async function podsOf(app: string): Promise<V1Pod[]> {
  return (await core.listNamespacedPod({ namespace, labelSelector: `app=${app}` })).items;
}

const namesOf = (pods: V1Pod[]) => pods.map((pod) => pod.metadata?.name ?? '').sort();

async function deploymentDone(name: string, replicas: number): Promise<void> {
  await eventually(async () => {
    const { status, metadata } = await apps.readNamespacedDeployment({ namespace, name });
    expect(status).toMatchObject({
      ...{ observedGeneration: metadata?.generation, replicas, updatedReplicas: replicas },
      ...{ readyReplicas: replicas, availableReplicas: replicas },
    });
    expect(status?.unavailableReplicas).toBeUndefined();
  });
}

test('a restart of a Deployment replaces every pod, keeps enough of them ready, and stops the old programs', async () => {
  await apps.createNamespacedDeployment({
    namespace,
    body: { metadata: { name: 'web' }, spec: spec('web', 4) },
  });
  await deploymentDone('web', 4);
  const before = await podsOf('web');
  const old = before.map((pod) => lab.program(namespace, pod.metadata?.name ?? ''));
  const ready = new Set<number>();
  const total = new Set<number>();
  const unwatch = lab.cluster.store.watch('replicasets', () => {
    const sets = lab.cluster.store.list('replicasets', namespace).map((set) => workloadView.parse(set));
    ready.add(sets.reduce((sum, { status }) => sum + status.availableReplicas, 0));
    total.add(sets.reduce((sum, set) => sum + set.spec.replicas, 0));
  });
  await apps.patchNamespacedDeployment({ namespace, name: 'web', body: restart }, merge);
  await deploymentDone('web', 4);
  unwatch();
  await eventually(async () => expect(await podsOf('web')).toHaveLength(4));
  expect(Math.min(...ready)).toBeGreaterThanOrEqual(3);
  expect(Math.max(...total)).toBeLessThanOrEqual(5);
  const after = namesOf(await podsOf('web'));
  expect(after.filter((name) => namesOf(before).includes(name))).toEqual([]);
  expect(old.map(({ stops }) => stops)).toEqual([1, 1, 1, 1]);
  const { metadata } = await apps.readNamespacedDeployment({ namespace, name: 'web' });
  expect(metadata?.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
});

test('a rollout whose new pods never get ready stays stuck, keeps the old pods, and passes its deadline', async () => {
  const body = { metadata: { name: 'stuck' }, spec: { ...spec('stuck', 4), progressDeadlineSeconds: 1 } };
  await apps.createNamespacedDeployment({ namespace, body });
  await deploymentDone('stuck', 4);
  const bad = { spec: { template: { spec: { containers: [{ name: 'main', image: 'never-ready' }] } } } };
  await apps.patchNamespacedDeployment({ namespace, name: 'stuck', body: bad }, merge);
  await eventually(async () => {
    const { status } = await apps.readNamespacedDeployment({ namespace, name: 'stuck' });
    const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
    expect(progressing).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
    expect(status).toMatchObject({ updatedReplicas: 2, availableReplicas: 3, unavailableReplicas: 2 });
  });
  const good = { spec: { template: { spec: { containers: [{ name: 'main', image: 'serves' }] } } } };
  await apps.patchNamespacedDeployment({ namespace, name: 'stuck', body: good }, merge);
  await deploymentDone('stuck', 4);
});

test('a Deployment follows its replicas up and down to none', async () => {
  await apps.createNamespacedDeployment({
    namespace,
    body: { metadata: { name: 'elastic' }, spec: spec('elastic', 1) },
  });
  for (const replicas of [3, 1, 0]) {
    await apps.patchNamespacedDeployment({ namespace, name: 'elastic', body: { spec: { replicas } } }, merge);
    await deploymentDone('elastic', replicas);
    await eventually(async () => expect(await podsOf('elastic')).toHaveLength(replicas));
  }
});

test('a Deployment that recreates has no old and new pod at the same time', async () => {
  const strategy = { type: 'Recreate' };
  await apps.createNamespacedDeployment({
    namespace,
    body: { metadata: { name: 'single' }, spec: { ...spec('single', 2), strategy } },
  });
  await deploymentDone('single', 2);
  const most = { pods: 0 };
  const unwatch = lab.cluster.store.watch('pods', () => {
    const pods = lab.cluster.store
      .list('pods', namespace)
      .filter((pod) => pod.metadata.labels?.['app'] === 'single');
    most.pods = Math.max(most.pods, pods.length);
  });
  await apps.patchNamespacedDeployment({ namespace, name: 'single', body: restart }, merge);
  await deploymentDone('single', 2);
  unwatch();
  expect(most.pods).toBe(2);
});

test('a StatefulSet updates from its last pod to its first and keeps their names', async () => {
  const body = { metadata: { name: 'db' }, spec: { ...spec('db', 3), serviceName: 'db' } };
  await apps.createNamespacedStatefulSet({ namespace, body });
  const done = () =>
    eventually(async () => {
      const { status, metadata } = await apps.readNamespacedStatefulSet({ namespace, name: 'db' });
      expect(status).toMatchObject({
        observedGeneration: metadata?.generation,
        readyReplicas: 3,
        updatedReplicas: 3,
      });
      expect(status?.currentRevision).toBe(status?.updateRevision);
    });
  await done();
  const deleted: string[] = [];
  const unwatch = lab.cluster.store.watch('pods', ({ type, object: { metadata } }) => {
    if (type === 'DELETED' && metadata.labels?.['app'] === 'db') deleted.push(metadata.name);
  });
  await apps.patchNamespacedStatefulSet({ namespace, name: 'db', body: restart }, merge);
  await done();
  unwatch();
  expect(deleted).toEqual(['db-2', 'db-1', 'db-0']);
  expect(namesOf(await podsOf('db'))).toEqual(['db-0', 'db-1', 'db-2']);
});

test('a DaemonSet has a pod on each node and replaces one at a time', async () => {
  const daemon = { selector: { matchLabels: { app: 'agent' } }, template: template('agent') };
  await apps.createNamespacedDaemonSet({ namespace, body: { metadata: { name: 'agent' }, spec: daemon } });
  const done = () =>
    eventually(async () => {
      const { status, metadata } = await apps.readNamespacedDaemonSet({ namespace, name: 'agent' });
      expect(status).toMatchObject({
        ...{ observedGeneration: metadata?.generation, desiredNumberScheduled: 2 },
        ...{ updatedNumberScheduled: 2, numberAvailable: 2, numberReady: 2 },
      });
    });
  await done();
  expect(new Set((await podsOf('agent')).map((pod) => pod.spec?.nodeName)).size).toBe(2);
  const before = namesOf(await podsOf('agent'));
  await apps.patchNamespacedDaemonSet({ namespace, name: 'agent', body: restart }, merge);
  await done();
  expect(namesOf(await podsOf('agent')).filter((name) => before.includes(name))).toEqual([]);
});

test('a pod that cannot start crash-loops with its restarts counted', async () => {
  const body = { metadata: { name: 'broken' }, spec: { containers: [{ name: 'main', image: 'crashes' }] } };
  await core.createNamespacedPod({ namespace, body });
  await eventually(async () => {
    const [status] =
      (await core.readNamespacedPod({ namespace, name: 'broken' })).status?.containerStatuses ?? [];
    expect(status?.restartCount).toBeGreaterThan(1);
    expect(status?.state?.waiting?.reason).toBe('CrashLoopBackOff');
    expect(status?.lastState?.terminated?.exitCode).toBe(1);
  });
  await core.deleteNamespacedPod({ namespace, name: 'broken' });
});

test('what a deleted Deployment owned is collected', async () => {
  await apps.deleteNamespacedDeployment({ namespace, name: 'web' });
  await eventually(async () => expect(await podsOf('web')).toEqual([]));
  const { items } = await apps.listNamespacedReplicaSet({ namespace, labelSelector: 'app=web' });
  expect(items).toEqual([]);
});

test('every program has been stopped once the cluster is', async () => {
  await lab.cluster.stop();
  expect(programs.filter(({ stops }) => stops !== 1)).toEqual([]);
});
