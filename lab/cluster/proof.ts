import { type CoreV1Api, KubeConfig, type V1Node } from '@kubernetes/client-node';
import type { KubeconfigCluster } from '../../sim/api/kubeconfig.ts';

const nodesPerCluster = 2;
const namespace = 'default';

export function configOf({ name, url, caPem, token }: KubeconfigCluster): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name, server: url, caData: Buffer.from(caPem).toString('base64'), skipTLSVerify: false }],
    users: [{ name, token }],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  });
  return config;
}

/**
 * Shows a kubelet: it makes nodes ready, and keeps them so. Node objects are made here: no machine is behind them that
 * could register itself.
 */
export async function nodesReady(core: CoreV1Api, cluster: string): Promise<boolean> {
  const { items } = await core.listNode();
  const there = new Set(items.map(({ metadata }) => metadata?.name));
  for (let number = 0; number < nodesPerCluster; number += 1) {
    const name = `${cluster}-node-${number}`;
    if (there.has(name)) continue;
    await core.createNode({ body: { metadata: { name, labels: { 'kubernetes.io/hostname': name } } } });
  }
  return items.length === nodesPerCluster && items.every(isReady);
}

/** Shows the controllers: one of them makes the ServiceAccount that each namespace has. */
export async function hasServiceAccount(core: CoreV1Api): Promise<boolean> {
  const { items } = await core.listNamespacedServiceAccount({
    namespace,
    fieldSelector: 'metadata.name=default',
  });
  return items.length > 0;
}

/** Shows the scheduler: a pod has been given a node. */
export async function hasScheduled(core: CoreV1Api): Promise<boolean> {
  const { items } = await core.listPodForAllNamespaces({ fieldSelector: 'spec.nodeName!=', limit: 1 });
  return items.length > 0;
}

function isReady({ status }: V1Node): boolean {
  return (status?.conditions ?? []).some((one) => one.type === 'Ready' && one.status === 'True');
}
