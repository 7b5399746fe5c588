import type { ObservedUnit } from './observed.ts';
import type { Fingerprint } from './trust.ts';
import type { ReadCa } from './wanted.ts';

/**
 * The intermediate that a way back is to replace in a unit's CA source though no rotation found or wrote it.
 * Where it is not known which ones those are, none.
 */
export function foreignSigner(
  { unit, source }: Pick<ObservedUnit, 'unit' | 'source'>,
  { signers, had = {} }: Pick<ReadCa, 'signers' | 'had'>,
): Fingerprint | undefined {
  const signer = source.certificate ?? source.signer?.fingerprint;
  const own = had[unit];
  if (signer === undefined || own === undefined || own.includes(signer)) return undefined;
  return signer === signers[unit]?.fingerprint ? undefined : signer;
}
