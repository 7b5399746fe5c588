import { fieldsOf } from '../api/fields.ts';
import { now } from '../api/store.ts';
import type { KubeObject, ObjectStore } from '../world.ts';
import { deleteObject } from './deletion.ts';
import { hasCondition, isOver } from './job.ts';
import { ownedBy, ownerReference } from './owned.ts';
import { cronJobView, jobView } from './views.ts';

/**
 * Starts the Job of one tick. The schedule of the CronJob is not read: ticks come at the simulation's interval.
 */
export function tickCronJob(store: ObjectStore, cronJob: KubeObject, tick: number): void {
  const { spec } = cronJobView.parse(cronJob);
  if (spec.suspend || cronJob.metadata.deletionTimestamp !== undefined) return;
  const running = ownedBy(store, 'jobs', cronJob).filter((job) => !isOver(job));
  if (running.length > 0 && spec.concurrencyPolicy === 'Forbid') return;
  if (spec.concurrencyPolicy === 'Replace') for (const job of running) deleteObject(store, 'jobs', job);
  const { name, namespace = '' } = cronJob.metadata;
  const { labels, annotations } = spec.jobTemplate.metadata;
  const at = now();
  store.create('jobs', {
    ...{ apiVersion: 'batch/v1', kind: 'Job' },
    metadata: {
      ...{ name: `${name}-${String(tick)}`, namespace, ownerReferences: [ownerReference(cronJob)] },
      ...(labels === undefined ? {} : { labels }),
      annotations: { ...annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': at },
    },
    spec: spec.jobTemplate.spec,
  });
  store.change('cronjobs', namespace, name, (object) => ({
    ...object,
    status: { ...fieldsOf(object['status']), lastScheduleTime: at },
  }));
}

/** Brings the status up to date, and deletes ended Jobs beyond the history limits, oldest first. */
export function reconcileCronJob(store: ObjectStore, namespace: string, name: string): undefined {
  const cronJob = store.get('cronjobs', namespace, name);
  if (cronJob === undefined) return;
  const { spec, status } = cronJobView.parse(cronJob);
  const jobs = ownedBy(store, 'jobs', cronJob);
  const completed = jobs.filter((job) => hasCondition(job, 'Complete'));
  const failed = jobs.filter((job) => hasCondition(job, 'Failed'));
  const surplus = [
    ...completed.slice(0, Math.max(0, completed.length - spec.successfulJobsHistoryLimit)),
    ...failed.slice(0, Math.max(0, failed.length - spec.failedJobsHistoryLimit)),
  ];
  for (const job of surplus) deleteObject(store, 'jobs', job);
  const active = jobs.filter((job) => !isOver(job)).map(referenceTo);
  const successes = completed.flatMap((job) => jobView.parse(job).status.completionTime ?? []).sort();
  // The newest success outlives its Job.
  const { lastScheduleTime } = status;
  const lastSuccessfulTime = successes.at(-1) ?? status.lastSuccessfulTime;
  store.change('cronjobs', namespace, name, (object) => ({
    ...object,
    status: {
      ...(active.length > 0 ? { active } : {}),
      ...(lastScheduleTime === undefined ? {} : { lastScheduleTime }),
      ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }),
    },
  }));
}

function referenceTo({ apiVersion, kind, metadata }: KubeObject) {
  const { name, namespace, uid } = metadata;
  return { apiVersion, kind, name, namespace, uid };
}
