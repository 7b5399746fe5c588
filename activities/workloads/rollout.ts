import type { V1DaemonSet, V1Deployment, V1StatefulSet } from '@kubernetes/client-node';

/** How far a rollout is, as `kubectl rollout status` tells it (kubectl, polymorphichelpers/rollout_status.go). */
export type Rollout =
  | { readonly state: 'done' }
  | { readonly state: 'going'; readonly text: string }
  /** The controller has given up. */
  | { readonly state: 'failed'; readonly text: string }
  /** A change of its template does not roll it. */
  | { readonly state: 'manual'; readonly text: string };

const done: Rollout = { state: 'done' };
const unobserved: Rollout = { state: 'going', text: 'the controller has not seen the change yet' };

export function deploymentRollout({ metadata, spec, status }: V1Deployment): Rollout {
  if (spec?.paused === true) return { state: 'manual', text: 'it is paused' };
  if (!isObserved(metadata?.generation, status?.observedGeneration)) return unobserved;
  const replicas = status?.replicas ?? 0;
  const updatedReplicas = status?.updatedReplicas ?? 0;
  const availableReplicas = status?.availableReplicas ?? 0;
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    return { state: 'failed', text: 'it has exceeded its progress deadline' };
  }
  const wanted = spec?.replicas ?? 1;
  // A quota, or an admission webhook, that refuses its pods: no pod would ever tell.
  const refused = status?.conditions?.find(
    ({ type, status: is }) => type === 'ReplicaFailure' && is === 'True',
  );
  const why = refused?.message === undefined ? '' : `: ${refused.message}`;
  if (updatedReplicas < wanted) return going(`${updatedReplicas} of ${wanted} pods are new${why}`);
  if (replicas > updatedReplicas) return going(`${replicas - updatedReplicas} old pods are to end`);
  if (availableReplicas < updatedReplicas) {
    return going(`${availableReplicas} of ${updatedReplicas} new pods are available`);
  }
  return done;
}

/** Whether pods of a Deployment are there still that a rollout is about to replace. */
export function hasOldPods(deployment: V1Deployment): boolean {
  const rollout = deploymentRollout(deployment);
  const replicas = deployment.status?.replicas ?? 0;
  const updatedReplicas = deployment.status?.updatedReplicas ?? 0;
  return rollout === unobserved || (rollout.state === 'going' && replicas > updatedReplicas);
}

export function statefulSetRollout({ metadata, spec, status }: V1StatefulSet): Rollout {
  if (spec?.updateStrategy?.type === 'OnDelete') return manualOnDelete;
  if (!isObserved(metadata?.generation, status?.observedGeneration)) return unobserved;
  const { updatedReplicas = 0, readyReplicas = 0, updateRevision, currentRevision } = status ?? {};
  const wanted = spec?.replicas ?? 1;
  if (readyReplicas < wanted) return going(`${readyReplicas} of ${wanted} pods are ready`);
  const partition = spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  if (partition > 0) {
    const due = Math.max(0, wanted - partition);
    return updatedReplicas < due ? going(`${updatedReplicas} of ${due} pods are new`) : done;
  }
  return updateRevision === currentRevision ? done : going(`${updatedReplicas} of ${wanted} pods are new`);
}

export function daemonSetRollout({ metadata, spec, status }: V1DaemonSet): Rollout {
  if (spec?.updateStrategy?.type === 'OnDelete') return manualOnDelete;
  if (!isObserved(metadata?.generation, status?.observedGeneration)) return unobserved;
  const wanted = status?.desiredNumberScheduled ?? 0;
  const updated = status?.updatedNumberScheduled ?? 0;
  const available = status?.numberAvailable ?? 0;
  if (updated < wanted) return going(`${updated} of ${wanted} pods are new`);
  return available < wanted ? going(`${available} of ${wanted} pods are available`) : done;
}

const manualOnDelete: Rollout = { state: 'manual', text: 'its updateStrategy is OnDelete' };

function going(text: string): Rollout {
  return { state: 'going', text };
}

function isObserved(generation = 0, observed = 0): boolean {
  return observed >= generation && observed > 0;
}
