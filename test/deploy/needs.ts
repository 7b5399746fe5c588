import { randomUUID } from 'node:crypto';
import { AwaitedSource } from '../../activities/istiod/awaited-source.ts';
import { demandCsiRotation } from '../../activities/istiod/csi-driver.ts';
import { discoverControlPlanes } from '../../activities/istiod/discovery.ts';
import { loggedSerials } from '../../activities/istiod/logged-serials.ts';
import { podVersions } from '../../activities/istiod/pod-versions.ts';
import { probeToken } from '../../activities/istiod/probe-token.ts';
import { probe, trustedByConfigMap } from '../../activities/istiod/probe.ts';
import { readProviderClass } from '../../activities/istiod/provider-class.ts';
import { readRemoteClusters } from '../../activities/istiod/remote-clusters.ts';
import { isRolling, rollFor } from '../../activities/istiod/roll.ts';
import { secretHolds } from '../../activities/istiod/synced-secret.ts';
import { runValidatorNow, validatorOutcome } from '../../activities/istiod/validator-run.ts';
import { execIn } from '../../activities/kube/exec.ts';
import { foreignAnchors } from '../../activities/workloads/foreign-anchors.ts';
import { lookAt } from '../../activities/workloads/look.ts';
import { readOwners } from '../../activities/workloads/owners.ts';
import { listMeshPods } from '../../activities/workloads/pods.ts';
import { readProxy } from '../../activities/workloads/read-proxy.ts';
import { readRollable, restartRollable, type RollableRef } from '../../activities/workloads/rollable.ts';
import { readSecondPlane } from '../../activities/workloads/second-plane.ts';
import type { RightsFile } from '../../deploy/rights.ts';
import type { Found } from './found.ts';

/** What needs a right, and which files it is applied with besides those of every cluster. */
export interface Need {
  readonly with?: readonly RightsFile[];
  readonly by: (found: Found) => Promise<unknown>;
}

const secondPlane: Need = { by: ({ cluster, pods }) => readSecondPlane(cluster, pods) };
const askProxy: Need = { by: ({ cluster, proxy }) => readProxy(cluster, proxy) };
const askIstiod: Need = { by: ({ cluster, ...o }) => probe(cluster.client, { ...o, pod: o.istiod }, o) };
const discovery: Need = {
  by: ({ cluster: { client, istioNamespace } }) =>
    discoverControlPlanes(client, { istioNamespace, revision: undefined }),
};
const owners: Need = { by: ({ cluster }) => readOwners(cluster.client) };
const runs = () => ({ stage: randomUUID(), since: new Date(), past: new Set<string>() });
const runNow: Need = {
  with: ['restart-istiod'],
  by: ({ cluster, plane, cronJob }) => runValidatorNow(cluster.client, plane, cronJob, runs()),
};
const restarted: Readonly<Record<string, RollableRef>> = {
  deployments: { kind: 'Deployment', namespace: 'orders', name: 'orders' },
  statefulsets: { kind: 'StatefulSet', namespace: 'orders', name: 'queue' },
  daemonsets: { kind: 'DaemonSet', namespace: 'telemetry', name: 'collector' },
};
const asked: Need = {
  by: ({ cluster, proxy: { namespace, name: pod } }) => {
    const target = { namespace, pod, container: 'istio-proxy' };
    return execIn(cluster.client, target, ['pilot-agent', 'request', 'GET', 'config_dump']);
  },
};

/** For every verb of every right, what cannot be done without it. */
export const needs: Readonly<Record<string, Need>> = {
  'cluster: list pods in cluster': { by: ({ cluster }) => listMeshPods(cluster.client) },
  'cluster: get pods in cluster': {
    by: ({ cluster, proxy }) => lookAt(cluster, [{ ...proxy, down: 'it does not run' }], ({ pod }) => pod),
  },
  'cluster: list configmaps in cluster': secondPlane,
  'cluster: list mutatingwebhookconfigurations in cluster': secondPlane,
  'cluster: list validatingwebhookconfigurations in cluster': secondPlane,
  'cluster: list configmaps in istiod': { by: ({ cluster }) => foreignAnchors(cluster) },
  'cluster: get pods/portforward in proxies': askProxy,
  'cluster: create pods/portforward in proxies': askProxy,
  'istiod: list deployments in istiod': discovery,
  'istiod: list cronjobs in istiod': discovery,
  'istiod: get secretproviderclasses in istiod': {
    by: ({ cluster, plane: { namespace, revision } }) =>
      readProviderClass(cluster.client, namespace, `istio-spc-${revision}`),
  },
  'istiod: list secretproviderclasspodstatuses in istiod': {
    by: ({ cluster, plane }) => podVersions(cluster.client, plane.namespace),
  },
  'istiod: list daemonsets in kube-system': { by: ({ cluster }) => demandCsiRotation(cluster.client) },
  'istiod: get pods/log in istiod': {
    by: ({ cluster, plane: { namespace }, istiod: pod }) =>
      loggedSerials(cluster.client, { namespace, pod }, new Date(0).toISOString()),
  },
  'istiod: get pods/portforward in istiod': askIstiod,
  'istiod: create pods/portforward in istiod': askIstiod,
  'istiod: create serviceaccounts/token in istiod': {
    by: ({ cluster, plane }) => probeToken(cluster.client, plane.namespace),
  },
  'istiod: get configmaps in istiod': {
    by: ({ cluster, plane }) => trustedByConfigMap(cluster.client, plane.namespace),
  },
  'find-istiod: list deployments in cluster': {
    by: ({ cluster }) =>
      discoverControlPlanes(cluster.client, { istioNamespace: undefined, revision: undefined }),
  },
  'restart-istiod: get deployments in istiod': {
    by: ({ cluster, plane }) => isRolling(cluster.client, plane),
  },
  'restart-istiod: patch deployments in istiod': {
    by: ({ cluster, plane }) => rollFor(cluster.client, plane, 'r-1/distribute/add-roots'),
  },
  'restart-istiod: list jobs in istiod': {
    by: ({ cluster, plane, cronJob }) => validatorOutcome(cluster.client, plane, cronJob, runs()),
  },
  'run-validator: get cronjobs in istiod': runNow,
  'run-validator: create jobs in istiod': runNow,
  'restart-workloads: list replicasets in cluster': owners,
  'restart-workloads: list deployments in cluster': owners,
  'restart-workloads: list statefulsets in cluster': owners,
  'restart-workloads: list daemonsets in cluster': owners,
  ...Object.fromEntries(
    Object.entries(restarted).flatMap(([resource, workload]): [string, Need][] => [
      [
        `restart-workloads: get ${resource} in proxies`,
        { by: ({ cluster }) => readRollable(cluster.client, workload) },
      ],
      [
        `restart-workloads: patch ${resource} in proxies`,
        {
          by: ({ cluster }) =>
            restartRollable(cluster.client, workload, { mark: 'r-1/activate/sign', at: new Date() }),
        },
      ],
    ]),
  ),
  'synced-secret: get secrets in istiod': {
    // The source is found by way of istiod.
    with: ['find-istiod'],
    by: async ({ world, ref, cluster, plane: { namespace } }) => {
      const { source } = await world.sourceOf(ref);
      const { versions } = await source.read();
      const awaited = new AwaitedSource(source, versions);
      return secretHolds(cluster.client, { namespace, name: 'cacerts' }, awaited);
    },
  },
  'remote-secrets: list secrets in istiod': {
    by: ({ cluster, plane }) => readRemoteClusters(cluster.client, plane.namespace),
  },
  'exec: get pods/exec in proxies': asked,
  'exec: create pods/exec in proxies': asked,
};
