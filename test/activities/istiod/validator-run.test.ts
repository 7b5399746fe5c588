import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { discoverControlPlanes } from '../../../activities/istiod/discovery.ts';
import { runValidatorNow, validatorOutcome } from '../../../activities/istiod/validator-run.ts';
import type { KubeObject } from '../../../sim/world.ts';
import { serveCluster, type ServedCluster } from '../kube/api-server.ts';

const namespace = 'aks-istio-system';
const labels = { app: 'istiod', 'istio.io/rev': 'asm-1-28' };
const podOf = (name: string) => ({ spec: { containers: [{ name, image: `istio/${name}:1.28.6` }] } });

let api: ServedCluster;
beforeEach(async () => {
  api = await serveCluster();
  const { store } = api.cluster;
  store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  store.create('deployments', {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
    metadata: { name: 'istiod-asm-1-28', namespace, labels },
    spec: {
      ...{ replicas: 0, selector: { matchLabels: labels } },
      template: { metadata: { labels }, ...podOf('discovery') },
    },
  });
  store.create('cronjobs', {
    ...{ apiVersion: 'batch/v1', kind: 'CronJob' },
    metadata: { name: 'istio-cert-validator-cronjob-asm-1-28', namespace },
    spec: {
      ...{ schedule: '*/10 * * * *', suspend: true },
      jobTemplate: { spec: { template: podOf('validator') } },
    },
  });
});
afterEach(() => api.close());

const jobs = () => api.cluster.store.list('jobs', namespace);

/** What an attempt of the activity does that began at an instant. */
async function attempt(since: Date) {
  const wanted = { istioNamespace: undefined, revision: undefined };
  const [plane] = await discoverControlPlanes(api.client, wanted);
  const cronJob = plane?.cronJob;
  if (plane === undefined || cronJob === undefined) throw new Error('expected a CronJob');
  const runs = { stage: 'r1/distribute/add-roots/2026-11-22T00:00:00Z', since };
  await runValidatorNow(api.client, plane, cronJob, runs);
  return validatorOutcome(api.client, plane, cronJob, runs);
}

function fail(job: KubeObject | undefined, at: Date): void {
  const condition = { type: 'Failed', status: 'True', lastTransitionTime: at.toISOString() };
  api.cluster.store.change('jobs', namespace, job?.metadata.name ?? '', (object) => ({
    ...object,
    status: { conditions: [condition] },
  }));
}

describe('a Job made from the validator CronJob', () => {
  test('is one for a stage, however often the activity is tried again', async () => {
    await attempt(new Date(Date.now() - 60_000));
    await attempt(new Date());
    expect(jobs()).toHaveLength(1);
  });

  test('that fails ends the wait', async () => {
    const since = new Date(Date.now() - 60_000);
    await attempt(since);
    fail(jobs()[0], new Date());
    await expect(attempt(since)).rejects.toMatchObject({ code: 'CRONJOB_FAILED' });
    expect(jobs()).toHaveLength(1);
  });

  test('that failed before is no hindrance when a person says retry: there is another', async () => {
    await attempt(new Date(Date.now() - 60_000));
    fail(jobs()[0], new Date(Date.now() - 30_000));
    expect(await attempt(new Date())).toBe('running');
    expect(jobs()).toHaveLength(2);
    await attempt(new Date());
    expect(jobs()).toHaveLength(2);
  });
});
