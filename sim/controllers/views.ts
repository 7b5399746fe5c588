import { z } from 'zod';
import type { KubeObject } from '../world.ts';

/** The parts of specs and statuses that kubelet and the controllers act on; all else passes through unread. */
const labels = z.record(z.string(), z.string());

export const containerView = z.looseObject({
  name: z.string(),
  image: z.string().default(''),
  restartPolicy: z.string().optional(),
});

const volumeView = z.looseObject({ name: z.string() });

export const podView = z.looseObject({
  spec: z.looseObject({
    nodeName: z.string().optional(),
    restartPolicy: z.string().default('Always'),
    serviceAccountName: z.string().default('default'),
    containers: z.array(containerView),
    initContainers: z.array(containerView).default([]),
    volumes: z.array(volumeView).default([]),
  }),
  status: z
    .looseObject({
      phase: z.string().default('Pending'),
      podIP: z.string().optional(),
      conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
    })
    .default({ phase: 'Pending', conditions: [] }),
});

const templateView = z.looseObject({
  metadata: z
    .looseObject({ labels: labels.default({}), annotations: labels.optional() })
    .default({ labels: {} }),
  spec: z.looseObject({ containers: z.array(containerView) }),
});

const selector = z.looseObject({ matchLabels: labels.default({}) });
const intOrPercent = z.union([z.number(), z.string()]);
const rollingUpdate = z.looseObject({
  maxSurge: intOrPercent.optional(),
  maxUnavailable: intOrPercent.optional(),
  partition: z.number().default(0),
});

const strategy = z
  .looseObject({ type: z.string().default('RollingUpdate'), rollingUpdate: rollingUpdate.optional() })
  .default({ type: 'RollingUpdate' });

/** What Deployments, ReplicaSets, StatefulSets and DaemonSets have in common. */
export const workloadView = z.looseObject({
  spec: z.looseObject({
    replicas: z.number().default(1),
    selector,
    template: templateView,
    strategy,
    updateStrategy: strategy,
    paused: z.boolean().default(false),
    podManagementPolicy: z.string().default('OrderedReady'),
    revisionHistoryLimit: z.number().default(10),
    progressDeadlineSeconds: z.number().default(600),
  }),
  status: z
    .looseObject({
      replicas: z.number().default(0),
      readyReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      currentRevision: z.string().optional(),
      conditions: z
        .array(
          z.looseObject({ type: z.string(), status: z.string(), lastUpdateTime: z.string().default('') }),
        )
        .default([]),
    })
    .default({ replicas: 0, readyReplicas: 0, availableReplicas: 0, conditions: [] }),
});

const jobSpec = z.looseObject({
  completions: z.number().default(1),
  backoffLimit: z.number().default(6),
  suspend: z.boolean().default(false),
  template: templateView,
});

const condition = z.looseObject({ type: z.string(), status: z.string() });

export const jobView = z.looseObject({
  spec: jobSpec,
  status: z
    .looseObject({
      startTime: z.string().optional(),
      completionTime: z.string().optional(),
      conditions: z.array(condition).default([]),
    })
    .default({ conditions: [] }),
});

export const cronJobView = z.looseObject({
  spec: z.looseObject({
    suspend: z.boolean().default(false),
    concurrencyPolicy: z.string().default('Allow'),
    successfulJobsHistoryLimit: z.number().default(3),
    failedJobsHistoryLimit: z.number().default(1),
    jobTemplate: z.looseObject({
      metadata: z.looseObject({ labels: labels.optional(), annotations: labels.optional() }).default({}),
      spec: jobSpec,
    }),
  }),
  status: z
    .looseObject({ lastScheduleTime: z.string().optional(), lastSuccessfulTime: z.string().optional() })
    .default({}),
});

/** The object's controller, as its ownerReferences name it. */
export function controllerOf(object: KubeObject): { kind: string; name: string; uid: string } | undefined {
  return object.metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** True of a pod that has neither ended nor been told to end. */
export function isActive(pod: KubeObject): boolean {
  const { phase } = podView.parse(pod).status;
  return pod.metadata.deletionTimestamp === undefined && phase !== 'Succeeded' && phase !== 'Failed';
}

export function isReady(pod: KubeObject): boolean {
  const { conditions } = podView.parse(pod).status;
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
