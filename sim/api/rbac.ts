import { z } from 'zod';
import type { KubeObject } from '../world.ts';
import type { AccessRequest } from './access.ts';
import type { Store } from './store.ts';

const group = 'rbac.authorization.k8s.io';

const binding = z.looseObject({
  metadata: z.looseObject({ namespace: z.string().optional() }),
  roleRef: z.object({ kind: z.string(), name: z.string() }),
  subjects: z
    .array(z.looseObject({ kind: z.string(), name: z.string(), namespace: z.string().optional() }))
    .default([]),
});

const names = z.array(z.string()).default([]);
const role = z.looseObject({
  rules: z
    .array(z.looseObject({ apiGroups: names, resources: names, resourceNames: names, verbs: names }))
    .nullish(),
});

const parsedBinding = parsedOnce(binding);
const parsedRole = parsedOnce(role);

/** Objects of a store never change: what one was parsed to is kept for as long as it is. */
function parsedOnce<Shape extends z.ZodType>(shape: Shape): (object: KubeObject) => z.output<Shape> {
  const known = new WeakMap<KubeObject, z.output<Shape>>();
  return (object) => {
    const parsed = known.get(object) ?? shape.parse(object);
    known.set(object, parsed);
    return parsed;
  };
}

type Binding = z.infer<typeof binding>;
type Rule = NonNullable<z.infer<typeof role>['rules']>[number];

/** What every API server lets every caller do (system:basic-user); of the default roles the only one in use. */
const basicUser: Rule = {
  apiGroups: ['authorization.k8s.io'],
  resources: ['selfsubjectaccessreviews'],
  ...{ resourceNames: [], verbs: ['create'] },
};

/** What RBAC says of a request; `reason` ends the refusal's message where a binding names a role that is not there. */
export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

/** As the RBAC authorizer judges (plugin/pkg/auth/authorizer/rbac): rules only ever allow. */
export function judgeByRbac(store: Store, request: AccessRequest): Verdict {
  // The API server knows this group before it looks at any rule.
  if (request.groups.includes('system:masters') || allows(basicUser, request)) return { allowed: true };
  const missing: string[] = [];
  for (const { roleRef, metadata } of bindingsOf(store, request)) {
    const found = roleOf(store, roleRef, metadata.namespace);
    const rules = found === undefined ? undefined : (parsedRole(found).rules ?? []);
    if (rules === undefined)
      missing.push(`${roleRef.kind.toLowerCase()}.${group} "${roleRef.name}" not found`);
    else if (rules.some((rule) => allows(rule, request))) return { allowed: true };
  }
  const reason = missing.length > 1 ? `[${missing.join(', ')}]` : (missing[0] ?? '');
  return { allowed: false, reason: reason === '' ? '' : `RBAC: ${reason}` };
}

/** Of all namespaces and of the request's own, those that name the caller. */
function bindingsOf(store: Store, request: AccessRequest): readonly Binding[] {
  const own = request.namespace === undefined ? [] : store.list('rolebindings', request.namespace);
  return [...store.list('clusterrolebindings'), ...own]
    .map(parsedBinding)
    .filter(({ subjects, metadata }) => subjects.some((one) => isCaller(one, metadata.namespace, request)));
}

function isCaller(
  { kind, name, namespace }: Binding['subjects'][number],
  ofBinding: string | undefined,
  { user, groups }: AccessRequest,
): boolean {
  if (kind === 'Group') return groups.includes(name);
  if (kind === 'User') return user === name;
  return user === `system:serviceaccount:${namespace ?? ofBinding ?? ''}:${name}`;
}

function roleOf(
  store: Store,
  { kind, name }: Binding['roleRef'],
  namespace: string | undefined,
): KubeObject | undefined {
  return kind === 'Role' ? store.get('roles', namespace, name) : store.get('clusterroles', undefined, name);
}

function allows({ apiGroups, resources, resourceNames, verbs }: Rule, request: AccessRequest): boolean {
  const { verb, subresource, name = '' } = request;
  const has = (listed: readonly string[], wanted: string): boolean =>
    listed.includes('*') || listed.includes(wanted);
  const asked = subresource === undefined ? request.resource : `${request.resource}/${subresource}`;
  return (
    has(verbs, verb) &&
    has(apiGroups, request.group) &&
    (has(resources, asked) || (subresource !== undefined && resources.includes(`*/${subresource}`))) &&
    (resourceNames.length === 0 || resourceNames.includes(name))
  );
}
