import { z } from 'zod';
import { deleteObject } from '../controllers/deletion.ts';
import { existing, isDryRun, wholeNumber, type Call } from './call.ts';
import { readBody } from './incoming.ts';
import { list } from './read.ts';
import { selection } from './selectors.ts';
import { conflict, success, type ApiError } from './status.ts';

const options = z.looseObject({
  gracePeriodSeconds: z.number().nullish(),
  preconditions: z.object({ uid: z.string().optional(), resourceVersion: z.string().optional() }).default({}),
});

/** Deletes one object: a pod after its grace, anything else at once; what it owns is collected after it. */
export function remove(call: Call): unknown {
  const { cluster, type } = call;
  const object = existing(call);
  const { name, uid, resourceVersion } = object.metadata;
  const { preconditions, gracePeriodSeconds } = readOptions(call);
  const unmet = (what: string, given: string, found: string, end: string): ApiError => {
    const why = `the ${what} in the precondition (${given}) does not match the ${what} in record (${found}). The object might have been ${end}`;
    return conflict({ resource: type.kind, group: type.group }, name, why);
  };
  const { uid: wantedUid = uid, resourceVersion: wanted = resourceVersion } = preconditions;
  if (wantedUid !== uid) throw unmet('UID', wantedUid, uid, 'deleted and then recreated');
  if (wanted !== resourceVersion) throw unmet('ResourceVersion', wanted, resourceVersion, 'modified');
  const last = isDryRun(call)
    ? object
    : deleteObject(cluster.store, type.resource, object, { gracePeriodSeconds });
  if (type.deleteGivesObject) return last ?? object;
  return success({ name, group: type.group, kind: type.resource, uid });
}

/** Deletes all objects of a collection that the selectors choose; answers with the list of them. */
export function removeCollection(call: Call): unknown {
  const { cluster, type, namespace, query } = call;
  const answer = list(call);
  const chosen = selection(query.get('labelSelector') ?? '', query.get('fieldSelector') ?? '');
  const { gracePeriodSeconds } = readOptions(call);
  for (const object of cluster.store.list(type.resource, namespace).filter(chosen)) {
    deleteObject(cluster.store, type.resource, object, { gracePeriodSeconds });
  }
  return answer;
}

function readOptions({ body, query }: Call) {
  const { preconditions, ...given } = options.parse(body === '' ? {} : readBody(body));
  const gracePeriodSeconds = given.gracePeriodSeconds ?? wholeNumber(query, 'gracePeriodSeconds');
  return { preconditions, gracePeriodSeconds };
}
