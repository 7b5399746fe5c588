import type { PodPlace } from './pod-place.ts';

/** Paths in the folder that an agent runs in: its own, so that many run beside each other. */
export const agentPaths = {
  token: 'var/run/secrets/tokens',
  roots: 'var/run/secrets/istio',
  bootstrap: 'var/lib/istio/envoy/envoy_bootstrap_tmpl.json',
  certs: 'certs',
};

/** The ports of loopback that an agent and its Envoy listen on, by those that they have in a pod. */
export type AgentPorts = Readonly<Record<15000 | 15020 | 15021 | 15090, number>>;

export function agentPorts([admin = 0, status = 0, ready = 0, metrics = 0]: readonly number[]): AgentPorts {
  return { 15000: admin, 15020: status, 15021: ready, 15090: metrics };
}

/** What an agent is told by its pod, and by its place outside of the cluster. */
export function agentVariables(
  place: PodPlace,
  o: {
    readonly cluster: string;
    readonly trustDomain: string;
    readonly envoy: string;
    readonly ports: AgentPorts;
    /** Where istiod's Service listens, and the name in its certificate. */
    readonly istiod: { readonly port: number; readonly host: string };
    /** Milliseconds between SIGTERM and its end. */
    readonly drain: number;
  },
): Readonly<Record<string, string>> {
  const proxyConfig = {
    ...{ binaryPath: o.envoy, configPath: './etc/istio/proxy', concurrency: 1 },
    discoveryAddress: `127.0.0.1:${o.istiod.port}`,
    ...{ proxyAdminPort: o.ports[15000], statusPort: o.ports[15020] },
    terminationDrainDuration: `${o.drain / 1000}s`,
  };
  return {
    ...place.variables,
    ...{ TRUST_DOMAIN: o.trustDomain, ISTIO_META_CLUSTER_ID: o.cluster, INSTANCE_IP: '127.0.0.1' },
    ...{
      ISTIOD_SAN: o.istiod.host,
      OUTPUT_CERTS: `./${agentPaths.certs}`,
      PROXY_CONFIG: JSON.stringify(proxyConfig),
    },
    ...{ ENVOY_STATUS_PORT: String(o.ports[15021]), ENVOY_PROMETHEUS_PORT: String(o.ports[15090]) },
  };
}
