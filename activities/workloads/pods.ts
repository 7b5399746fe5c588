import type { V1ContainerStatus, V1OwnerReference, V1Pod } from '@kubernetes/client-node';
import type { ClusterClient } from '../kube/connect.ts';
import { versionOf } from '../istiod/control-plane.ts';
import { listAll } from '../kube/list-all.ts';
import { markAnnotation } from './mark.ts';
import { proxySettings, type ProxySettings } from './proxy-settings.ts';

export const proxyContainer = 'istio-proxy';

/** A pod that runs a proxy: a sidecar, a native sidecar or a gateway. */
export interface ProxyPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** By the API server's clock, in whole seconds. */
  readonly createdAt: Date | undefined;
  /** The stage for which Meshturn had its owner replace it, as its template says. */
  readonly mark: string | undefined;
  /** Its controller; undefined for a pod that somebody made by hand. */
  readonly owner: V1OwnerReference | undefined;
  readonly terminating: boolean;
  /** Why its proxy cannot be asked: it does not run; undefined where it does. */
  readonly down: string | undefined;
  /** True where its proxy has never started: it holds nothing, and will take its leaf from the CA of then. */
  readonly unborn: boolean;
  readonly settings: ProxySettings;
  /** Of its agent, as the image says, `1.30.3`. */
  readonly version: string;
}

/** What the pods of a cluster say of its mesh. */
export interface MeshPods {
  readonly proxies: readonly ProxyPod[];
  /** True where ztunnel runs. */
  readonly ambient: boolean;
  /** Of the istiods in the cluster; undefined where none runs, or one does not tell. */
  readonly revisions: readonly string[] | undefined;
}

/** Every pod with a proxy, of all namespaces. Throws Problem as the API server refuses. */
export async function listMeshPods(client: ClusterClient): Promise<MeshPods> {
  const pods = await listAll(`pods of cluster ${client.name}`, (page) =>
    client.core.listPodForAllNamespaces(page),
  );
  return { proxies: proxyPods(pods), ambient: pods.some(isZtunnel), revisions: istiodRevisions(pods) };
}

/**
 * The pods with a proxy. Finished ones have none any more; terminating ones serve until they are gone. istiod
 * is proven in another way, and ztunnel, whose container has the same name, is no Envoy.
 */
export function proxyPods(pods: readonly V1Pod[]): readonly ProxyPod[] {
  return pods.flatMap((pod) => {
    const container = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find(
      ({ name }) => name === proxyContainer,
    );
    if (container === undefined || isFinished(pod) || isOther(pod)) return [];
    return [
      {
        namespace: pod.metadata?.namespace ?? '',
        name: pod.metadata?.name ?? '',
        uid: pod.metadata?.uid ?? '',
        createdAt: pod.metadata?.creationTimestamp,
        mark: pod.metadata?.annotations?.[markAnnotation],
        owner: pod.metadata?.ownerReferences?.find(({ controller }) => controller === true),
        terminating: pod.metadata?.deletionTimestamp !== undefined,
        down: whyDown(pod),
        unborn: isUnborn(pod),
        settings: proxySettings(pod, container),
        version: versionOf(container.image),
      },
    ];
  });
}

/** `payments/ledger-5d9f-x2x` */
export function podName({ namespace, name }: Pick<ProxyPod, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

export function isZtunnel(pod: V1Pod): boolean {
  return pod.metadata?.labels?.['app'] === 'ztunnel' && !isFinished(pod);
}

/** The label istio.io/rev of every istiod; undefined where there is none, or one lacks it. */
export function istiodRevisions(pods: readonly V1Pod[]): readonly string[] | undefined {
  const istiods = pods.filter((pod) => pod.metadata?.labels?.['app'] === 'istiod' && !isFinished(pod));
  const revisions = istiods.flatMap(({ metadata }) => metadata?.labels?.['istio.io/rev'] ?? []);
  return revisions.length > 0 && revisions.length === istiods.length ? [...new Set(revisions)] : undefined;
}

function isFinished({ status }: V1Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function isOther(pod: V1Pod): boolean {
  return ['istiod', 'ztunnel'].includes(pod.metadata?.labels?.['app'] ?? '');
}

function statusOf({ status }: V1Pod): V1ContainerStatus | undefined {
  return [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].find(
    ({ name }) => name === proxyContainer,
  );
}

/** Whether the proxy container has never run; after a crash it is no more known what it did. */
function isUnborn(pod: V1Pod): boolean {
  const own = statusOf(pod);
  if (own === undefined) return pod.status?.phase === 'Pending';
  const { state, lastState, restartCount } = own;
  const ran = [state?.running, state?.terminated, lastState?.running, lastState?.terminated];
  return restartCount === 0 && ran.every((one) => one === undefined);
}

function whyDown(pod: V1Pod): string | undefined {
  const { status } = pod;
  const own = statusOf(pod);
  if (own === undefined) return status?.phase === 'Pending' ? 'has not started: Pending' : undefined;
  return own.state?.running === undefined ? `has no running proxy: ${stateOf(own)}` : undefined;
}

function stateOf({ state }: V1ContainerStatus): string {
  return state?.waiting?.reason ?? state?.terminated?.reason ?? 'it waits to be started';
}
