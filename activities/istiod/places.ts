import type { Mesh } from '../../fleet/fleet.ts';
import type { IstiodPlace } from '../../pki/name-constraints.ts';
import { usualNamespaces } from './discovery.ts';

/** Where the istiods of a mesh run, by the cluster of each, as far as the fleet file knows. */
export function istiodPlaces({ clusters }: Pick<Mesh, 'clusters'>): ReadonlyMap<string, IstiodPlace> {
  const planes = clusters.filter(({ name, controlPlane }) => name === controlPlane);
  return new Map(
    planes.map(({ name, istioNamespace, revision }) => [
      name,
      { namespaces: istioNamespace === undefined ? usualNamespaces : [istioNamespace], revision },
    ]),
  );
}
