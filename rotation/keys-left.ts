import { codes } from '../problems/registry.ts';
import type { RotationProgress } from './progress.ts';

/** So many units are named of those that keep a key. */
const mostNamed = 20;

/** Write units that may have a key of a rotation that is over, in a secret that is enabled, beside their CA source. */
export interface KeysLeft {
  /** Twenty at most. */
  readonly units: readonly string[];
  /** How many there are besides. */
  readonly more: number;
}

/** The same in words. */
export interface KeysLeftWords {
  readonly words: string;
  readonly code: 'KEYS_LEFT';
  readonly hint: string;
}

/** @param units those of which nobody could dispose of what was staged */
export function withKeysLeft(progress: RotationProgress, units: readonly string[]): RotationProgress {
  if (units.length === 0) return progress;
  const named = [...new Set(units)].toSorted();
  const keysLeft = { units: named.slice(0, mostNamed), more: Math.max(0, named.length - mostNamed) };
  return { ...progress, keysLeft };
}

export function keysLeftWords({ keysLeft }: Pick<RotationProgress, 'keysLeft'>): KeysLeftWords | undefined {
  if (keysLeft === undefined) return undefined;
  const { units, more } = keysLeft;
  const { message, hint } = codes.KEYS_LEFT;
  const words = `${units.join(', ')}${more > 0 ? ` and ${more} more` : ''}: ${message}`;
  return { words, code: 'KEYS_LEFT', hint };
}
