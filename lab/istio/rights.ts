import type { ClusterProfile } from '../../sim/demo/profiles.ts';
import { istioNamespace } from '../../sim/demo/istio-objects.ts';
import type { NewObject } from '../../sim/world.ts';
import { grant } from '../grant.ts';

const reads = ['get', 'list', 'watch'];

/** What Istio's chart lets istiod do, as far as a mesh of plain sidecars and gateways has it done. */
const rules = [
  {
    apiGroups: [''],
    resources: ['pods', 'nodes', 'services', 'namespaces', 'endpoints', 'secrets'],
    verbs: reads,
  },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: reads },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: reads },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'ingressclasses'], verbs: reads },
  // It keeps its roots in every namespace, and leads by them.
  { apiGroups: [''], resources: ['configmaps'], verbs: [...reads, 'create', 'update', 'patch', 'delete'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update', 'patch'] },
  {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
    verbs: [...reads, 'update', 'patch'],
  },
  // Whose token it is shown.
  { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
  { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
];

/** The rights of a real istiod, which acts as the ServiceAccount of its pod. */
export function istiodRights({ revision }: ClusterProfile): readonly NewObject[] {
  return grant({ namespace: istioNamespace, name: `istiod-${revision}` }, rules);
}
