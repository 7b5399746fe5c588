import type { V1CronJob, V1Deployment } from '@kubernetes/client-node';
import { Problem } from '../../problems/problem.ts';
import type { ClusterClient } from '../kube/connect.ts';
import { listAll } from '../kube/list-all.ts';
import { controlPlaneOf, revisionOf, type ControlPlane, type ValidatorCronJob } from './control-plane.ts';

const labelSelector = 'app=istiod';
/** Where the AKS add-on and where every chart puts istiod. */
export const usualNamespaces = ['aks-istio-system', 'istio-system'];
const cronJobPrefix = 'istio-cert-validator-cronjob-';

/**
 * Every revision of istiod in a cluster, the wanted one first.
 * @param wanted from the fleet file; what is undefined is found
 * @throws Problem ISTIOD_NOT_FOUND, ISTIOD_NAMESPACES_MANY, or what the API server says
 */
export async function discoverControlPlanes(
  client: ClusterClient,
  wanted: { readonly istioNamespace: string | undefined; readonly revision: string | undefined },
): Promise<readonly ControlPlane[]> {
  const object = `istiod of cluster ${client.name}`;
  const deployments = await istiodDeployments(client, wanted.istioNamespace, object);
  const namespace = deployments[0]?.metadata?.namespace;
  if (namespace === undefined) {
    throw new Problem('ISTIOD_NOT_FOUND', {
      object,
      expected: `a Deployment with label ${labelSelector}`,
      found: `none${wanted.istioNamespace === undefined ? '' : ` in ${wanted.istioNamespace}`}`,
    });
  }
  const cronJobs = await validatorCronJobs(client, namespace);
  const planes = deployments.map((deployment) =>
    controlPlaneOf(client.name, deployment, cronJobs.get(`${cronJobPrefix}${revisionOf(deployment)}`)),
  );
  return wantedFirst(planes, wanted.revision, object);
}

async function istiodDeployments(
  client: ClusterClient,
  namespace: string | undefined,
  object: string,
): Promise<readonly V1Deployment[]> {
  if (namespace !== undefined) {
    return listAll(`deployments in ${namespace} of cluster ${client.name}`, (page) =>
      client.apps.listNamespacedDeployment({ namespace, labelSelector, ...page }),
    );
  }
  const all = await listAll(`deployments of cluster ${client.name}`, (page) =>
    client.apps.listDeploymentForAllNamespaces({ labelSelector, ...page }),
  );
  const byNamespace = Map.groupBy(all, (deployment) => deployment.metadata?.namespace ?? '');
  const usual = usualNamespaces.find((name) => byNamespace.has(name));
  if (usual !== undefined) return byNamespace.get(usual) ?? [];
  if (byNamespace.size > 1) {
    throw new Problem('ISTIOD_NAMESPACES_MANY', { object, found: [...byNamespace.keys()].join(', ') });
  }
  return all;
}

async function validatorCronJobs(
  client: ClusterClient,
  namespace: string,
): Promise<ReadonlyMap<string, ValidatorCronJob>> {
  const all = await listAll(`cronjobs in ${namespace} of cluster ${client.name}`, (page) =>
    client.batch.listNamespacedCronJob({ namespace, ...page }),
  );
  return new Map(all.map(validator).map((cronJob) => [cronJob.name, cronJob]));
}

function validator({ metadata, spec, status }: V1CronJob): ValidatorCronJob {
  return {
    name: metadata?.name ?? '',
    schedule: spec.schedule,
    suspended: spec.suspend === true,
    lastSchedule: status?.lastScheduleTime,
    lastSuccess: status?.lastSuccessfulTime,
  };
}

function wantedFirst(
  planes: readonly ControlPlane[],
  revision: string | undefined,
  object: string,
): readonly ControlPlane[] {
  if (revision === undefined) {
    return planes.toSorted((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }));
  }
  const first = planes.filter((plane) => plane.revision === revision);
  if (first.length === 0) {
    throw new Problem('ISTIOD_NOT_FOUND', {
      object,
      expected: `revision ${revision}`,
      found: planes.map((plane) => plane.revision).join(', '),
    });
  }
  return [...first, ...planes.filter((plane) => plane.revision !== revision)];
}
