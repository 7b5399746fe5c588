import {
  AdmissionregistrationV1Api,
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  type KubeConfig,
} from '@kubernetes/client-node';
import type { Cluster } from '../../fleet/fleet.ts';
import { RenewedConfig } from './renewed-config.ts';

/** The API server of one cluster of the fleet. */
export interface ClusterClient {
  /** The cluster's name in the fleet file. */
  readonly name: string;
  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly batch: BatchV1Api;
  readonly custom: CustomObjectsApi;
  readonly admission: AdmissionregistrationV1Api;
}

/**
 * Connects nothing yet: reads the kubeconfig and makes the typed clients. Every cluster gets a KubeConfig of
 * its own, because credentials are cached by user name within one.
 * @throws Problem KUBECONFIG_INVALID, NOT_IN_CLUSTER
 */
export function connectCluster(cluster: Pick<Cluster, 'name' | 'access'>): ClusterClient {
  const config = new RenewedConfig(cluster);
  return {
    name: cluster.name,
    config,
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    batch: config.makeApiClient(BatchV1Api),
    custom: config.makeApiClient(CustomObjectsApi),
    admission: config.makeApiClient(AdmissionregistrationV1Api),
  };
}
