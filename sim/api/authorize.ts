import type { Call } from './call.ts';
import { selectedName } from './selectors.ts';
import { ApiError } from './status.ts';

/** Sessions in a pod: whoever opens one by GET, as a WebSocket does, must be allowed to create it as well. */
const sessions = new Set(['attach', 'exec', 'portforward']);

/** Throws the 403 of an API server whose authorizer does not allow the call. */
export function authorize(call: Call): void {
  const { cluster, verb, group, resource, subresource = '', query } = call;
  // Of a list, the name that its field selector leaves is the one that is asked for.
  const name = call.name ?? selectedName(query.get('fieldSelector') ?? '') ?? '';
  const refuse = (why: string): never => {
    const qualified = group === '' ? resource : `${resource}.${group}`;
    const of = name === '' ? qualified : `${qualified} "${name}"`;
    throw new ApiError('Forbidden', `${of} is forbidden: ${why}`, { name, group, kind: resource });
  };
  const verdict = cluster.access.judge({ ...call, name });
  if (!verdict.allowed) refuse([messageOf(call), verdict.reason].filter((part) => part !== '').join(': '));
  if (verb !== 'get' || !sessions.has(subresource)) return;
  const created = cluster.access.judge({ ...call, name, verb: 'create' });
  // Of this second question (pkg/registry/core/pod/rest/authorize.go) the refusal says no more.
  if (!created.allowed) refuse(created.reason);
}

function messageOf({ user, verb, group, resource, subresource, namespace }: Call): string {
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return `User "${user}" cannot ${verb} resource "${what}" in API group "${group}" ${where}`;
}
