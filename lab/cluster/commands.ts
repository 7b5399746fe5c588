import type { Installed } from '../installed.ts';

const ip = '127.0.0.1';

/** Files of a certificate for `localhost`, which serves as a client's as well. */
export interface TlsFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface EtcdPlace {
  readonly folder: string;
  readonly port: number;
  readonly peerPort: number;
  readonly tls: TlsFiles;
}

/** Where a cluster's control plane listens, and the files that it reads. */
export interface ClusterPlace {
  readonly name: string;
  readonly etcdUrl: string;
  readonly apiPort: number;
  /** Of KWOK, which nobody asks. */
  readonly kwokPort: number;
  /** Of logs, exec and port-forward. */
  readonly kubeletPort: number;
  /** Where the programs behind the pods are asked. */
  readonly programs: string;
  readonly tls: TlsFiles;
  readonly tokens: string;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
  readonly kubeconfigs: {
    readonly controllerManager: string;
    readonly scheduler: string;
    readonly kubelet: string;
  };
  readonly stages: string;
}

/** One for all clusters of a lab. What a crash of the machine would lose, nobody misses. */
export function etcd(installed: Installed, { folder, port, peerPort, tls }: EtcdPlace): readonly string[] {
  const peer = `https://${ip}:${peerPort}`;
  return [
    installed('etcd'),
    ...flags({
      ...{ name: 'lab', 'data-dir': folder, 'unsafe-no-fsync': true, 'log-level': 'warn' },
      ...{
        'listen-client-urls': `https://${ip}:${port}`,
        'advertise-client-urls': `https://localhost:${port}`,
      },
      ...{ 'cert-file': tls.cert, 'key-file': tls.key, 'trusted-ca-file': tls.ca, 'client-cert-auth': true },
      // It has no peers; whoever could speak as one could write past every rule of the clusters.
      ...{ 'peer-cert-file': tls.cert, 'peer-key-file': tls.key },
      ...{ 'peer-trusted-ca-file': tls.ca, 'peer-client-cert-auth': true },
      ...{ 'listen-peer-urls': peer, 'initial-advertise-peer-urls': peer, 'initial-cluster': `lab=${peer}` },
    }),
  ];
}

export function apiServer(installed: Installed, place: ClusterPlace): readonly string[] {
  const { name, etcdUrl, tls } = place;
  return [
    installed('kube-apiserver'),
    ...flags({
      ...{ 'etcd-servers': etcdUrl, 'etcd-prefix': `/${name}` },
      ...{ 'etcd-cafile': tls.ca, 'etcd-certfile': tls.cert, 'etcd-keyfile': tls.key },
      ...{ 'bind-address': ip, 'secure-port': place.apiPort, 'advertise-address': ip },
      // It would refuse to publish a loopback address as the endpoint of Service kubernetes.
      'endpoint-reconciler-type': 'none',
      ...{ 'tls-cert-file': tls.cert, 'tls-private-key-file': tls.key },
      ...{ 'token-auth-file': place.tokens, 'authorization-mode': 'RBAC', 'allow-privileged': true },
      'service-account-issuer': 'https://kubernetes.default.svc',
      'service-account-key-file': place.serviceAccountPublicKey,
      'service-account-signing-key-file': place.serviceAccountKey,
      'service-cluster-ip-range': '10.0.0.0/16',
      'kubelet-preferred-address-types': 'InternalIP',
      ...{ 'kubelet-client-certificate': tls.cert, 'kubelet-client-key': tls.key },
    }),
  ];
}

/** Every controller has a ServiceAccount of its own, as in clusters that are run for others. */
export function controllerManager(installed: Installed, place: ClusterPlace): readonly string[] {
  return [
    installed('kube-controller-manager'),
    ...flags({
      ...{ kubeconfig: place.kubeconfigs.controllerManager, 'leader-elect': false, 'secure-port': 0 },
      ...{ 'use-service-account-credentials': true, 'root-ca-file': place.tls.ca },
      'service-account-private-key-file': place.serviceAccountKey,
      // They all come for their ServiceAccounts at once.
      ...{ 'kube-api-qps': 200, 'kube-api-burst': 400 },
    }),
  ];
}

export function scheduler(installed: Installed, { kubeconfigs }: ClusterPlace): readonly string[] {
  return [
    installed('kube-scheduler'),
    ...flags({ kubeconfig: kubeconfigs.scheduler, 'leader-elect': false, 'secure-port': 0 }),
  ];
}

/** Keeps every node alive, and says that its kubelet is at `kubeletPort`. */
export function kwok(
  installed: Installed,
  { kubeconfigs, kubeletPort, kwokPort, tls, stages }: ClusterPlace,
): readonly string[] {
  return [
    installed('kwok'),
    ...flags({
      ...{ kubeconfig: kubeconfigs.kubelet, config: stages, 'manage-all-nodes': true },
      ...{ 'node-ip': ip, 'node-port': kubeletPort, 'server-address': `${ip}:${kwokPort}` },
      ...{ 'tls-cert-file': tls.cert, 'tls-private-key-file': tls.key, 'node-lease-duration-seconds': 40 },
    }),
  ];
}

/** What the API server asks of every node's kubelet; it asks nobody's leave but for a certificate. */
export function kubelet(
  installed: Installed,
  { kubeletPort, tls, programs }: ClusterPlace,
): readonly string[] {
  return [
    installed('kubelet'),
    ...flags({
      ...{ address: `${ip}:${kubeletPort}`, programs },
      ...{ 'tls-cert-file': tls.cert, 'tls-private-key-file': tls.key, 'client-ca-file': tls.ca },
    }),
  ];
}

function flags(values: Readonly<Record<string, string | number | boolean>>): readonly string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}
