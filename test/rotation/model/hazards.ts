import { rootOf } from './certificates.ts';
import { anchorsOf, isVerifiable, type ModelMesh } from './mesh.ts';

/**
 * All that would drop a connection at this instant, or with the next leaf that anybody gets from any istiod:
 * leaves and signers that somebody does not trust, and leaves that nobody can verify.
 */
export function hazards({ units }: ModelMesh): readonly string[] {
  const clusters = units.flatMap((unit) => unit.clusters);
  const proxies = clusters.flatMap((cluster) => cluster.proxies);
  const held = units.flatMap(({ istiods }) => istiods.flatMap((istiod) => istiod.held ?? []));
  const signing = new Set(held.map(({ signer }) => rootOf(signer)));
  const live = new Set([...signing, ...proxies.map(({ signer }) => rootOf(signer))]);
  const found: string[] = [];
  for (const root of live) {
    if (proxies.some((proxy) => !anchorsOf(proxy).includes(root)))
      found.push(`a proxy refuses leaves of ${root}`);
    if (held.some(({ roots }) => !roots.includes(root)))
      found.push(`an istiod hands out trust without ${root}`);
  }
  for (const root of signing) {
    if (clusters.some((cluster) => cluster.proxies.length > 0 && !cluster.secondPlane.includes(root)))
      found.push(`an agent refuses istiod by ${root}`);
  }
  if (held.some((each) => !isVerifiable(each))) found.push('an istiod signs with a torn chain');
  if (proxies.some(({ whole }) => !whole)) found.push('a leaf lacks its issuer');
  return found;
}

/** Bundles that istiods refused and that were in no volume when a plan was made. */
export function refusals({ units }: ModelMesh, before: ReadonlySet<string>): readonly string[] {
  return units
    .flatMap(({ istiods }) =>
      istiods.flatMap(({ pod, refused }) => refused.map((roots) => bundleIn(pod, roots))),
    )
    .filter((refused) => !before.has(refused));
}

export function bundlesInVolumes({ units }: ModelMesh): ReadonlySet<string> {
  return new Set(
    units.flatMap(({ istiods }) => istiods.map(({ pod, volume }) => bundleIn(pod, volume.roots))),
  );
}

export function bundlesInSources({ units }: ModelMesh): readonly string[] {
  return units.flatMap(({ source, istiods }) => istiods.map(({ pod }) => bundleIn(pod, source.roots)));
}

export function bundleIn(pod: string, roots: readonly string[]): string {
  return `${pod} ${roots.join(' ')}`;
}
