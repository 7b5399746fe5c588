import type { NewObject } from '../sim/world.ts';

const group = 'rbac.authorization.k8s.io';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Lets a ServiceAccount do what the rules say, in all of its cluster: a ClusterRole of its name, and the binding. */
export function grant(
  account: { readonly namespace: string; readonly name: string },
  rules: readonly Rule[],
): readonly NewObject[] {
  const { name } = account;
  return [
    { apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata: { name }, rules },
    {
      ...{ apiVersion: `${group}/v1`, kind: 'ClusterRoleBinding', metadata: { name } },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    },
  ];
}
