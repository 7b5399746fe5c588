/** Names of the files of a plugged-in CA in either form that istiod takes. */
export const caFiles = [
  ...['root-cert.pem', 'ca-cert.pem', 'ca-key.pem', 'cert-chain.pem'],
  ...['ca.crt', 'tls.crt', 'tls.key'],
];

/** Where the files of its CA are, in the folder that istiod runs in. */
export const caFolder = 'etc/cacerts';

/** The ports of loopback that an istiod listens on, by those that it has in a pod. */
export type DiscoveryPorts = Readonly<Record<8080 | 15010 | 15012 | 15014 | 15017, number>>;

export function discoveryPorts([
  http = 0,
  grpc = 0,
  secure = 0,
  https = 0,
  monitoring = 0,
]: readonly number[]) {
  return { 8080: http, 15010: grpc, 15012: secure, 15014: monitoring, 15017: https } satisfies DiscoveryPorts;
}

/** Variables of an istiod that runs outside of its cluster; what it takes from a pod goes over them. */
export const discoveryVariables = {
  ...{ PILOT_CERT_PROVIDER: 'istiod', ROOT_CA_DIR: `./${caFolder}` },
  // Envoy is not Istio's own build, and has no such filter.
  PILOT_ENABLE_METADATA_EXCHANGE: 'false',
  VALIDATION_WEBHOOK_CONFIG_NAME: '',
};

export function discoveryCommand(o: {
  readonly binary: string;
  readonly kubeconfig: string;
  readonly clusterId: string;
  readonly ports: DiscoveryPorts;
  /** Of its pod, beside the command; those for its place go over them. */
  readonly args: readonly string[];
}): readonly string[] {
  const address = (port: number): string => `127.0.0.1:${port}`;
  const { ports } = o;
  return [
    ...[o.binary, 'discovery', ...o.args, '--kubeconfig', o.kubeconfig, '--clusterID', o.clusterId],
    ...['--httpAddr', address(ports[8080]), '--grpcAddr', address(ports[15010])],
    ...['--secureGRPCAddr', address(ports[15012]), '--httpsAddr', address(ports[15017])],
    ...['--monitoringAddr', address(ports[15014])],
  ];
}

/** True once it serves. */
export async function isDiscoveryReady(ports: DiscoveryPorts): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${ports[8080]}/ready`)).status === 200;
}
