import { PatchStrategy, setHeaderOptions, Watch } from '@kubernetes/client-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { changesOf } from '../../../activities/kube/changes.ts';
import { calling } from '../../../activities/kube/problems.ts';
import { waitFor } from '../../../activities/kube/wait.ts';
import { eventually } from '../../support/eventually.ts';
import { newPlace, type Place } from './place.ts';
import type { KubeWorld } from './world.ts';

const event = z.looseObject({
  kind: z.string().optional(),
  code: z.number().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
  metadata: z.looseObject({ name: z.string().optional(), resourceVersion: z.string().optional() }),
});

/** Watches from a version, and the product's changes, over all that ends a watch. */
export function watches(open: () => KubeWorld): void {
  describe('a watch', () => {
    let place: Place;
    let path: string;
    beforeAll(async () => {
      place = await newPlace(open());
      path = `/api/v1/namespaces/${place.namespace}/secrets`;
    });

    /** Watches into a list of events, until stopped. */
    async function watchInto(query: Record<string, string | boolean | number>) {
      const seen: { readonly type: string; readonly object: z.output<typeof event> }[] = [];
      const ended = Promise.withResolvers<undefined>();
      const controller = await new Watch(place.client.config).watch(
        path,
        query,
        (type, object: unknown) => seen.push({ type, object: event.parse(object) }),
        () => ended.resolve(undefined),
      );
      const texts = () => seen.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`.trim());
      return { seen, texts, ended: ended.promise, stop: () => controller.abort() };
    }

    async function put(name: string, labels: Record<string, string> = {}): Promise<string> {
      const body = { metadata: { name, labels } };
      const { metadata } = await place.client.core.createNamespacedSecret({
        namespace: place.namespace,
        body,
      });
      return metadata?.resourceVersion ?? '';
    }

    const label = (name: string, labels: Record<string, string>) =>
      place.client.core.patchNamespacedSecret(
        { namespace: place.namespace, name, body: { metadata: { labels } } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
    const remove = (name: string) =>
      place.client.core.deleteNamespacedSecret({ namespace: place.namespace, name });

    it('from a version gives what came after it, then what comes', async () => {
      const resourceVersion = await put('before');
      await put('between');
      const watch = await watchInto({ resourceVersion });
      await put('after');
      await remove('between');
      const all = ['ADDED between', 'ADDED after', 'DELETED between'];
      await eventually(() => expect(watch.texts()).toEqual(all));
      watch.stop();
    });

    it('from no version gives what is there first', async () => {
      await put('there');
      const watch = await watchInto({ fieldSelector: 'metadata.name=there' });
      await eventually(() => expect(watch.texts()).toEqual(['ADDED there']));
      watch.stop();
    });

    it('tells an object that leaves its selection as deleted', async () => {
      const resourceVersion = await put('picked', { pick: 'yes' });
      const watch = await watchInto({ labelSelector: 'pick=yes', resourceVersion });
      await label('picked', { pick: 'no' });
      await label('picked', { pick: 'no', other: 'x' });
      await label('picked', { pick: 'yes' });
      await eventually(() => expect(watch.texts()).toEqual(['DELETED picked', 'ADDED picked']));
      watch.stop();
    });

    it('ends after timeoutSeconds, and tells before how far it has come without a word, where asked to', async () => {
      const resourceVersion = await put('marked');
      const labelSelector = 'pick=nothing';
      const query = { labelSelector, allowWatchBookmarks: true, timeoutSeconds: 4, resourceVersion };
      const tries: Awaited<ReturnType<typeof watchInto>>['seen'][] = [];
      // One is to be expected where something has happened meanwhile, and not promised.
      await eventually(async () => {
        const watch = await watchInto(query);
        tries.push(watch.seen);
        const passed = await put(`passed-over-${tries.length}`);
        await watch.ended;
        expect(watch.seen.length).toBeGreaterThan(0);
        for (const { object } of watch.seen)
          expect(Number(object.metadata.resourceVersion)).toBeGreaterThanOrEqual(Number(passed));
      });
      for (const each of tries.flat())
        expect(each).toMatchObject({ type: 'BOOKMARK', object: { kind: 'Secret', apiVersion: 'v1' } });
    });

    it('is cut by a restart of the API server, which has forgotten what was before it', async () => {
      const resourceVersion = await put('old');
      const watch = await watchInto({ resourceVersion });
      await put('seen');
      await eventually(() => expect(watch.texts()).toEqual(['ADDED seen']));
      await place.world.restart();
      await watch.ended;
      const again = await watchInto({ resourceVersion });
      await again.ended;
      expect(again.seen).toMatchObject([
        { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } },
      ]);
      expect(again.seen[0]?.object.message).toMatch(
        new RegExp(`^too old resource version: ${resourceVersion} \\(\\d+\\)$`),
      );
    });

    it('of the product is begun anew after a restart and over a forgotten history', async () => {
      const { client, namespace } = place;
      const list = () => client.core.listNamespacedSecret({ namespace });
      let looks = 0;
      // No look by the interval: only a change that was heard of finds the secret in time.
      const waiting = waitFor({
        ...{ object: 'a secret', code: 'LOAD_TIMED_OUT', limitSeconds: 1_000, everySeconds: 1_000 },
        changes: changesOf(client, path, list),
        look: async () => {
          looks += 1;
          const { items } = await calling('secrets', list);
          return items.find(({ metadata }) => metadata?.name === 'late');
        },
      });
      await eventually(() => expect(looks).toBeGreaterThan(1));
      await place.world.forget();
      await put('late');
      await expect(waiting).resolves.toMatchObject({ metadata: { name: 'late' } });
    });
  });
}
