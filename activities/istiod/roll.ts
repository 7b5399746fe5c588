import { PatchStrategy, setHeaderOptions, type V1Deployment } from '@kubernetes/client-node';
import { Problem } from '../../problems/problem.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { listAll } from '../kube/list-all.ts';
import { calling } from '../kube/problems.ts';
import { deploymentRollout, hasOldPods } from '../workloads/rollout.ts';
import type { ControlPlane } from './control-plane.ts';
import { listReplicas } from './replicas.ts';

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
  return deploymentRollout(await deploymentOf(client, plane)).state === 'going';
}

/** Whether a replica has gone, or its Deployment is about to replace it, by whomever: what it said of its files is past. */
export async function isReplaced(client: ClusterClient, plane: ControlPlane, pod: string): Promise<boolean> {
  const { namespace, deployment: name } = plane;
  // Who may not roll istiod may list its Deployments, and get none.
  const [deployment] = await listAll(objectOf(client, plane), (page) =>
    client.apps.listNamespacedDeployment({ namespace, fieldSelector: `metadata.name=${name}`, ...page }),
  );
  if (deployment !== undefined && hasOldPods(deployment)) return true;
  // Asked after the Deployment, which has replaced it by now where it was an old one.
  const replicas = await listReplicas(client, plane);
  return !replicas.some((replica) => replica.pod === pod && !replica.terminating);
}

function deploymentOf(client: ClusterClient, plane: ControlPlane): Promise<V1Deployment> {
  const { namespace, deployment: name } = plane;
  return calling(objectOf(client, plane), () => client.apps.readNamespacedDeployment({ namespace, name }));
}

/** @throws Problem ROLL_STUCK where the Deployment has given up (progressDeadlineSeconds) */
export async function demandRollProgress(client: ClusterClient, plane: ControlPlane): Promise<void> {
  const { status } = await deploymentOf(client, plane);
  const stuck = status?.conditions?.find(
    ({ type, status: is, reason }) =>
      type === 'Progressing' && is === 'False' && reason === 'ProgressDeadlineExceeded',
  );
  if (stuck === undefined) return;
  throw new Problem('ROLL_STUCK', {
    object: objectOf(client, plane),
    found: stuck.message ?? 'ProgressDeadlineExceeded',
    hint: `kubectl describe deployment ${plane.deployment} -n ${plane.namespace}; then: meshturn rotation retry …`,
  });
}

function objectOf(client: ClusterClient, plane: ControlPlane): string {
  return `Deployment ${plane.namespace}/${plane.deployment} of cluster ${client.name}`;
}
