/** What the API server knows of one resource: the row behind its paths, discovery and quirks. */
export interface ResourceType {
  /** Plural name, as in paths and in the store. */
  readonly resource: string;
  readonly kind: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly namespaced: boolean;
  /** Custom resources carry apiVersion and kind in the items of a list; built-in ones do not. */
  readonly custom?: true;
  /** Its DELETE answers with the object, not with a Status. */
  readonly deleteGivesObject?: true;
  /** `/scale` is served. */
  readonly scale?: true;
}

function group(name: string, version: string, rows: readonly Omit<ResourceType, 'group' | 'version'>[]) {
  return rows.map((row): ResourceType => ({ ...row, group: name, version }));
}

/** Every resource that the simulated API servers serve. */
export const resourceTypes: readonly ResourceType[] = [
  ...group('', 'v1', [
    { resource: 'pods', kind: 'Pod', namespaced: true, deleteGivesObject: true },
    { resource: 'configmaps', kind: 'ConfigMap', namespaced: true },
    { resource: 'secrets', kind: 'Secret', namespaced: true },
    { resource: 'services', kind: 'Service', namespaced: true, deleteGivesObject: true },
    { resource: 'serviceaccounts', kind: 'ServiceAccount', namespaced: true, deleteGivesObject: true },
    { resource: 'events', kind: 'Event', namespaced: true },
    { resource: 'resourcequotas', kind: 'ResourceQuota', namespaced: true, deleteGivesObject: true },
    { resource: 'namespaces', kind: 'Namespace', namespaced: false },
    { resource: 'nodes', kind: 'Node', namespaced: false },
  ]),
  ...group('apps', 'v1', [
    { resource: 'deployments', kind: 'Deployment', namespaced: true, scale: true },
    { resource: 'replicasets', kind: 'ReplicaSet', namespaced: true, scale: true },
    { resource: 'statefulsets', kind: 'StatefulSet', namespaced: true, scale: true },
    { resource: 'daemonsets', kind: 'DaemonSet', namespaced: true },
  ]),
  ...group('batch', 'v1', [
    { resource: 'cronjobs', kind: 'CronJob', namespaced: true },
    { resource: 'jobs', kind: 'Job', namespaced: true },
  ]),
  ...group('secrets-store.csi.x-k8s.io', 'v1', [
    { resource: 'secretproviderclasses', kind: 'SecretProviderClass', namespaced: true, custom: true },
    {
      resource: 'secretproviderclasspodstatuses',
      kind: 'SecretProviderClassPodStatus',
      namespaced: true,
      custom: true,
    },
  ]),
  ...group('admissionregistration.k8s.io', 'v1', [
    { resource: 'mutatingwebhookconfigurations', kind: 'MutatingWebhookConfiguration', namespaced: false },
    {
      resource: 'validatingwebhookconfigurations',
      kind: 'ValidatingWebhookConfiguration',
      namespaced: false,
    },
  ]),
  ...group('rbac.authorization.k8s.io', 'v1', [
    { resource: 'clusterroles', kind: 'ClusterRole', namespaced: false },
    { resource: 'clusterrolebindings', kind: 'ClusterRoleBinding', namespaced: false },
    { resource: 'roles', kind: 'Role', namespaced: true },
    { resource: 'rolebindings', kind: 'RoleBinding', namespaced: true },
  ]),
  ...group('coordination.k8s.io', 'v1', [{ resource: 'leases', kind: 'Lease', namespaced: true }]),
];

export function apiVersionOf(type: ResourceType): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** The row of a served path; undefined where the API server would answer 404. */
export function findType(groupName: string, version: string, resource: string): ResourceType | undefined {
  return resourceTypes.find(
    (type) => type.group === groupName && type.version === version && type.resource === resource,
  );
}
