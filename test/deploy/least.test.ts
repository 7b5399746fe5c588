import { describe, expect, it } from 'vitest';
import { rights, rightsFiles, type Right, type RightsFile } from '../../deploy/rights.ts';
import { account, objectsOf, type Place } from '../../deploy/roles.ts';
import type { AccessRequest } from '../../sim/api/access.ts';
import { judgeByRbac } from '../../sim/api/rbac.ts';
import { resourceTypes } from '../../sim/api/resources.ts';
import { Store } from '../../sim/api/store.ts';

const istioNamespace = 'aks-istio-system';
const proxyNamespaces = ['payments', 'orders'];
const everywhere = [undefined, istioNamespace, 'kube-system', 'default', ...proxyNamespaces];
const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const subresources = ['attach', 'exec', 'log', 'portforward', 'proxy', 'scale', 'status', 'token'];
const names = [undefined, 'other', ...new Set(rights.flatMap((right) => right.names ?? []))];

const caller = { user: `system:serviceaccount:${account.namespace}:${account.name}`, groups: [] };

/** Whatever can be asked of a cluster with a mesh in it. */
const requests: readonly AccessRequest[] = resourceTypes.flatMap(({ group, resource }) =>
  [undefined, ...subresources].flatMap((subresource) =>
    everywhere.flatMap((namespace) =>
      verbs.flatMap((verb) =>
        names.map((name) => ({ ...caller, group, resource, subresource, namespace, verb, name })),
      ),
    ),
  ),
);

/** What the files allow of it, a line a request. */
function allowedBy(files: readonly RightsFile[], place: Place): ReadonlySet<string> {
  const store = new Store();
  for (const object of files.flatMap((file) => objectsOf(file, place))) {
    const type = resourceTypes.find(({ kind }) => kind === object.kind);
    store.create(type?.resource ?? '', { ...object });
  }
  return new Set(requests.filter((one) => judgeByRbac(store, one).allowed).map(lineOf));
}

function lineOf({ group, resource, subresource, namespace = '*', verb, name = '*' }: AccessRequest): string {
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  return `${verb} ${group}/${what} ${namespace}/${name}`;
}

/** The same by the table alone. */
function meantBy(files: readonly RightsFile[], { proxyNamespaces: proxies }: Place): ReadonlySet<string> {
  const covers = {
    cluster: () => true,
    proxies: (namespace?: string) =>
      proxies === undefined || (namespace !== undefined && proxies.includes(namespace)),
    istiod: (namespace?: string) => namespace === istioNamespace,
    'kube-system': (namespace?: string) => namespace === 'kube-system',
  } satisfies Record<Right['scope'], (namespace?: string) => boolean>;
  return new Set(
    rights
      .filter(({ file }) => files.includes(file))
      .flatMap((right) => {
        const [resource = '', subresource] = right.resource.split('/');
        return everywhere
          .filter((namespace) => covers[right.scope](namespace))
          .flatMap((namespace) =>
            names
              .filter(
                (name) => right.names === undefined || (name !== undefined && right.names.includes(name)),
              )
              .flatMap((name) =>
                right.verbs.map((verb) =>
                  lineOf({ ...caller, group: right.group, resource, subresource, namespace, verb, name }),
                ),
              ),
          );
      }),
  );
}

const all = rightsFiles.map(({ name }) => name);

describe('the files of deploy/rbac', () => {
  it.each(all)('allow what the table has for %s, and nothing else', (file) => {
    const place = { istioNamespace, proxyNamespaces };
    expect(allowedBy([file], place)).toEqual(meantBy([file], place));
  });

  it('allow the same everywhere where they are bound so', () => {
    expect(allowedBy(all, { istioNamespace })).toEqual(meantBy(all, { istioNamespace }));
  });

  it('allow no Secret but by its name, exec or another token only where they are applied for', () => {
    const least = [...allowedBy(all, { istioNamespace, proxyNamespaces })];
    const of = (what: string) => least.filter((line) => line.includes(what));
    expect(of('/secrets ')).toEqual([...allowedBy(['synced-secret', 'remote-secrets'], { istioNamespace })]);
    expect(of('/pods/exec ')).toEqual([...allowedBy(['exec'], { istioNamespace, proxyNamespaces })]);
    expect([...new Set(of('/serviceaccounts/token ').map((line) => line.split('/').at(-1)))]).toEqual([
      'meshturn-probe',
    ]);
    expect(least.filter((line) => /^(update|delete|deletecollection) /.test(line))).toEqual([]);
  });
});
