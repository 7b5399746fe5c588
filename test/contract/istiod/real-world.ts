import { AppsV1Api, CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { istioNamespace } from '../../../sim/demo/istio-objects.ts';
import { expect } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { startPilot, type Pilot, type PilotPlace } from './pilot.ts';
import type { IstiodWorld } from './world.ts';

const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

/** Real istiods beside a cluster of the lab, whose own ones are put away. */
export async function openRealIstiods(place: PilotPlace): Promise<IstiodWorld> {
  const config = new KubeConfig();
  config.loadFromFile(place.kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  await putAway(config, core);
  const createNamespace = async (name: string): Promise<void> => {
    await core.createNamespace({ body: { metadata: { name } } });
  };
  await createNamespace('istio-system');
  const body = { metadata: { name: 'istio' }, data: { mesh: '', meshNetworks: 'networks: {}' } };
  await core.createNamespacedConfigMap({ namespace: 'istio-system', body });
  const name = 'istio-ca-root-cert';
  const bundle = async (namespace: string) => {
    const found = await core.listNamespacedConfigMap({ namespace, fieldSelector: `metadata.name=${name}` });
    return found.items[0]?.data;
  };
  return {
    run: (files, options = {}) => {
      const starting = startPilot(place, files, options);
      let pilot: Pilot | undefined;
      const ready = starting.then((one) => void (pilot = one));
      const running = (): Pilot => {
        if (pilot === undefined) throw new Error('the istiod does not run');
        return pilot;
      };
      return {
        ready,
        printed: () => running().printed(),
        swap: (next) => Promise.resolve().then(() => running().swap(next)),
        port: () => running().port,
        // Why one has not started, `ready` tells.
        stop: () =>
          starting.then(
            ({ stop }) => stop(),
            () => undefined,
          ),
      };
    },
    token: async (audience) => {
      const spec = { audiences: [audience] };
      const of = { namespace: 'default', name: 'default', body: { spec } };
      return (await core.createNamespacedServiceAccountToken(of)).status?.token ?? '';
    },
    ...{ createNamespace, bundle },
    overwrite: async (namespace, data) => {
      const old = Object.keys((await bundle(namespace)) ?? {}).map((key) => [key, null] as const);
      const patch = { data: { ...Object.fromEntries(old), ...data } };
      await core.patchNamespacedConfigMap({ namespace, name, body: patch }, merge);
    },
    close: () => Promise.resolve(),
  };
}

/** The simulated istiods of the lab would write the same ConfigMaps. */
async function putAway(config: KubeConfig, core: CoreV1Api): Promise<void> {
  const apps = config.makeApiClient(AppsV1Api);
  const namespace = istioNamespace;
  for (const { metadata } of (await apps.listNamespacedDeployment({ namespace })).items) {
    const body = { spec: { replicas: 0 } };
    await apps.patchNamespacedDeployment({ namespace, name: metadata?.name ?? '', body }, merge);
  }
  await eventually(async () => {
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: 'app=istiod' });
    expect(items).toEqual([]);
  });
}
