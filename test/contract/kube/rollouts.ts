import { PatchStrategy, setHeaderOptions, Watch, type V1Pod } from '@kubernetes/client-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readRollable, restartRollable, type RollableRef } from '../../../activities/workloads/rollable.ts';
import type { Rollout } from '../../../activities/workloads/rollout.ts';
import { waitFor } from '../../../activities/kube/wait.ts';
import { newPlace, patience, patiently, type Place } from './place.ts';
import { template } from '../../support/template.ts';
import type { KubeWorld } from './world.ts';

const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
const podView = z.looseObject({
  metadata: z.looseObject({ name: z.string(), deletionTimestamp: z.string().optional() }),
  status: z.looseObject({
    conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
  }),
});
const setView = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({ replicas: z.number() }),
});
const isReady = ({ type, status }: { readonly type: string; readonly status: string }) =>
  type === 'Ready' && status === 'True';

/** What controllers make of a restart, and what the product says of it meanwhile. */
export function rollouts(open: () => KubeWorld): void {
  describe('a rollout', () => {
    let place: Place;
    beforeAll(async () => {
      place = await newPlace(open());
    });

    const apps = () => place.client.apps;
    const ref = (kind: RollableRef['kind'], name: string): RollableRef => ({
      ...{ kind, name, namespace: place.namespace },
    });
    const spec = (app: string, replicas: number) => ({
      ...{ replicas, selector: { matchLabels: { app } }, template: template(app) },
    });
    const restart = (what: RollableRef) =>
      restartRollable(place.client, what, { mark: 'r1/distribute/add-roots', at: new Date() });
    const rollout = async (what: RollableRef) => (await readRollable(place.client, what))?.rollout;
    const done = async (what: RollableRef) => {
      let found: Rollout | undefined;
      await waitFor({
        ...{ object: what.name, code: 'ROLLOUT_STUCK', limitSeconds: patience, everySeconds: 0.1 },
        onWait: () => JSON.stringify(found),
        look: async () => {
          found = await rollout(what);
          return found?.state === 'done' ? true : undefined;
        },
      });
    };
    async function podsOf(app: string): Promise<V1Pod[]> {
      const { namespace } = place;
      return (await place.client.core.listNamespacedPod({ namespace, labelSelector: `app=${app}` })).items;
    }
    const namesOf = (pods: V1Pod[]) => pods.map(({ metadata }) => metadata?.name ?? '').toSorted();

    /** Tells every change of a resource in the namespace, until stopped. */
    async function observe(
      resource: string,
      labelSelector: string,
      seen: (type: string, object: unknown) => void,
    ) {
      const { namespace, client } = place;
      const [group, plural = ''] = resource.split(':');
      const path = `${group}/namespaces/${namespace}/${plural}`;
      const watch = await new Watch(client.config).watch(path, { labelSelector }, seen, () => undefined);
      return () => watch.abort();
    }

    it('of a Deployment replaces every pod and keeps enough of them', async () => {
      const web = ref('Deployment', 'web');
      const body = { metadata: { name: 'web', labels: { app: 'web' } }, spec: spec('web', 4) };
      await apps().createNamespacedDeployment({ namespace: place.namespace, body });
      await done(web);
      const before = namesOf(await podsOf('web'));
      // Of a pod that is told to end nobody counts on anything; of those to be made the ReplicaSets tell.
      const ready = new Set<string>();
      const wanted = new Map<string, number>();
      const least: number[] = [];
      const most: number[] = [];
      const stopPods = await observe('/api/v1:pods', 'app=web', (type, object) => {
        const { metadata, status } = podView.parse(object);
        const serves = type !== 'DELETED' && metadata.deletionTimestamp === undefined;
        if (serves && status.conditions.some(isReady)) ready.add(metadata.name);
        else ready.delete(metadata.name);
        least.push(ready.size);
      });
      const stopSets = await observe('/apis/apps/v1:replicasets', 'app=web', (_, object) => {
        const { metadata, spec: set } = setView.parse(object);
        wanted.set(metadata.name, set.replicas);
        most.push([...wanted.values()].reduce((sum, count) => sum + count, 0));
      });
      await patiently(() => expect([ready.size, wanted.size]).toEqual([4, 1]));
      least.length = 0;
      await restart(web);
      expect((await rollout(web))?.state).toBe('going');
      await done(web);
      await patiently(async () => expect(await podsOf('web')).toHaveLength(4));
      stopPods();
      stopSets();
      expect(Math.min(...least)).toBeGreaterThanOrEqual(3);
      expect(Math.max(...most)).toBe(5);
      const after = namesOf(await podsOf('web'));
      expect(after.filter((name) => before.includes(name))).toEqual([]);
      const { metadata } = await apps().readNamespacedDeployment({ namespace: place.namespace, name: 'web' });
      expect(metadata?.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
    });

    it('of a StatefulSet goes from the last pod to the first and keeps their names', async () => {
      const db = ref('StatefulSet', 'db');
      const body = { metadata: { name: 'db' }, spec: { ...spec('db', 3), serviceName: 'db' } };
      await apps().createNamespacedStatefulSet({ namespace: place.namespace, body });
      await done(db);
      const deleted: string[] = [];
      const stop = await observe('/api/v1:pods', 'app=db', (type, object) => {
        if (type === 'DELETED') deleted.push(podView.parse(object).metadata.name);
      });
      await restart(db);
      await done(db);
      await patiently(() => expect(deleted).toEqual(['db-2', 'db-1', 'db-0']));
      stop();
      expect(namesOf(await podsOf('db'))).toEqual(['db-0', 'db-1', 'db-2']);
    });

    it('of a DaemonSet replaces the pod of each node', async () => {
      const agent = ref('DaemonSet', 'agent');
      const daemon = { selector: { matchLabels: { app: 'agent' } }, template: template('agent') };
      const body = { metadata: { name: 'agent' }, spec: daemon };
      await apps().createNamespacedDaemonSet({ namespace: place.namespace, body });
      await patiently(async () => expect(await podsOf('agent')).toHaveLength(2));
      await done(agent);
      const before = await podsOf('agent');
      expect(new Set(before.map((pod) => pod.spec?.nodeName)).size).toBe(2);
      await restart(agent);
      await done(agent);
      const after = namesOf(await podsOf('agent'));
      expect(after.filter((name) => namesOf(before).includes(name))).toEqual([]);
    });

    it('of a Deployment that recreates has no old and new pods at one time', async () => {
      const single = ref('Deployment', 'single');
      const strategy = { type: 'Recreate' };
      const body = { metadata: { name: 'single' }, spec: { ...spec('single', 2), strategy } };
      await apps().createNamespacedDeployment({ namespace: place.namespace, body });
      await done(single);
      const there = new Set<string>();
      const most = { pods: 0 };
      const stop = await observe('/api/v1:pods', 'app=single', (type, object) => {
        const { name } = podView.parse(object).metadata;
        if (type === 'DELETED') there.delete(name);
        else there.add(name);
        most.pods = Math.max(most.pods, there.size);
      });
      await restart(single);
      await done(single);
      stop();
      expect(most.pods).toBe(2);
    });

    it('that a quota lets no pod into says so, passes its deadline, and goes on when there is room', async () => {
      const { namespace, client } = await newPlace(place.world);
      const stuck = { ...spec('stuck', 2), progressDeadlineSeconds: 10 };
      await client.apps.createNamespacedDeployment({
        namespace,
        body: { metadata: { name: 'stuck' }, spec: stuck },
      });
      const what = { kind: 'Deployment', namespace, name: 'stuck' } as const;
      await done(what);
      const body = { metadata: { name: 'full' }, spec: { hard: { pods: '2' } } };
      await client.core.createNamespacedResourceQuota({ namespace, body });
      // Counted by a controller: before that, the API server may not know of the quota, and let a third pod in.
      await patiently(async () => {
        const { status } = await client.core.readNamespacedResourceQuota({ namespace, name: 'full' });
        expect(status).toEqual({ hard: { pods: '2' }, used: { pods: '2' } });
      });
      await restart(what);
      await patiently(async () => {
        expect(await rollout(what)).toEqual({
          state: 'going',
          text: expect.stringMatching(
            /^0 of 2 pods are new: pods "stuck-[a-z0-9]+-[a-z0-9]+" is forbidden: exceeded quota: full, requested: pods=1, used: pods=2, limited: pods=2$/,
          ) as string,
        });
      });
      await place.world.restart();
      await patiently(async () => {
        expect(await rollout(what)).toEqual({
          state: 'failed',
          text: 'it has exceeded its progress deadline',
        });
      });
      await client.core.deleteNamespacedResourceQuota({ namespace, name: 'full' });
      // Whoever was refused tries again only after twice as long each time, unless something is changed.
      const annotated = { metadata: { annotations: { room: 'made' } } };
      await client.apps.patchNamespacedDeployment({ namespace, name: 'stuck', body: annotated }, merge);
      await done(what);
    });

    it('goes on while the API server is restarted', async () => {
      const many = ref('Deployment', 'many');
      const body = { metadata: { name: 'many' }, spec: spec('many', 6) };
      await apps().createNamespacedDeployment({ namespace: place.namespace, body });
      await done(many);
      const before = namesOf(await podsOf('many'));
      await restart(many);
      await place.world.restart();
      await done(many);
      await patiently(async () => {
        const after = namesOf(await podsOf('many'));
        expect(after.filter((name) => before.includes(name))).toEqual([]);
      });
    });

    it('ends at as many pods as are wanted, and leaves nothing where its owner is deleted', async () => {
      const elastic = ref('Deployment', 'elastic');
      const { namespace } = place;
      const body = { metadata: { name: 'elastic' }, spec: spec('elastic', 1) };
      await apps().createNamespacedDeployment({ namespace, body });
      for (const replicas of [3, 0, 1]) {
        const scale = { namespace, name: 'elastic', body: { spec: { replicas } } };
        await apps().patchNamespacedDeploymentScale(scale, merge);
        await done(elastic);
        await patiently(async () => expect(await podsOf('elastic')).toHaveLength(replicas));
      }
      await apps().deleteNamespacedDeployment({ namespace, name: 'elastic' });
      await patiently(async () => expect(await podsOf('elastic')).toEqual([]));
      const sets = await apps().listNamespacedReplicaSet({ namespace, labelSelector: 'app=elastic' });
      expect(sets.items).toEqual([]);
    });
  });
}
