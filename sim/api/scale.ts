import { z } from 'zod';
import { workloadView } from '../controllers/views.ts';
import type { KubeObject } from '../world.ts';
import { existing, type Call } from './call.ts';
import { fieldsOf } from './fields.ts';
import { readBody } from './incoming.ts';
import { patched } from './patch.ts';

const scaleView = z.looseObject({ spec: z.looseObject({ replicas: z.number().int().min(0).default(0) }) });

/** The `/scale` of a workload (autoscaling/v1 Scale): read, replaced or patched. */
export function scale(call: Call): unknown {
  const { cluster, type, namespace, method, name = '' } = call;
  const object = existing(call);
  if (method === 'GET') return scaleOf(object);
  const wanted = method === 'PATCH' ? patched(call, scaleOf(object)) : readBody(call.body);
  const { replicas } = scaleView.parse(wanted).spec;
  const changed = cluster.store.change(type.resource, namespace, name, (old) => ({
    ...old,
    spec: { ...fieldsOf(old['spec']), replicas },
  }));
  return scaleOf(changed ?? object);
}

function scaleOf(object: KubeObject) {
  const { spec, status } = workloadView.parse(object);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = Object.entries(spec.selector.matchLabels).map(([key, value]) => `${key}=${value}`);
  return {
    ...{ kind: 'Scale', apiVersion: 'autoscaling/v1' },
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas },
    status: { replicas: status.replicas, selector: selector.join(',') },
  };
}
