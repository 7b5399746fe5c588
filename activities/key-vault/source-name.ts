import { createHash } from 'node:crypto';
import type { ObjectNames } from '../../fleet/fleet.ts';
import type { SourceName } from '../../rotation/shape.ts';
import type { SourcePlace } from '../../rotation/source-differences.ts';

/** Key Vault tells no case apart, neither in hosts nor in names. */
export function sourceName(url: string, { root, cert, key, chain }: ObjectNames): SourceName {
  const { origin } = new URL(url);
  const words = [origin, root, cert, key, chain].join(' ').toLowerCase();
  const identity = createHash('sha256').update(words).digest('hex').slice(0, 32);
  return { identity, object: `secrets in ${origin}` };
}

/** The same for commands that a person types. */
export function placeOf(url: string, { root, cert, key, chain }: ObjectNames): SourcePlace {
  return { vault: vaultName(url), objects: { root, cert, key, chain } };
}

/** As `az keyvault` takes it. */
export function vaultName(url: string): string {
  return new URL(url).hostname.split('.', 1)[0] ?? url;
}
