import type { NewObject } from '../world.ts';
import { fieldsOf, type Fields } from './fields.ts';
import { withStringData } from './string-data.ts';

/** What the API server fills in where a spec is silent (k8s.io/kubernetes pkg/apis/{apps,batch,core}/v1/defaults.go). */
const specDefaults: Readonly<Record<string, Fields>> = {
  pods: { restartPolicy: 'Always', terminationGracePeriodSeconds: 30, serviceAccountName: 'default' },
  deployments: {
    replicas: 1,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  },
  replicasets: { replicas: 1 },
  statefulsets: {
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
  },
  daemonsets: {
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  },
  cronjobs: {
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  },
  jobs: { parallelism: 1, completions: 1, backoffLimit: 6, suspend: false },
};

/** Statuses that a new object has before any controller has seen it. */
const firstStatus: Readonly<Record<string, Fields>> = {
  pods: { phase: 'Pending' },
  namespaces: { phase: 'Active' },
};

/** A new object with the defaults of its resource. */
export function withDefaults(resource: string, object: NewObject): NewObject {
  const spec = specDefaults[resource];
  const status = firstStatus[resource];
  return {
    ...withStringData(resource, object),
    ...(spec === undefined ? {} : { spec: { ...spec, ...fieldsOf(object['spec']) } }),
    ...(status === undefined || 'status' in object ? {} : { status }),
    ...(resource === 'secrets' ? { type: object['type'] ?? 'Opaque' } : {}),
    ...(resource === 'namespaces' ? { metadata: namespaceMetadata(object) } : {}),
  };
}

function namespaceMetadata({ metadata }: NewObject): NewObject['metadata'] {
  return { ...metadata, labels: { 'kubernetes.io/metadata.name': metadata.name, ...metadata.labels } };
}
