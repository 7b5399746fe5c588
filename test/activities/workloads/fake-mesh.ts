import type { WorkloadCluster } from '../../../activities/workloads/cluster.ts';
import { composeBundle } from '../../../pki/bundle.ts';
import type { Certificate } from '../../../pki/certificate.ts';
import { makeIntermediate, makeRoot } from '../../../pki/make.ts';
import type { TrustState } from '../../../rotation/trust.ts';
import type { SimCluster } from '../../../sim/api/cluster.ts';
import type { SimSettings } from '../../../sim/world.ts';
import { serveCluster, settings } from '../kube/api-server.ts';
import { FakeProxy, type Issuance } from './fake-proxy.ts';

const rootA = makeRoot({ commonName: 'Root A', organization: 'Test' });
const rootB = makeRoot({ commonName: 'Root B', organization: 'Test' });
const a = makeIntermediate({ issuer: rootA, commonName: 'Intermediate A', organization: 'Istio' });
const b = makeIntermediate({ issuer: rootB, commonName: 'Intermediate B', organization: 'Istio' });

export const roots = { a: rootA.cert, b: rootB.cert };

/** The trust states of a root rotation, as they are handed out. */
export const issued = {
  S0: { roots: [roots.a], signer: a },
  S1: { roots: [roots.a, roots.b], signer: a },
  S2: { roots: [roots.a, roots.b], signer: b },
  S3: { roots: [roots.b], signer: b },
} as const;

export function stateOf(name: keyof typeof issued): TrustState {
  const { roots: bundle, signer } = issued[name];
  return { roots: bundle.map(({ fingerprint }) => fingerprint), signer: signer.cert.fingerprint };
}

export interface FakeMesh {
  readonly world: WorkloadCluster;
  readonly sim: SimCluster;
  /** What a proxy that starts from now on gets. */
  readonly issuance: Issuance;
  /** Whether a proxy that starts from now on becomes ready. */
  starting: boolean;
  close(): Promise<void>;
}

/** A simulated cluster over HTTPS whose proxies hold what was issued when they started. */
export async function fakeMesh(over: Partial<SimSettings> = {}): Promise<FakeMesh> {
  const issuance: Issuance = { ...issued.S0, ttlMs: 86_400_000 };
  const served = await serveCluster({
    settings: { ...settings, ...over },
    programs: (pod) => new FakeProxy(pod, mesh.issuance, mesh.starting),
  });
  const mesh: FakeMesh = {
    world: {
      ...{ client: served.client, istioNamespace: 'aks-istio-system' },
      ...{ trustDomain: 'cluster.local', lookEvery: 1, execFallback: true },
    },
    sim: served.cluster,
    issuance,
    starting: true,
    close: () => served.close(),
  };
  return mesh;
}

export interface WorkloadOptions {
  readonly replicas?: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** As an init container that goes on. */
  readonly native?: boolean;
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  /** Of its proxy. */
  readonly version?: string;
  /** Further fields of the spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

const kinds = { deployments: 'Deployment', statefulsets: 'StatefulSet', daemonsets: 'DaemonSet' } as const;

/** Creates a workload with a proxy in namespace `shop`. */
export function addWorkload(
  { sim }: FakeMesh,
  resource: keyof typeof kinds,
  name: string,
  {
    replicas = 1,
    labels = {},
    native = false,
    env = [],
    spec = {},
    version = '1.30.3',
  }: WorkloadOptions = {},
): void {
  const proxy = { name: 'istio-proxy', image: `proxyv2:${version}`, env };
  const app = { name: 'app', image: 'app' };
  const containers = native
    ? { containers: [app], initContainers: [{ ...proxy, restartPolicy: 'Always' }] }
    : { containers: [app, proxy] };
  sim.store.create(resource, {
    apiVersion: 'apps/v1',
    kind: kinds[resource],
    metadata: { name, namespace: 'shop' },
    spec: {
      ...(resource === 'daemonsets' ? {} : { replicas }),
      ...(resource === 'statefulsets' ? { serviceName: name } : {}),
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name, ...labels } }, spec: containers },
      ...spec,
    },
  });
}

/** Creates an injector webhook as istiod of that revision keeps it; without roots its caBundle is empty. */
export function addInjector({ sim }: FakeMesh, revision: string, bundle: readonly Certificate[]): void {
  const caBundle = Buffer.from(composeBundle(bundle)).toString('base64');
  const service = { name: `istiod-${revision}`, namespace: 'aks-istio-system', path: '/inject' };
  sim.store.create('mutatingwebhookconfigurations', {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: `istio-sidecar-injector-${revision}`, labels: { 'istio.io/rev': revision } },
    webhooks: [{ name: 'rev.sidecar-injector.istio.io', clientConfig: { service, caBundle } }],
  });
}

/** How many pods of a namespace are ready. */
export function readyPods({ sim }: FakeMesh, namespace = 'shop'): number {
  const ready = '"type":"Ready","status":"True"';
  return sim.store.list('pods', namespace).filter((pod) => JSON.stringify(pod['status']).includes(ready))
    .length;
}
