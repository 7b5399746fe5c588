import {
  loadYaml,
  type V1DaemonSet,
  type V1Deployment,
  type V1Pod,
  type V1StatefulSet,
} from '@kubernetes/client-node';

type Fields = Readonly<Record<string, unknown>>;

/** Objects as the client library makes them of an API server's answer. */
export function podOf(fields: Fields): V1Pod {
  return loadYaml<V1Pod>(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...fields }));
}

export function deploymentOf(fields: Fields): V1Deployment {
  return loadYaml<V1Deployment>(JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', ...fields }));
}

export function statefulSetOf(fields: Fields): V1StatefulSet {
  return loadYaml<V1StatefulSet>(JSON.stringify({ apiVersion: 'apps/v1', kind: 'StatefulSet', ...fields }));
}

export function daemonSetOf(fields: Fields): V1DaemonSet {
  return loadYaml<V1DaemonSet>(JSON.stringify({ apiVersion: 'apps/v1', kind: 'DaemonSet', ...fields }));
}
