import { CoreV1Api, makeInformer, Watch, type V1ConfigMap } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { servedCluster, type ServedCluster } from '../../support/served-cluster.ts';
import { eventually } from '../../support/eventually.ts';

let lab: ServedCluster;

beforeAll(async () => {
  lab = await servedCluster();
});

afterAll(() => lab.close());

const path = '/api/v1/namespaces/shop/configmaps';
const event = z.looseObject({
  kind: z.string().optional(),
  code: z.number().optional(),
  metadata: z.looseObject({ name: z.string().optional(), resourceVersion: z.string().optional() }),
});

/** Watches into a list of `TYPE name`, until aborted. */
async function watchInto(query: Record<string, string | boolean | number>) {
  const seen: string[] = [];
  let ended = false;
  const controller = await new Watch(lab.config()).watch(
    path,
    query,
    (phase, object: unknown) => {
      const { metadata, code } = event.parse(object);
      seen.push(`${phase} ${metadata.name ?? String(code ?? '')}`.trim());
    },
    () => {
      ended = true;
    },
  );
  return { seen, stop: () => controller.abort(), hasEnded: () => ended };
}

function put(name: string, labels: Record<string, string> = {}): string {
  const metadata = { name, namespace: 'shop', labels };
  const made = lab.cluster.store.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata });
  return made.metadata.resourceVersion;
}

function label(name: string, labels: Record<string, string>): void {
  lab.cluster.store.change('configmaps', 'shop', name, (map) => ({
    ...map,
    metadata: { ...map.metadata, labels },
  }));
}

test('a watch from a resourceVersion gives what came after it, then what comes', async () => {
  const resourceVersion = put('before');
  put('between');
  const watch = await watchInto({ resourceVersion });
  put('after');
  lab.cluster.store.remove('configmaps', 'shop', 'between');
  await eventually(() => expect(watch.seen).toEqual(['ADDED between', 'ADDED after', 'DELETED between']));
  watch.stop();
});

test('an object that leaves the selection is told as deleted', async () => {
  const watch = await watchInto({
    labelSelector: 'pick=yes',
    resourceVersion: put('picked', { pick: 'yes' }),
  });
  label('picked', { pick: 'no' });
  label('picked', { pick: 'no', other: 'x' });
  label('picked', { pick: 'yes' });
  await eventually(() => expect(watch.seen).toEqual(['DELETED picked', 'ADDED picked']));
  watch.stop();
});

test('bookmarks come where they are asked for, and timeoutSeconds ends the watch', async () => {
  const watch = await watchInto({
    allowWatchBookmarks: true,
    timeoutSeconds: 1,
    resourceVersion: put('marked'),
  });
  await eventually(() => expect(watch.hasEnded()).toBe(true));
  expect(watch.seen).toContain('BOOKMARK');
});

test('a watch from a version that is no longer kept ends with an ERROR event of code 410', async () => {
  const resourceVersion = put('old');
  put('newer');
  lab.cluster.store.history.compact(0);
  const watch = await watchInto({ resourceVersion });
  await eventually(() => expect(watch.hasEnded()).toBe(true));
  expect(watch.seen).toEqual(['ERROR 410']);
});

test('an informer recovers from a lost connection and a compacted history', async () => {
  const config = lab.config();
  const core = config.makeApiClient(CoreV1Api);
  const informer = makeInformer<V1ConfigMap>(config, path, () =>
    core.listNamespacedConfigMap({ namespace: 'shop' }),
  );
  informer.on('error', () => void informer.start());
  await informer.start();
  put('first');
  await eventually(() => expect(informer.get('first', 'shop')).toBeDefined());
  const restarted = lab.served.restart(30);
  put('while-away');
  lab.cluster.store.remove('configmaps', 'shop', 'first');
  lab.cluster.store.history.compact(0);
  await restarted;
  await eventually(() => {
    expect(informer.get('while-away', 'shop')).toBeDefined();
    expect(informer.get('first', 'shop')).toBeUndefined();
  });
  await informer.stop();
});

test('a fault cuts a watch that has begun', async () => {
  // Of every watch: one that an informer may still have must not take the fault for itself.
  const mend = lab.cluster.faults.set({ matches: ({ verb }) => verb === 'watch', cutAfter: 100 });
  put('cut');
  const watch = await watchInto({});
  await eventually(() => expect(watch.hasEnded()).toBe(true));
  expect(watch.seen).toContain('ADDED cut');
  mend();
});
