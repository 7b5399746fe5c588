import { rights, type Right, type RightsFile, type Scope } from './rights.ts';

/** An object to apply; what a Role allows is in its `rules`. */
export interface RbacObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly apiGroup: string; readonly kind: string; readonly name: string };
  readonly subjects?: readonly unknown[];
  readonly automountServiceAccountToken?: boolean;
}

/** As a Role has it. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

export interface Place {
  /** Where istiod runs. */
  readonly istioNamespace: string;
  /** Namespaces with proxies; all there are where left out. */
  readonly proxyNamespaces?: readonly string[];
}

/** Who Meshturn is in a cluster. */
export const account = { name: 'meshturn', namespace: 'meshturn' };
const probe = 'meshturn-probe';
const rbac = 'rbac.authorization.k8s.io';

export function ruleOf({
  group,
  resource,
  names,
  verbs,
}: Pick<Right, 'group' | 'resource' | 'names' | 'verbs'>): Rule {
  return {
    ...{ apiGroups: [group], resources: [resource] },
    ...(names === undefined ? {} : { resourceNames: names }),
    verbs,
  };
}

/** The objects of one file of `deploy/rbac/`, in the order in which they can be applied. */
export function objectsOf(file: RightsFile, place: Place, of = rights): readonly RbacObject[] {
  const scopes = Map.groupBy(
    of.filter((right) => right.file === file),
    ({ scope }) => scope,
  );
  return [
    ...(accounts[file]?.(place) ?? []),
    ...[...scopes].flatMap(([scope, granted]) => scoped[scope](file, granted.map(ruleOf), place)),
  ];
}

/** Identities that come with a file. */
const accounts: Partial<Record<RightsFile, (place: Place) => readonly RbacObject[]>> = {
  cluster: () => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: account.namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
  ],
  istiod: ({ istioNamespace: namespace }) => [
    {
      ...{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: probe, namespace } },
      automountServiceAccountToken: false,
    },
  ],
};

const scoped: Record<
  Scope,
  (file: RightsFile, rules: readonly Rule[], place: Place) => readonly RbacObject[]
> = {
  cluster: (file, rules) => {
    const name = roleName(file);
    return [clusterRole(name, rules), bindingEverywhere(name)];
  },
  proxies: (file, rules, { proxyNamespaces }) => {
    const name = `${roleName(file)}-proxies`;
    const bindings = proxyNamespaces?.map((namespace) => bindingIn(namespace, 'ClusterRole', name));
    return [clusterRole(name, rules), ...(bindings ?? [bindingEverywhere(name)])];
  },
  istiod: (file, rules, { istioNamespace }) => roleIn(istioNamespace, file, rules),
  'kube-system': (file, rules) => roleIn('kube-system', file, rules),
};

/** `meshturn-restart-istiod` */
function roleName(file: RightsFile): string {
  return `meshturn-${file}`;
}

function clusterRole(name: string, rules: readonly Rule[]): RbacObject {
  return { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules };
}

function bindingEverywhere(name: string): RbacObject {
  return {
    ...{ apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name } },
    ...bound('ClusterRole', name),
  };
}

function roleIn(namespace: string, file: RightsFile, rules: readonly Rule[]): readonly RbacObject[] {
  const name = roleName(file);
  return [
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name, namespace }, rules },
    bindingIn(namespace, 'Role', name),
  ];
}

function bindingIn(namespace: string, kind: string, name: string): RbacObject {
  return {
    ...{ apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: { name, namespace } },
    ...bound(kind, name),
  };
}

function bound(kind: string, name: string): Pick<RbacObject, 'roleRef' | 'subjects'> {
  return { roleRef: { apiGroup: rbac, kind, name }, subjects: [{ kind: 'ServiceAccount', ...account }] };
}
