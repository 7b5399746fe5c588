import { V1Job, V1ObjectMeta, V1OwnerReference, type V1CronJob } from '@kubernetes/client-node';
import { createHash } from 'node:crypto';
import { Problem } from '../../problems/problem.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { readLog } from '../kube/follow-logs.ts';
import { listAll } from '../kube/list-all.ts';
import { calling } from '../kube/problems.ts';
import type { ControlPlane, ValidatorCronJob } from './control-plane.ts';
import { cronJobVerdict, lastWords } from './cron-job-log.ts';

type Place = Pick<ControlPlane, 'namespace'>;
type Named = Pick<ValidatorCronJob, 'name'>;

/**
 * Which runs count: those that began after an instant, and our own, made for a stage. Of our own, those that had failed
 * when the wait began do not: a person has asked for another since.
 */
export interface ValidatorRuns {
  readonly stage: string;
  readonly since: Date;
  /** Names, as `failedRuns` told them. Instants would not do: the API server's are whole seconds. */
  readonly past: ReadonlySet<string>;
}

/**
 * What the runs of the validator since an instant have come to. Of one that ended well and said nothing known, what
 * it said last, in quotes: whether istiod was restarted is to be seen at istiod.
 */
export type ValidatorOutcome =
  'none yet' | 'running' | 'detected' | 'not detected' | { readonly said: string };

/**
 * The newest finished run of the validator that began after an instant.
 * @throws Problem CRONJOB_FAILED where it failed, CRONJOB_SUSPENDED where none will come
 */
export async function validatorOutcome(
  client: ClusterClient,
  plane: Place,
  cronJob: Named,
  o: ValidatorRuns,
): Promise<ValidatorOutcome> {
  const jobs = await runsOf(client, plane, cronJob, o);
  const newest = jobs.findLast(({ status }) => isFinished(status?.conditions)) ?? jobs.at(-1);
  if (newest === undefined) {
    if (!(await isSuspended(client, plane, cronJob))) return 'none yet';
    throw new Problem('CRONJOB_SUSPENDED', {
      object: `CronJob ${plane.namespace}/${cronJob.name} of cluster ${client.name}`,
      hint: `kubectl patch cronjob ${cronJob.name} -n ${plane.namespace} -p '{"spec":{"suspend":false}}'; or set cronJob: runNow in the fleet file`,
    });
  }
  const job = newest.metadata?.name ?? '';
  if (hasCondition(newest.status?.conditions, 'Failed')) {
    throw new Problem('CRONJOB_FAILED', {
      object: `Job ${plane.namespace}/${job} of cluster ${client.name}`,
      hint: `kubectl logs job/${job} -n ${plane.namespace}; then: meshturn rotation retry …`,
    });
  }
  if (!isFinished(newest.status?.conditions)) return 'running';
  const log = await logOf(client, plane.namespace, job);
  return cronJobVerdict(log) ?? { said: lastWords(log) };
}

/** What is known of the control plane may be older than the command of a person who suspended or resumed it. */
async function isSuspended(client: ClusterClient, { namespace }: Place, { name }: Named): Promise<boolean> {
  const cronJobs = await listAll(`cronjobs in ${namespace} of cluster ${client.name}`, (page) =>
    client.batch.listNamespacedCronJob({ namespace, ...page }),
  );
  return cronJobs.some(({ metadata, spec }) => metadata?.name === name && spec.suspend === true);
}

/** Of our own runs for a stage, those that have failed by now. */
export async function failedRuns(
  client: ClusterClient,
  plane: Place,
  cronJob: Named,
  stage: string,
): Promise<ReadonlySet<string>> {
  const own = (await jobsOf(client, plane, cronJob)).filter(isOwn(cronJob, stage));
  const failed = own.filter(({ status }) => hasCondition(status?.conditions, 'Failed'));
  return new Set(failed.flatMap(({ metadata }) => metadata?.name ?? []));
}

