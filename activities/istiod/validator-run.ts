import { V1Job, V1ObjectMeta, V1OwnerReference, type V1CronJob } from '@kubernetes/client-node';
import { createHash } from 'node:crypto';
import { Problem } from '../../problems/problem.ts';
import { type ClusterClient } from '../kube/connect.ts';
import { readLog } from '../kube/follow-logs.ts';
import { listAll } from '../kube/list-all.ts';
import { calling } from '../kube/problems.ts';
import { type ControlPlane, type ValidatorCronJob } from './control-plane.ts';
import { cronJobVerdict } from './cron-job-log.ts';

/** Which runs count: those that began after an instant, and one of our own made for a stage. */
export interface ValidatorRuns {
  readonly stage: string;
  readonly since: Date;
}

/** What the runs of the validator since an instant have come to. */
export type ValidatorOutcome = 'none yet' | 'running' | 'detected' | 'not detected' | 'silent';

/**
 * The newest finished run of the validator that began after an instant.
 * @throws Problem CRONJOB_FAILED where it failed, CRONJOB_SUSPENDED where none will come
 */
export async function validatorOutcome(
  client: ClusterClient,
  plane: ControlPlane,
  cronJob: ValidatorCronJob,
  o: ValidatorRuns,
): Promise<ValidatorOutcome> {
  const jobs = await runsOf(client, plane, cronJob, o);
  const newest = jobs.findLast(({ status }) => isFinished(status?.conditions)) ?? jobs.at(-1);
  if (newest === undefined) {
    if (!cronJob.suspended) return 'none yet';
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
  return (await verdictOf(client, plane.namespace, job)) ?? 'silent';
}

/** Makes a Job from the CronJob, once for a stage and instant. */
export async function runValidatorNow(
  client: ClusterClient,
  plane: ControlPlane,
  cronJob: ValidatorCronJob,
  o: ValidatorRuns,
): Promise<void> {
  const runs = await runsOf(client, plane, cronJob, o);
  if (runs.some(({ metadata }) => metadata?.name === ownName(cronJob.name, o))) return;
  const object = `CronJob ${plane.namespace}/${cronJob.name} of cluster ${client.name}`;
  await calling(object, async () => {
    const { namespace } = plane;
    const from = await client.batch.readNamespacedCronJob({ namespace, name: cronJob.name });
    await client.batch.createNamespacedJob({ namespace, body: jobFrom(from, o) });
  });
}

/** As `kubectl create job --from=cronjob/…` makes it. */
function jobFrom({ metadata, spec }: V1CronJob, o: ValidatorRuns): V1Job {
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
      name: ownName(metadata?.name ?? '', o),
      labels: { ...template.metadata?.labels },
      annotations: { ...template.metadata?.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [owner],
    }),
    ...(template.spec === undefined ? {} : { spec: template.spec }),
  });
}

/** A Job's name becomes a label, which ends at 63 characters. */
function ownName(cronJob: string, { stage, since }: ValidatorRuns): string {
  const digest = createHash('sha256').update(`${stage} ${since.toISOString()}`).digest('hex');
  return `${cronJob.slice(0, 45)}-mt-${digest.slice(0, 12)}`;
}

/**
 * Runs since then, our own among them, oldest first. The API server's instants are whole seconds: a scheduled
 * run of the very second may have begun before.
 */
async function runsOf(
  client: ClusterClient,
  { namespace }: ControlPlane,
  cronJob: ValidatorCronJob,
  o: ValidatorRuns,
): Promise<readonly V1Job[]> {
  const own = ownName(cronJob.name, o);
  const begun = ({ metadata }: V1Job) => metadata?.creationTimestamp?.getTime() ?? 0;
  const jobs = await listAll(`jobs in ${namespace} of cluster ${client.name}`, (page) =>
    client.batch.listNamespacedJob({ namespace, ...page }),
  );
  return jobs
    .filter(({ metadata }) =>
      metadata?.ownerReferences?.some(({ kind, name }) => kind === 'CronJob' && name === cronJob.name),
    )
    .filter((job) => job.metadata?.name === own || begun(job) >= o.since.getTime())
    .toSorted((a, b) => begun(a) - begun(b));
}

async function verdictOf(client: ClusterClient, namespace: string, job: string) {
  const pods = await listAll(`pods of Job ${namespace}/${job} of cluster ${client.name}`, (page) =>
    client.core.listNamespacedPod({ namespace, labelSelector: `job-name=${job}`, ...page }),
  );
  const done = pods.find(({ status }) => status?.phase === 'Succeeded');
  const pod = done?.metadata?.name;
  const container = done?.spec?.containers[0]?.name;
  if (pod === undefined || container === undefined) return undefined;
  return cronJobVerdict(await readLog(client, { namespace, pod, container }));
}

type Conditions = readonly { readonly type: string; readonly status: string }[] | undefined;

function isFinished(conditions: Conditions): boolean {
  return hasCondition(conditions, 'Complete') || hasCondition(conditions, 'Failed');
}

function hasCondition(conditions: Conditions, wanted: string): boolean {
  return conditions?.some(({ type, status }) => type === wanted && status === 'True') ?? false;
}
