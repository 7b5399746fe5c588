import { z } from 'zod';
import type { KubeObject } from '../world.ts';
import { withInstants, type Condition } from './owned.ts';
import { podsOf } from './percent.ts';
import { workloadView } from './views.ts';

type Status = Readonly<Record<string, unknown>>;

/** What a rollout has come to, with the field names and conditions of the deployment controller. */
export function deploymentStatus(
  deployment: KubeObject,
  sets: readonly KubeObject[],
  newSetUid: string | undefined,
): Status {
  const { spec, status: old } = workloadView.parse(deployment);
  const counts = sets.map((set) => ({ uid: set.metadata.uid, ...workloadView.parse(set).status }));
  const total = (field: 'replicas' | 'readyReplicas' | 'availableReplicas'): number =>
    counts.reduce((sum, set) => sum + set[field], 0);
  const updated = counts.find(({ uid }) => uid === newSetUid)?.replicas ?? 0;
  const [replicas, ready, available] = [
    total('replicas'),
    total('readyReplicas'),
    total('availableReplicas'),
  ];
  const unavailable = Math.max(0, Math.max(replicas, spec.replicas) - available);
  const complete =
    updated === spec.replicas &&
    replicas === spec.replicas &&
    available === spec.replicas &&
    newSetUid !== undefined;
  const progress = `${String(updated)}/${String(replicas)}/${String(available)}`;
  const maxUnavailable = podsOf(spec.strategy.rollingUpdate?.maxUnavailable ?? '25%', spec.replicas, 'down');
  const enough = available >= spec.replicas - maxUnavailable;
  const conditions: Condition[] = [
    {
      ...{ type: 'Available', status: enough ? 'True' : 'False' },
      reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      message: `Deployment ${enough ? 'has' : 'does not have'} minimum availability.`,
    },
    progressing(deployment, complete, progress),
    ...counts.flatMap(failures).slice(0, 1),
  ];
  return {
    ...{ replicas, updatedReplicas: updated, readyReplicas: ready, availableReplicas: available },
    ...(unavailable > 0 ? { unavailableReplicas: unavailable } : {}),
    conditions: withInstants(conditions, old.conditions),
  };
}

/** What keeps a ReplicaSet from making pods is a condition of its Deployment too. */
function failures({ conditions }: { readonly conditions: readonly unknown[] }): readonly Condition[] {
  return conditions.flatMap((condition) => {
    const { success, data } = failure.safeParse(condition);
    return success ? [data] : [];
  });
}

const failure = z.object({
  ...{ type: z.literal('ReplicaFailure'), status: z.literal('True') },
  ...{ reason: z.string(), message: z.string() },
});

function progressing(deployment: KubeObject, complete: boolean, progress: string): Condition {
  const { spec, status } = workloadView.parse(deployment);
  const { name, generation = 1 } = deployment.metadata;
  if (complete) {
    const message = `Deployment "${name}" has successfully progressed.`;
    return { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message };
  }
  const old = status.conditions.find(({ type }) => type === 'Progressing');
  // The counts are in the message so that the condition's lastUpdateTime moves with every progress.
  const message = `Deployment "${name}" is progressing: generation ${String(generation)}, ${progress} updated/all/available.`;
  const exceeded =
    old?.['message'] === message &&
    Date.now() - Date.parse(old.lastUpdateTime) >= spec.progressDeadlineSeconds * 1000;
  const failedBefore = old?.status === 'False' && String(old['message']).endsWith(progressOf(message));
  if (exceeded || failedBefore) {
    const failed = `Deployment "${name}" has timed out progressing: generation ${progressOf(message)}`;
    return { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: failed };
  }
  return { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message };
}

function progressOf(message: string): string {
  return message.slice(message.indexOf('generation ') + 'generation '.length);
}

const conditionsOf = z.object({
  conditions: z.array(z.looseObject({ type: z.string(), reason: z.string(), lastUpdateTime: z.string() })),
});

/** Milliseconds until a rollout that does not move has to be called stuck; undefined where it moves or is done. */
export function timeToDeadline(deadlineSeconds: number, status: Status): number | undefined {
  const { conditions } = conditionsOf.parse(status);
  const moving = conditions.find(({ reason }) => reason === 'ReplicaSetUpdated');
  if (moving === undefined) return undefined;
  return Math.max(10, Date.parse(moving.lastUpdateTime) + deadlineSeconds * 1000 - Date.now());
}
