import { apiVersionOf, resourceTypes, type ResourceType } from './resources.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** `/api`: the versions of the core group. */
export const coreVersions = { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };

/** `/apis`: the other groups. */
export function groupList(): unknown {
  const groups = [...new Set(resourceTypes.filter(({ group }) => group !== '').map(apiVersionOf))];
  return {
    ...{ kind: 'APIGroupList', apiVersion: 'v1' },
    groups: groups.map((groupVersion) => {
      const [name = '', version = ''] = groupVersion.split('/');
      const entry = { groupVersion, version };
      return { name, versions: [entry], preferredVersion: entry };
    }),
  };
}

/** `/api/v1` and `/apis/<group>/<version>`: the resources of one group; undefined where there is none. */
export function resourceList(group: string, version: string): unknown {
  const types = resourceTypes.filter((type) => type.group === group && type.version === version);
  if (types[0] === undefined) return undefined;
  return {
    ...{ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersionOf(types[0]) },
    resources: types.map(entryOf),
  };
}

function entryOf({ resource, kind, namespaced }: ResourceType) {
  return { name: resource, singularName: kind.toLowerCase(), namespaced, kind, verbs };
}
