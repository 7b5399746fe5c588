import { AppsV1Api, CoreV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeProgram } from '../../support/fake-program.ts';
import { servedCluster, type ServedCluster } from '../../support/served-cluster.ts';
import { template } from '../../support/template.ts';
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
const spec = (app: string, replicas: number, image = 'serves') => ({
  ...{ replicas, selector: { matchLabels: { app } }, template: template(app, image) },
});

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

test('every program has been stopped once the cluster is', async () => {
  await lab.cluster.stop();
  expect(programs.filter(({ stops }) => stops !== 1)).toEqual([]);
});
