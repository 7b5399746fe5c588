import type { Store } from '../api/store.ts';
import type { SimSettings } from '../world.ts';
import { reconcileCronJob, tickCronJob } from './cron-job.ts';
import { reconcileDaemonSet } from './daemon-set.ts';
import { reconcileDeployment } from './deployment.ts';
import { startGarbageCollection } from './garbage.ts';
import { reconcileJob } from './job.ts';
import { reconcileQuota } from './quota.ts';
import { startReconciler, type ReconcilerOptions } from './reconciler.ts';
import { reconcileReplicaSet } from './replica-set.ts';
import { startScheduler } from './scheduler.ts';
import { startServiceAccounts } from './service-accounts.ts';
import { reconcileStatefulSet } from './stateful-set.ts';
import { Timers } from './timers.ts';

export interface ControllerContext {
  readonly store: Store;
  readonly settings: SimSettings;
}

type Row = Pick<ReconcilerOptions, 'resource' | 'kind' | 'owns' | 'also'> & {
  readonly reconcile: (store: Store, namespace: string, name: string) => number | undefined;
};

const rows: readonly Row[] = [
  { resource: 'deployments', kind: 'Deployment', owns: ['replicasets'], reconcile: reconcileDeployment },
  {
    ...{ resource: 'replicasets', kind: 'ReplicaSet', owns: ['pods'], also: ['resourcequotas'] },
    reconcile: reconcileReplicaSet,
  },
  { resource: 'statefulsets', kind: 'StatefulSet', owns: ['pods'], reconcile: reconcileStatefulSet },
  {
    ...{ resource: 'daemonsets', kind: 'DaemonSet', owns: ['pods'], also: ['nodes'] },
    reconcile: reconcileDaemonSet,
  },
  { resource: 'resourcequotas', kind: 'ResourceQuota', owns: [], also: ['pods'], reconcile: reconcileQuota },
  { resource: 'cronjobs', kind: 'CronJob', owns: ['jobs'], reconcile: reconcileCronJob },
  { resource: 'jobs', kind: 'Job', owns: ['pods'], reconcile: reconcileJob },
];

/** Starts every controller; the returned function stops them. */
export function startControllers({ store, settings }: ControllerContext): () => void {
  const timers = new Timers();
  // Numbered by minutes in the real one: names must not repeat those of an earlier start.
  let tick = Math.floor(Date.now() / 1000);
  timers.every(settings.cronJobEvery, () => {
    tick += 1;
    for (const cronJob of store.list('cronjobs')) tickCronJob(store, cronJob, tick);
  });
  const stops = [
    startGarbageCollection(store),
    startServiceAccounts(store),
    startScheduler(store),
    ...rows.map(({ reconcile, ...row }) =>
      startReconciler({ ...row, store, reconcile: (namespace, name) => reconcile(store, namespace, name) }),
    ),
  ];
  return () => {
    timers.stop();
    for (const stop of stops) stop();
  };
}
