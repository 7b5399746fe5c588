import type { RightsFile } from '../../deploy/rights.ts';
import { account, objectsOf } from '../../deploy/roles.ts';
import { resourceTypes } from '../api/resources.ts';
import type { TokenBook } from '../api/tokens.ts';
import type { NewObjects } from '../world.ts';
import { istioNamespace } from './istio-objects.ts';
import type { ClusterProfile } from './profiles.ts';

/** The files of `deploy/rbac/` that a rotation of a cluster of the profile needs. */
export function rightsFilesOf(profile: ClusterProfile): readonly RightsFile[] {
  return [
    ...(['cluster', 'istiod', 'find-istiod'] as const),
    ...(profile.multiRoot ? [] : (['restart-istiod'] as const)),
    ...(profile.validator && profile.cronJob === 'runNow' ? (['run-validator'] as const) : []),
    ...(profile.workloads.mode === 'restart' ? (['restart-workloads'] as const) : []),
  ];
}

/** What these files hold: the identity of probes among it. */
export function addRights(store: NewObjects, files: readonly RightsFile[]): void {
  for (const object of files.flatMap((file) => objectsOf(file, { istioNamespace }))) {
    const type = resourceTypes.find(({ kind }) => kind === object.kind);
    if (type === undefined) throw new RangeError(`expected a kind that is served, found ${object.kind}`);
    store.create(type.resource, { ...object });
  }
}

const day = 24 * 3_600;

/** A login that has these rights and no others. */
export function loginOf(tokens: TokenBook): string {
  const { name: serviceAccount, namespace } = account;
  return tokens.mint({ namespace, serviceAccount, expirationSeconds: day }).token;
}
