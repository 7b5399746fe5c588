import type { NewObject, NewObjects } from '../world.ts';
import { istioNamespace } from './istio-objects.ts';
import type { ClusterProfile } from './profiles.ts';

interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly replicas: number;
  /** Where istio-proxy runs: beside the app, as a native sidecar, or alone. */
  readonly proxy: 'sidecar' | 'native sidecar' | 'gateway';
}

/** Ten proxies on two nodes: every kind of owner and every place that a proxy can have in a pod. */
const workloads: readonly Workload[] = [
  { namespace: 'payments', name: 'ledger', kind: 'Deployment', replicas: 2, proxy: 'sidecar' },
  { namespace: 'payments', name: 'checkout', kind: 'Deployment', replicas: 1, proxy: 'native sidecar' },
  { namespace: 'orders', name: 'orders', kind: 'Deployment', replicas: 2, proxy: 'sidecar' },
  { namespace: 'orders', name: 'queue', kind: 'StatefulSet', replicas: 2, proxy: 'sidecar' },
  { namespace: 'telemetry', name: 'collector', kind: 'DaemonSet', replicas: 2, proxy: 'sidecar' },
  {
    ...{ namespace: 'aks-istio-ingress', name: 'aks-istio-ingressgateway-external' },
    ...{ kind: 'Deployment', replicas: 1, proxy: 'gateway' },
  },
];

/** Those of these names, or all. */
type Only = readonly string[] | undefined;

/** How many proxies a cluster has with them. */
export function proxiesOf(only: Only): number {
  return chosen(only).reduce((sum, { replicas }) => sum + replicas, 0);
}

function chosen(only: Only): readonly Workload[] {
  return workloads.filter(({ name }) => only === undefined || only.includes(name));
}

/** The namespaces of a cluster and everything in them that runs a proxy. */
export function addWorkloads(store: NewObjects, profile: ClusterProfile, only?: Only): void {
  const workloads = chosen(only);
  for (const { namespace, name } of workloads) {
    const metadata = { name, namespace };
    store.create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  }
  for (const workload of workloads) {
    store.create(`${workload.kind.toLowerCase()}s`, owner(workload, profile));
  }
}

/** Meshed ones carry the revision, as the add-on's docs have it; the others have no proxies. */
export function addNamespaces(store: NewObjects, { revision }: ClusterProfile, only?: Only): void {
  const meshed = new Set(chosen(only).map(({ namespace }) => namespace));
  for (const name of new Set(['default', 'kube-system', istioNamespace, ...meshed])) {
    const labels = meshed.has(name) ? { labels: { 'istio.io/rev': revision } } : {};
    store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...labels } });
  }
}

function owner(workload: Workload, profile: ClusterProfile): NewObject {
  const { namespace, name, kind, replicas } = workload;
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace, labels },
    spec: {
      ...(kind === 'DaemonSet' ? {} : { replicas }),
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      selector: { matchLabels: labels },
      template: podTemplate(workload, profile),
    },
  };
}

/** A pod of the workload, which acts as the ServiceAccount of its name. */
export function podTemplate({ name, proxy }: Pick<Workload, 'name' | 'proxy'>, profile: ClusterProfile) {
  const labels = {
    app: name,
    'istio.io/rev': profile.revision,
    'service.istio.io/canonical-name': name,
    'security.istio.io/tlsMode': 'istio',
  };
  return {
    metadata: { labels },
    spec: { serviceAccountName: name, ...containers(proxy, profile), volumes },
  };
}

function containers(place: Workload['proxy'], profile: ClusterProfile): Readonly<Record<string, unknown>> {
  const app = { name: 'app', image: 'registry.example.com/app:1' };
  const proxy = {
    name: 'istio-proxy',
    image: `mcr.microsoft.com/oss/v2/istio/proxyv2:v${profile.version}`,
    args: ['proxy', place === 'gateway' ? 'router' : 'sidecar'],
    env: [
      { name: 'SECRET_TTL', value: `${Math.round(profile.settings.leafTtl / 1000)}s` },
      { name: 'SECRET_GRACE_PERIOD_RATIO', value: String(profile.settings.gracePeriodRatio) },
    ],
  };
  if (place === 'gateway') return { containers: [proxy] };
  if (place === 'sidecar') return { containers: [app, proxy] };
  return { containers: [app], initContainers: [{ ...proxy, restartPolicy: 'Always' }] };
}

const volumes = [
  {
    name: 'istio-token',
    projected: {
      sources: [
        { serviceAccountToken: { path: 'istio-token', audience: 'istio-ca', expirationSeconds: 43_200 } },
      ],
    },
  },
  { name: 'istiod-ca-cert', configMap: { name: 'istio-ca-root-cert' } },
];
