import { BatchV1Api, CoreV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quickSettings, servedCluster, type ServedCluster } from '../../support/served-cluster.ts';
import { template } from '../../support/template.ts';
import { eventually } from '../../support/eventually.ts';

let lab: ServedCluster;
let core: CoreV1Api;
let batch: BatchV1Api;

beforeAll(async () => {
  lab = await servedCluster({ settings: { ...quickSettings, cronJobEvery: 60 } });
  core = lab.config().makeApiClient(CoreV1Api);
  batch = lab.config().makeApiClient(BatchV1Api);
});

afterAll(() => lab.close());

const namespace = 'shop';
const podSpec = { restartPolicy: 'Never' };
const jobTemplate = (image = 'serves') => ({
  spec: { template: template('validator', image, podSpec), backoffLimit: 1 },
});

const suspend = (name: string) =>
  batch.patchNamespacedCronJob(
    { namespace, name, body: { spec: { suspend: true } } },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
  );

test('a CronJob runs at its interval, keeps three successes, and its last Job keeps the log', async () => {
  const body = {
    metadata: { name: 'validator' },
    spec: { schedule: '* * * * *', jobTemplate: jobTemplate() },
  };
  await batch.createNamespacedCronJob({ namespace, body });
  const started = new Set<string>();
  const unwatch = lab.cluster.store.watch('jobs', ({ object }) => started.add(object.metadata.name));
  await eventually(() => expect(started.size).toBeGreaterThan(4));
  unwatch();
  await suspend('validator');
  await eventually(async () => {
    const { status } = await batch.readNamespacedCronJob({ namespace, name: 'validator' });
    expect(status?.active).toBeUndefined();
    expect(status?.lastSuccessfulTime).toBeDefined();
    expect(status?.lastScheduleTime).toBeDefined();
    const jobs = (await batch.listNamespacedJob({ namespace })).items;
    expect(jobs).toHaveLength(3);
    expect(jobs.every((job) => job.status?.succeeded === 1 && job.status.completionTime)).toBe(true);
  });
  const last = (await batch.listNamespacedJob({ namespace })).items.at(-1)?.metadata?.name ?? '';
  const [pod] = (await core.listNamespacedPod({ namespace, labelSelector: `job-name=${last}` })).items;
  expect(pod?.status).toMatchObject({
    phase: 'Succeeded',
    containerStatuses: [{ state: { terminated: { exitCode: 0 } } }],
  });
  const name = pod?.metadata?.name ?? '';
  expect(await core.readNamespacedPodLog({ namespace, name })).toBe(`started ${name}\nstopping\n`);
});

test('a Job whose pods fail is tried again up to its limit and then has failed', async () => {
  const body = { metadata: { name: 'failing' }, spec: jobTemplate('exit-3').spec };
  await batch.createNamespacedJob({ namespace, body });
  await eventually(async () => {
    const { status } = await batch.readNamespacedJob({ namespace, name: 'failing' });
    expect(status).toMatchObject({
      failed: 2,
      conditions: [{ type: 'Failed', reason: 'BackoffLimitExceeded' }],
    });
  });
  const pods = (await core.listNamespacedPod({ namespace, labelSelector: 'job-name=failing' })).items;
  expect(pods.map((pod) => pod.status?.containerStatuses?.[0]?.state?.terminated?.exitCode)).toEqual([3, 3]);
  expect(pods.map((pod) => pod.status?.phase)).toEqual(['Failed', 'Failed']);
});
