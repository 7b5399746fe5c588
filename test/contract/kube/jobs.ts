import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runValidatorNow, validatorOutcome } from '../../../activities/istiod/validator-run.ts';
import { followLog, readLog } from '../../../activities/kube/follow-logs.ts';
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { newPlace, patiently, type Place } from './place.ts';
import { template } from '../../support/template.ts';
import type { KubeWorld } from './world.ts';

/** CronJob → Job → pod → log, as the product runs the validator of the add-on. */
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

    const podTemplate = (image?: string) => {
      const { metadata, spec } = template('validator', image);
      return { metadata, spec: { ...spec, restartPolicy: 'Never' } };
    };
    const read = () => place.client.batch.readNamespacedCronJob({ namespace: place.namespace, name });
    const list = async () =>
      (await place.client.batch.listNamespacedJob({ namespace: place.namespace })).items;
    const podsOf = async (job = '') => {
      const { namespace } = place;
      return (await place.client.core.listNamespacedPod({ namespace, labelSelector: `job-name=${job}` }))
        .items;
    };
    const madeFrom = async (cronJob: string) =>
      (await list()).filter(({ metadata }) => metadata?.name?.startsWith(`${cronJob}-mt-`));
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
      await patiently(async () => expect((await read()).status?.lastSuccessfulTime).toBeDefined());
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
      expect(await podsOf(job?.metadata?.name)).toMatchObject([
        { status: { phase: 'Succeeded', containerStatuses: [{ state: { terminated: { exitCode: 0 } } }] } },
      ]);
    });

    it('is run at once by a Job that the product makes from it, one for a stage, though the API server is restarted', async () => {
      const { namespace, client } = place;
      await patiently(async () => expect((await read()).status?.active ?? []).toEqual([]));
      const before = (await list()).length;
      const plane = { cluster: client.name, namespace };
      const cronJob = { name, schedule: '* * * * *' };
      const runs = { stage: 'r1/distribute/add-roots', since: new Date(), past: new Set<string>() };
      await runValidatorNow(client, plane, cronJob, runs);
      await place.world.restart();
      await runValidatorNow(client, plane, cronJob, runs);
      const made = await madeFrom(name);
      expect(made).toHaveLength(1);
      expect(before).toBeGreaterThan(0);
      expect(made[0]?.metadata).toMatchObject({
        ...{ annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' } },
        ownerReferences: [{ kind: 'CronJob', name }],
      });
      await patiently(() => complete(made[0]?.metadata?.name ?? ''));
    });

    it('says in the log of its pod what the product hears over a restart of the API server, and reads once it has ended', async () => {
      const { namespace, client } = place;
      const works = {
        metadata: { name: 'works' },
        spec: {
          schedule: '* * * * *',
          suspend: true,
          jobTemplate: { spec: { template: podTemplate('works') } },
        },
      };
      await client.batch.createNamespacedCronJob({ namespace, body: works });
      const plane = { cluster: client.name, namespace };
      const cronJob = { name: 'works', schedule: '* * * * *' };
      const runs = { stage: 'r1/distribute/add-roots', since: new Date(), past: new Set<string>() };
      await runValidatorNow(client, plane, cronJob, runs);
      const [{ metadata } = {}] = await madeFrom('works');
      const target = await patiently(async () => {
        const [pod] = await podsOf(metadata?.name);
        expect(pod?.status?.phase).toBe('Running');
        return { namespace, pod: pod?.metadata?.name ?? '', container: 'main' };
      });
      const { log, end } = place.world.program(namespace, target.pod);
      let heard = '';
      const follower = followLog(client, target, new Date(0).toISOString(), (part) => (heard += part));
      onTestFinished(() => follower.stop());
      await patiently(() => expect(heard).toBe(`started ${target.pod}\n`));
      const restarting = place.world.restart();
      log.print('Root certificate update detected. Restarting deployment...');
      await restarting;
      await patiently(() => expect(heard).toMatch(/\nRoot certificate update detected\..*\n$/));
      await patiently(async () => {
        expect(await validatorOutcome(client, plane, cronJob, runs)).toBe('running');
      });
      end(0);
      await patiently(() => complete(metadata?.name ?? ''));
      expect(await readLog(client, target)).toMatch(
        /^started works-.*\nRoot certificate update detected\. Restarting deployment\.\.\.\n/,
      );
      expect(await validatorOutcome(client, plane, cronJob, runs)).toBe('detected');
    });
  });
}
