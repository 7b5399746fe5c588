import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { discoverControlPlanes } from '../../../activities/istiod/discovery.ts';
import { failedRuns, runValidatorNow, validatorOutcome } from '../../../activities/istiod/validator-run.ts';
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

const stage = 'r1/distribute/add-roots/2026-11-22T00:00:00Z';

/** A wait as it begins: what it makes of the CronJob at each of its looks. */
async function wait() {
  const wanted = { istioNamespace: undefined, revision: undefined };
  const [plane] = await discoverControlPlanes(api.client, wanted);
  const cronJob = plane?.cronJob;
  if (plane === undefined || cronJob === undefined) throw new Error('expected a CronJob');
  const past = await failedRuns(api.client, plane, cronJob, stage);
  const runs = { stage, since: new Date(), past };
  return async () => {
    await runValidatorNow(api.client, plane, cronJob, runs);
    return validatorOutcome(api.client, plane, cronJob, runs);
  };
}

function fail(job: KubeObject | undefined): void {
  const condition = { type: 'Failed', status: 'True', lastTransitionTime: new Date().toISOString() };
  api.cluster.store.change('jobs', namespace, job?.metadata.name ?? '', (object) => ({
    ...object,
    status: { conditions: [condition] },
  }));
}

describe('a Job made from the validator CronJob', () => {
  test('is one for a stage, however often the activity is tried again', async () => {
    await (
      await wait()
    )();
    await (
      await wait()
    )();
    expect(jobs()).toHaveLength(1);
  });

  test('that fails ends the wait', async () => {
    const look = await wait();
    await look();
    fail(jobs()[0]);
    await expect(look()).rejects.toMatchObject({ code: 'CRONJOB_FAILED' });
    expect(jobs()).toHaveLength(1);
  });

  test('that has failed is no hindrance when a person says retry, at once even: there is another', async () => {
    await (
      await wait()
    )();
    fail(jobs()[0]);
    const look = await wait();
    await expect(look()).resolves.toBeDefined();
    await expect(look()).resolves.toBeDefined();
    expect(jobs()).toHaveLength(2);
  });
});
