import {
  PatchStrategy,
  setHeaderOptions,
  type V1DaemonSet,
  type V1Deployment,
  type V1LabelSelector,
  type V1StatefulSet,
} from '@kubernetes/client-node';
import type { ClusterClient } from '../kube/connect.ts';
import { calling, callingForMaybe } from '../kube/problems.ts';
import { markAnnotation } from './mark.ts';
import { daemonSetRollout, deploymentRollout, statefulSetRollout, type Rollout } from './rollout.ts';

export interface RollableRef {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly namespace: string;
  readonly name: string;
}

/** An owner of pods that replaces them when its template changes. */
export interface Rollable extends RollableRef {
  readonly uid: string;
  /** Label selector of its pods. */
  readonly selector: string;
  /** The rotation stage that it was restarted for last; undefined where none has. */
  readonly mark: string | undefined;
  readonly rollout: Rollout;
}

/** What `kubectl rollout restart` sets. */
const restartAnnotation = 'kubectl.kubernetes.io/restartedAt';
const strategic = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);

/** `Deployment payments/ledger` */
export function rollableName({ kind, namespace, name }: RollableRef): string {
  return `${kind} ${namespace}/${name}`;
}

export function fromDeployment(object: V1Deployment): Rollable {
  return { kind: 'Deployment', ...common(object), rollout: deploymentRollout(object) };
}

export function fromStatefulSet(object: V1StatefulSet): Rollable {
  return { kind: 'StatefulSet', ...common(object), rollout: statefulSetRollout(object) };
}

export function fromDaemonSet(object: V1DaemonSet): Rollable {
  return { kind: 'DaemonSet', ...common(object), rollout: daemonSetRollout(object) };
}

/** Reads it anew; undefined where it is gone. Throws Problem as the API server refuses. */
export function readRollable(client: ClusterClient, ref: RollableRef): Promise<Rollable | undefined> {
  const { namespace, name } = ref;
  return callingForMaybe(objectOf(client, ref), async () => {
    switch (ref.kind) {
      case 'Deployment':
        return fromDeployment(await client.apps.readNamespacedDeployment({ namespace, name }));
      case 'StatefulSet':
        return fromStatefulSet(await client.apps.readNamespacedStatefulSet({ namespace, name }));
      case 'DaemonSet':
        return fromDaemonSet(await client.apps.readNamespacedDaemonSet({ namespace, name }));
    }
  });
}

/**
 * Restarts it as `kubectl rollout restart` does, and notes in its template for which stage (`mark`).
 * Throws Problem as the API server refuses.
 */
export async function restartRollable(
  client: ClusterClient,
  ref: RollableRef,
  { mark, at }: { readonly mark: string; readonly at: Date },
): Promise<void> {
  const annotations = { [restartAnnotation]: at.toISOString(), [markAnnotation]: mark };
  const { namespace, name } = ref;
  const body = { spec: { template: { metadata: { annotations } } } };
  const request = { namespace, name, body, fieldManager: 'meshturn' };
  await calling(objectOf(client, ref), async () => {
    switch (ref.kind) {
      case 'Deployment':
        await client.apps.patchNamespacedDeployment(request, strategic);
        break;
      case 'StatefulSet':
        await client.apps.patchNamespacedStatefulSet(request, strategic);
        break;
      case 'DaemonSet':
        await client.apps.patchNamespacedDaemonSet(request, strategic);
    }
  });
}

function objectOf(client: ClusterClient, ref: RollableRef): string {
  return `${rollableName(ref)} of cluster ${client.name}`;
}

type Common = Pick<Rollable, 'namespace' | 'name' | 'uid' | 'selector' | 'mark'>;

function common({ metadata, spec }: V1Deployment | V1StatefulSet | V1DaemonSet): Common {
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    selector: selectorText(spec?.selector),
    mark: spec?.template.metadata?.annotations?.[markAnnotation],
  };
}

function selectorText(selector: V1LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const others = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...equal, ...others].join(',');
}
