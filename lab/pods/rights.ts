import type { NewObject } from '../../sim/world.ts';
import type { Watched } from '../api/live-store.ts';
import { grant } from '../grant.ts';

/** Whose name the programs act in. */
export const account = { namespace: 'kube-system', name: 'lab-programs' };

interface Right extends Watched {
  /** Beside get, list and watch. */
  readonly verbs: readonly string[];
}

/** What kubelet, CSI driver, istiod and validator read and write. */
export const watched: readonly Right[] = [
  // A pod whose program has ended is removed.
  { group: '', version: 'v1', resource: 'pods', verbs: ['delete'] },
  // Of events only the own ones, which are warnings.
  {
    ...{ group: '', version: 'v1', resource: 'events', verbs: ['create', 'update'] },
    fieldSelector: 'type=Warning',
  },
  // Mounted in pods; istiod keeps its roots in every namespace.
  { group: '', version: 'v1', resource: 'configmaps', verbs: ['create', 'update'] },
  // Mounted in pods; the CSI driver keeps cacerts.
  { group: '', version: 'v1', resource: 'secrets', verbs: ['create', 'update'] },
  { group: '', version: 'v1', resource: 'namespaces', verbs: [] },
  // The validator restarts istiod.
  { group: 'apps', version: 'v1', resource: 'deployments', verbs: ['update'] },
  // istiods agree on one that leads.
  { group: 'coordination.k8s.io', version: 'v1', resource: 'leases', verbs: ['create', 'update'] },
  {
    ...{ group: 'admissionregistration.k8s.io', version: 'v1', resource: 'mutatingwebhookconfigurations' },
    verbs: ['update'],
  },
  {
    ...{ group: 'secrets-store.csi.x-k8s.io', version: 'v1', resource: 'secretproviderclasses' },
    verbs: [],
  },
  {
    ...{ group: 'secrets-store.csi.x-k8s.io', version: 'v1', resource: 'secretproviderclasspodstatuses' },
    verbs: ['create', 'update', 'delete'],
  },
];

const rules = [
  ...watched.map(({ group, resource, verbs }) => ({
    ...{ apiGroups: [group], resources: [resource], verbs: ['get', 'list', 'watch', ...verbs] },
  })),
  { apiGroups: [''], resources: ['pods/status'], verbs: ['update'] },
  // Kubelet mounts tokens, and istiod asks whose they are.
  { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
  { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
];

/** The ServiceAccount and its rights. */
export const rights: readonly NewObject[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
  ...grant(account, rules),
];
