import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { Problem } from '../../problems/problem.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { calling } from '../kube/problems.ts';
import { deploymentRollout } from '../workloads/rollout.ts';
import type { ControlPlane } from './control-plane.ts';

/** On the pod template: a changed value makes the Deployment roll, the same one does nothing. */
const annotation = 'meshturn.io/rolled-for';

/** Restarts a control plane for a stated cause, once for each cause, however often it is called. */
export async function rollFor(client: ClusterClient, plane: ControlPlane, cause: string): Promise<void> {
  await calling(objectOf(client, plane), () =>
    client.apps.patchNamespacedDeployment(
      {
        namespace: plane.namespace,
        name: plane.deployment,
        fieldManager: 'meshturn',
        body: { spec: { template: { metadata: { annotations: { [annotation]: cause } } } } },
      },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    ),
  );
}

/** Whether a control plane is being restarted, by whomever. */
export async function isRolling(client: ClusterClient, plane: ControlPlane): Promise<boolean> {
  const { namespace, deployment: name } = plane;
  const found = await calling(objectOf(client, plane), () =>
    client.apps.readNamespacedDeployment({ namespace, name }),
  );
  return deploymentRollout(found).state === 'going';
}

/** @throws Problem ROLL_STUCK where the Deployment has given up (progressDeadlineSeconds) */
export async function demandRollProgress(client: ClusterClient, plane: ControlPlane): Promise<void> {
  const object = objectOf(client, plane);
  const { status } = await calling(object, () =>
    client.apps.readNamespacedDeployment({ namespace: plane.namespace, name: plane.deployment }),
  );
  const stuck = status?.conditions?.find(
    ({ type, status: is, reason }) =>
      type === 'Progressing' && is === 'False' && reason === 'ProgressDeadlineExceeded',
  );
  if (stuck === undefined) return;
  throw new Problem('ROLL_STUCK', {
    object,
    found: stuck.message ?? 'ProgressDeadlineExceeded',
    hint: `kubectl describe deployment ${plane.deployment} -n ${plane.namespace}; then: meshturn rotation retry …`,
  });
}

function objectOf(client: ClusterClient, plane: ControlPlane): string {
  return `Deployment ${plane.namespace}/${plane.deployment} of cluster ${client.name}`;
}
