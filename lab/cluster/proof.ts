import { CoreV1Api, KubeConfig, type V1Node, type V1Pod } from '@kubernetes/client-node';
import type { KubeconfigCluster } from '../../sim/api/kubeconfig.ts';

const nodesPerCluster = 2;
const namespace = 'default';
const probe = 'lab-probe';

export function coreApiOf({ name, url, caPem, token }: KubeconfigCluster): CoreV1Api {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name, server: url, caData: Buffer.from(caPem).toString('base64'), skipTLSVerify: false }],
    users: [{ name, token }],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  });
  return config.makeApiClient(CoreV1Api);
}

/** Node objects are made by hand: no machine is behind them that could register itself. */
export async function createNodes(core: CoreV1Api, cluster: string): Promise<void> {
  for (let number = 0; number < nodesPerCluster; number += 1) {
    const name = `${cluster}-node-${number}`;
    await core.createNode({ body: { metadata: { name, labels: { 'kubernetes.io/hostname': name } } } });
  }
}

/** Shows a kubelet: it makes nodes ready, and keeps them so. */
export async function nodesReady(core: CoreV1Api): Promise<boolean> {
  const { items } = await core.listNode();
  return items.every(isReady);
}

/** Shows the controllers: one of them makes the ServiceAccount that each namespace has. */
export async function hasServiceAccount(core: CoreV1Api): Promise<boolean> {
  const { items } = await core.listNamespacedServiceAccount({
    namespace,
    fieldSelector: 'metadata.name=default',
  });
  return items.length > 0;
}

/** Shows all of them together, the scheduler above all: to be asked until true, it makes a pod that becomes ready. */
export function podIsRun(core: CoreV1Api): () => Promise<boolean> {
  let created = false;
  return async () => {
    if (!created) {
      if (!(await hasServiceAccount(core))) return false;
      const container = { name: 'probe', image: 'registry.example.com/probe:1' };
      const body = { metadata: { name: probe }, spec: { containers: [container] } };
      await core.createNamespacedPod({ namespace, body });
      created = true;
    }
    if (!isReady(await core.readNamespacedPod({ name: probe, namespace }))) return false;
    await core.deleteNamespacedPod({ name: probe, namespace, gracePeriodSeconds: 0 });
    return true;
  };
}

function isReady({ status }: V1Node | V1Pod): boolean {
  return (status?.conditions ?? []).some((one) => one.type === 'Ready' && one.status === 'True');
}
