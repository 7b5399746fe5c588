import { createHash } from 'node:crypto';
import type { ObjectNames } from '../../fleet/fleet.ts';
import type { SourceName } from '../../rotation/shape.ts';

/** Key Vault tells no case apart, neither in hosts nor in names. */
export function sourceName(url: string, { root, cert, key, chain }: ObjectNames): SourceName {
  const { origin } = new URL(url);
  const words = [origin, root, cert, key, chain].join(' ').toLowerCase();
  const identity = createHash('sha256').update(words).digest('hex').slice(0, 32);
  return { identity, object: `secrets in ${origin}` };
}
