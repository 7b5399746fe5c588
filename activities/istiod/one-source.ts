import type { KeyVaultSettings, ObjectNames } from '../../fleet/fleet.ts';
import { Problem } from '../../problems/problem.ts';
import type { ProviderClass } from './provider-class.ts';

/** A revision of istiod and where its SecretProviderClass brings its CA from. */
export interface RevisionSource {
  readonly revision: string;
  readonly provider: ProviderClass;
}

/**
 * Refuses a cluster in which a write would miss a control plane: all revisions must read the same objects, and
 * those that the fleet file names. An emulator lives at another address than the class can say.
 * @throws Problem REVISION_SOURCES_DIFFER, SOURCE_NOT_OF_FLEET
 */
export function demandOneSource(
  cluster: string,
  revisions: readonly RevisionSource[],
  { url, objects, emulator }: KeyVaultSettings,
): void {
  const [first] = revisions;
  if (first === undefined) return;
  const other = revisions.find(({ provider }) => said(provider) !== said(first.provider));
  if (other !== undefined) {
    throw new Problem('REVISION_SOURCES_DIFFER', {
      object: `istiod of cluster ${cluster}`,
      expected: `${said(first.provider)}, as ${first.revision} has it`,
      found: `${said(other.provider)} of ${other.revision}`,
    });
  }
  const { vaultUrl } = first.provider;
  const inFleet = {
    vaultUrl: url === undefined || emulator !== undefined ? vaultUrl : new URL(url).origin,
    objects: objects ?? first.provider.objects,
  };
  if (said(inFleet) === said(first.provider)) return;
  throw new Problem('SOURCE_NOT_OF_FLEET', {
    object: `clusters[].source.keyVault of cluster ${cluster}`,
    expected: `${said(first.provider)}, as istiod ${first.revision} has it`,
    found: said(inFleet),
  });
}

/** Key Vault tells no case apart, neither in hosts nor in names. */
function said({ vaultUrl, objects }: ProviderClass): string {
  const { root, cert, key, chain }: ObjectNames = objects;
  return `${[root, cert, key, chain].join(', ')} in ${vaultUrl}`.toLowerCase();
}