/** Makes a Job from the CronJob: once for a stage, and again only where all of before have failed. */
export async function runValidatorNow(
  client: ClusterClient,
  plane: Place,
  cronJob: Named,
  o: ValidatorRuns,
): Promise<void> {
  const own = (await jobsOf(client, plane, cronJob)).filter(isOwn(cronJob, o.stage));
  if (own.some((job) => !isPast(job, o))) return;
  const ordinals = own.map(({ metadata }) => Number(metadata?.name?.split('-').at(-1)));
  const name = ownName(cronJob.name, o.stage, Math.max(-1, ...ordinals) + 1);
  const object = `CronJob ${plane.namespace}/${cronJob.name} of cluster ${client.name}`;
  await calling(object, async () => {
    const { namespace } = plane;
    const from = await client.batch.readNamespacedCronJob({ namespace, name: cronJob.name });
    await client.batch.createNamespacedJob({ namespace, body: jobFrom(from, name) });
  });
}

/** As `kubectl create job --from=cronjob/…` makes it. */
function jobFrom({ metadata, spec }: V1CronJob, name: string): V1Job {
  const owner = Object.assign(new V1OwnerReference(), {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    controller: true,
  });
  const template = spec.jobTemplate;
  return Object.assign(new V1Job(), {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: Object.assign(new V1ObjectMeta(), {
      name,
      labels: { ...template.metadata?.labels },
      annotations: { ...template.metadata?.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [owner],
    }),
    ...(template.spec === undefined ? {} : { spec: template.spec }),
  });
}

/** A Job's name becomes a label, which ends at 63 characters. */
function ownName(cronJob: string, stage: string, ordinal: number): string {
  const digest = createHash('sha256').update(stage).digest('hex');
  return `${cronJob.slice(0, 45)}-mt-${digest.slice(0, 10)}-${ordinal}`;
}

function isOwn(cronJob: Named, stage: string): (job: V1Job) => boolean {
  const prefix = ownName(cronJob.name, stage, 0).slice(0, -1);
  return ({ metadata }) => metadata?.name?.startsWith(prefix) === true;
}

function isPast({ metadata }: V1Job, { past }: ValidatorRuns): boolean {
  return past.has(metadata?.name ?? '');
}

/**
 * Runs since then, our own among them, oldest first. The API server's instants are whole seconds: a scheduled
 * run of the very second may have begun before.
 */
async function runsOf(
  client: ClusterClient,
  plane: Place,
  cronJob: Named,
  o: ValidatorRuns,
): Promise<readonly V1Job[]> {
  const own = isOwn(cronJob, o.stage);
  return (await jobsOf(client, plane, cronJob))
    .filter((job) => (own(job) ? !isPast(job, o) : begun(job) >= o.since.getTime()))
    .toSorted((a, b) => begun(a) - begun(b));
}

function begun({ metadata }: V1Job): number {
  return metadata?.creationTimestamp?.getTime() ?? 0;
}

/** All that is there of the CronJob's Jobs, those made by hand too. */
async function jobsOf(
  client: ClusterClient,
  { namespace }: Place,
  cronJob: Named,
): Promise<readonly V1Job[]> {
  const jobs = await listAll(`jobs in ${namespace} of cluster ${client.name}`, (page) =>
    client.batch.listNamespacedJob({ namespace, ...page }),
  );
  return jobs.filter(({ metadata }) =>
    metadata?.ownerReferences?.some(({ kind, name }) => kind === 'CronJob' && name === cronJob.name),
  );
}

/** Of the pod that ended well; empty where it is gone. */
async function logOf(client: ClusterClient, namespace: string, job: string): Promise<string> {
  const pods = await listAll(`pods of Job ${namespace}/${job} of cluster ${client.name}`, (page) =>
    client.core.listNamespacedPod({ namespace, labelSelector: `job-name=${job}`, ...page }),
  );
  const done = pods.find(({ status }) => status?.phase === 'Succeeded');
  const pod = done?.metadata?.name;
  const container = done?.spec?.containers[0]?.name;
  if (pod === undefined || container === undefined) return '';
  return readLog(client, { namespace, pod, container });
}

type Conditions = readonly { readonly type: string; readonly status: string }[] | undefined;

function isFinished(conditions: Conditions): boolean {
  return hasCondition(conditions, 'Complete') || hasCondition(conditions, 'Failed');
}

function hasCondition(conditions: Conditions, wanted: string): boolean {
  return conditions?.some(({ type, status }) => type === wanted && status === 'True') ?? false;
}
