import { z } from 'zod';
import type { KubeObject } from '../world.ts';
import { FileSet, type Files } from './file-set.ts';
import type { VolumeContext } from './volumes.ts';

/** Where the files of a configMap or secret volume come from. */
export interface FileSource {
  readonly resource: 'configmaps' | 'secrets';
  readonly name: string;
  readonly items?: readonly { readonly key: string; readonly path: string }[] | undefined;
  readonly optional?: boolean | undefined;
}

const data = z.record(z.string(), z.string()).default({});

/**
 * The files of a ConfigMap or Secret. A change becomes visible after a random part of
 * `kubeletConfigMapDelay`, newest state first: kubelet looks at its own period, not at each change.
 */
export function sourceVolume(context: VolumeContext, pod: KubeObject, source: FileSource): Promise<FileSet> {
  return followSources(context, pod, [source]);
}

/** As `sourceVolume`, from several objects into one folder. */
export async function followSources(
  { store, settings, timers, random }: VolumeContext,
  pod: KubeObject,
  sources: readonly FileSource[],
): Promise<FileSet> {
  const namespace = pod.metadata.namespace ?? '';
  const read = (): Files =>
    Object.fromEntries(sources.flatMap((source) => Object.entries(readSource(source))));
  const readSource = (source: FileSource): Files => {
    const object = store.get(source.resource, namespace, source.name);
    if (object !== undefined) return filesOf(source, object);
    if (source.optional === true) return {};
    const kind = source.resource.slice(0, -1);
    throw new Error(`MountVolume.SetUp failed: ${kind} "${source.name}" not found`);
  };
  const isThere = (source: FileSource): boolean =>
    source.optional === true || store.get(source.resource, namespace, source.name) !== undefined;
  const files = new FileSet(await Promise.resolve().then(read));
  let cancel: (() => void) | undefined;
  for (const resource of new Set(sources.map((source) => source.resource))) {
    const stop = store.watch(resource, ({ type, object: { metadata } }) => {
      const ours = sources.some((source) => source.resource === resource && source.name === metadata.name);
      // Files of a deleted object stay as they were, as kubelet leaves them.
      if (!ours || metadata.namespace !== namespace || type === 'DELETED' || cancel) return;
      cancel = timers.after(random() * settings.kubeletConfigMapDelay, () => {
        cancel = undefined;
        if (sources.every(isThere)) files.swap(read());
      });
    });
    files.onClose(stop);
  }
  files.onClose(() => cancel?.());
  return files;
}

function filesOf({ resource, items }: FileSource, object: KubeObject): Files {
  const encoding = resource === 'secrets' ? 'base64' : 'utf8';
  const all = new Map(Object.entries(data.parse(object['data'])));
  const chosen = items ?? [...all.keys()].map((key) => ({ key, path: key }));
  return Object.fromEntries(
    chosen.flatMap(({ key, path }) => {
      const text = all.get(key);
      return text === undefined ? [] : [[path, Buffer.from(text, encoding).toString('utf8')]];
    }),
  );
}
