import { now } from '../api/store.ts';
import type { KubeObject, ObjectStore } from '../world.ts';
import { deleteObject } from './deletion.ts';
import { ownedBy, podFrom, randomSuffix } from './owned.ts';
import { isActive, isReady, jobView, podView } from './views.ts';

/** Runs pods until as many as wanted have succeeded, or too many have failed. Ended pods stay, for their logs. */
export function reconcileJob(store: ObjectStore, namespace: string, name: string): undefined {
  const job = store.get('jobs', namespace, name);
  if (job === undefined) return;
  const { spec, status } = jobView.parse(job);
  if (spec.suspend || isOver(job)) return;
  const pods = ownedBy(store, 'pods', job);
  const inPhase = (phase: string): number =>
    pods.filter((pod) => podView.parse(pod).status.phase === phase).length;
  const [succeeded, failed] = [inPhase('Succeeded'), inPhase('Failed')];
  const active = pods.filter(isActive);
  const outcome = outcomeOf(succeeded >= spec.completions, failed > spec.backoffLimit);
  if (outcome === undefined && active.length === 0) {
    store.create('pods', jobPod(job));
  }
  if (outcome !== undefined) for (const pod of active) deleteObject(store, 'pods', pod);
  const over = outcome === undefined ? {} : { conditions: outcome };
  store.change('jobs', namespace, name, (object) => ({
    ...object,
    status: {
      startTime: status.startTime ?? now(),
      ...(outcome === undefined ? { active: 1, ready: active.filter(isReady).length } : {}),
      ...(succeeded > 0 ? { succeeded } : {}),
      ...(failed > 0 ? { failed } : {}),
      ...(outcome?.[0]?.type === 'Complete' ? { completionTime: now() } : {}),
      ...over,
    },
  }));
}

/** True where a Job has a final condition. */
export function isOver(job: KubeObject): boolean {
  return hasCondition(job, 'Complete') || hasCondition(job, 'Failed');
}

export function hasCondition(job: KubeObject, wanted: string): boolean {
  const { conditions } = jobView.parse(job).status;
  return conditions.some(({ type, status }) => type === wanted && status === 'True');
}

function outcomeOf(done: boolean, gaveUp: boolean) {
  const at = { status: 'True', lastProbeTime: now(), lastTransitionTime: now() };
  if (done) {
    return [
      {
        type: 'Complete',
        ...at,
        reason: 'CompletionsReached',
        message: 'Reached expected number of succeeded pods',
      },
    ];
  }
  if (!gaveUp) return undefined;
  return [
    {
      type: 'Failed',
      ...at,
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
    },
  ];
}

function jobPod(job: KubeObject) {
  const { name, uid } = job.metadata;
  const labels = {
    ...{ 'job-name': name, 'controller-uid': uid },
    ...{ 'batch.kubernetes.io/job-name': name, 'batch.kubernetes.io/controller-uid': uid },
  };
  const { template } = jobView.parse(job).spec;
  // A Job's pod may not be restarted for ever: where the template is silent, it is not restarted at all.
  const spec = { restartPolicy: template.spec['restartPolicy'] === 'OnFailure' ? 'OnFailure' : 'Never' };
  return podFrom(job, template, { name: `${name}-${randomSuffix()}`, labels, spec });
}
