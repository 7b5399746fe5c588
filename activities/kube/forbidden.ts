import { rights, type Right } from '../../deploy/rights.ts';
import { ruleOf } from '../../deploy/roles.ts';
import { Problem } from '../../problems/problem.ts';

/** What a request asks for, as RBAC has it. */
export interface Asked {
  readonly verbs: readonly string[];
  readonly group: string;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  readonly namespace: string | undefined;
  /** Of the object; undefined where there is none, or where it is not known. */
  readonly name?: string | undefined;
}

/**
 * The Problem of a 403: the rule that is missing, and the file of `deploy/rbac/` that has it.
 * @param asked for where the API server's answer is not to be had, as that to a WebSocket
 */
export function forbidden(object: string, message: string, asked?: Asked): Problem {
  const missing = askedIn(message) ?? asked;
  if (missing === undefined) return new Problem('CLUSTER_FORBIDDEN', { object, found: message });
  const known = rightsFor(missing);
  const { group, resource, verbs, namespace } = missing;
  const [first] = known;
  const names = first?.names;
  const rule = { ...ruleOf({ group, resource, verbs, ...(names === undefined ? {} : { names }) }) };
  const role =
    namespace === undefined || first?.scope === 'cluster' ? 'a ClusterRole' : `a Role of ${namespace}`;
  return new Problem('CLUSTER_FORBIDDEN', {
    object,
    expected: `${role} with ${written(rule)}`,
    found: message,
    ...(first === undefined ? {} : { hint: `kubectl apply -f ${known.map(fileOf).join(' or ')}` }),
  });
}

/** `pods "p" is forbidden: User "u" cannot get resource "pods" in API group "" in the namespace "n"` */
const refusal =
  /^\S+ (?:"(?<name>[^"]+)" )?is forbidden: User "[^"]*" cannot (?<verb>\S+) resource "(?<resource>[^"]+)" in API group "(?<group>[^"]*)"(?: in the namespace "(?<namespace>[^"]+)")?/;

function askedIn(message: string): Asked | undefined {
  const found = refusal.exec(message)?.groups;
  if (found === undefined) return undefined;
  const { verb = '', resource = '', group = '', namespace, name } = found;
  return { verbs: [verb], resource, group, namespace, name };
}

/** The rows that would allow it, those of its own namespace before those of all. */
function rightsFor({ verbs, group, resource, namespace, name }: Asked): readonly Right[] {
  const same = rights.filter(
    (right) =>
      right.group === group &&
      right.resource === resource &&
      verbs.every((verb) => right.verbs.includes(verb)) &&
      (name === undefined || right.names?.includes(name) !== false),
  );
  const own = same.filter(({ scope }) => {
    if (namespace === undefined) return scope === 'cluster';
    return scope === 'kube-system' ? namespace === scope : scope !== 'cluster';
  });
  return own.length > 0 ? own : same.filter(({ scope }) => scope === 'cluster');
}

/** As a rule of a Role is written in one line of YAML. */
function written(rule: Readonly<Record<string, readonly string[]>>): string {
  return `{${Object.entries(rule)
    .map(([key, values]) => `${key}: [${values.map((value) => JSON.stringify(value)).join(', ')}]`)
    .join(', ')}}`;
}

function fileOf({ file, why }: Right): string {
  return `deploy/rbac/${file}.yaml (${why.replaceAll('`', '')})`;
}
