import { beforeAll, describe, expect, it } from 'vitest';
import { runValidatorNow } from '../../../activities/istiod/validator-run.ts';
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { eventually } from '../../support/eventually.ts';
import { newPlace, type Place } from './place.ts';
import { template } from '../../support/template.ts';
import type { KubeWorld } from './world.ts';

/** CronJob → Job → pod, as the product runs the validator of the add-on. */
export function jobs(open: () => KubeWorld): void {
  describe('a CronJob', () => {
    let place: Place;
    const name = 'validator';
    beforeAll(async () => {
      place = await newPlace(open());
      const spec = {
        schedule: '* * * * *',
        jobTemplate: { spec: { backoffLimit: 1, template: podTemplate() } },
      };
      const body = { metadata: { name }, spec };
      await place.client.batch.createNamespacedCronJob({ namespace: place.namespace, body });
    });

    const podTemplate = () => {
      const { metadata, spec } = template('validator');
      return { metadata, spec: { ...spec, restartPolicy: 'Never' } };
    };
    const read = () => place.client.batch.readNamespacedCronJob({ namespace: place.namespace, name });
    const list = async () =>
      (await place.client.batch.listNamespacedJob({ namespace: place.namespace })).items;
    const complete = async (job: string) => {
      const { status } = await place.client.batch.readNamespacedJob({
        namespace: place.namespace,
        name: job,
      });
      expect(status?.conditions?.filter(({ status: is }) => is === 'True').map(({ type }) => type)).toContain(
        'Complete',
      );
      return status;
    };

    it('of every minute makes a Job of its own, whose pod succeeds', async () => {
      await eventually(async () => expect((await read()).status?.lastSuccessfulTime).toBeDefined());
      const body = { spec: { suspend: true } };
      await place.client.batch.patchNamespacedCronJob(
        { namespace: place.namespace, name, body },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
      const { status } = await read();
      expect(status?.lastScheduleTime).toBeDefined();
      const [job] = await list();
      const { metadata } = await read();
      expect(job?.metadata?.ownerReferences).toMatchObject([
        { apiVersion: 'batch/v1', kind: 'CronJob', name, uid: metadata?.uid, controller: true },
      ]);
      expect(await complete(job?.metadata?.name ?? '')).toMatchObject({ succeeded: 1 });
      const { items } = await place.client.core.listNamespacedPod({
        ...{ namespace: place.namespace, labelSelector: `job-name=${job?.metadata?.name}` },
      });
      expect(items).toMatchObject([
        { status: { phase: 'Succeeded', containerStatuses: [{ state: { terminated: { exitCode: 0 } } }] } },
      ]);
    });

    it('is run at once by a Job that the product makes from it, one for a stage, though the API server is restarted', async () => {
      const { namespace, client } = place;
      await eventually(async () => expect((await read()).status?.active ?? []).toEqual([]));
      const before = (await list()).length;
      const plane = { cluster: client.name, namespace };
      const cronJob = { name, schedule: '* * * * *' };
      const runs = { stage: 'r1/distribute/add-roots', since: new Date(), past: new Set<string>() };
      await runValidatorNow(client, plane, cronJob, runs);
      await place.world.restart();
      await runValidatorNow(client, plane, cronJob, runs);
      const made = (await list()).filter(({ metadata }) => metadata?.name?.startsWith(`${name}-mt-`));
      expect(made).toHaveLength(1);
      expect(before).toBeGreaterThan(0);
      expect(made[0]?.metadata).toMatchObject({
        ...{ annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' } },
        ownerReferences: [{ kind: 'CronJob', name }],
      });
      await eventually(() => complete(made[0]?.metadata?.name ?? ''));
    });
  });
}
