import { fieldsOf } from '../api/fields.ts';
import type { KubeObject, ObjectStore } from '../world.ts';
import { podView } from './views.ts';

/** Gives every pod a node, one after the other; the returned function stops it. */
export function startScheduler(store: ObjectStore): () => void {
  let turn = 0;
  const see = (pod: KubeObject): void => {
    const { namespace, name, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp !== undefined || podView.parse(pod).spec.nodeName !== undefined) return;
    const nodes = store.list('nodes');
    const nodeName = nodes[turn++ % nodes.length]?.metadata.name;
    store.change('pods', namespace, name, (old) => ({
      ...old,
      spec: { ...fieldsOf(old['spec']), nodeName },
    }));
  };
  const stop = store.watch('pods', ({ type, object }) => {
    if (type !== 'DELETED') see(object);
  });
  for (const pod of store.list('pods')) see(pod);
  return stop;
}
