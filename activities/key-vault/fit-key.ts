import type { KeyVaultKey } from '@azure/keyvault-keys';
import { Problem } from '../../problems/problem.ts';
import { type KeyCall, named } from './key-problems.ts';

/**
 * Refuses a key that Key Vault gives and would sign nothing with: it says so in words that name no mend. Throws Problem
 * ISSUER_KEY_UNUSABLE.
 */
export function verifyFit(
  { keyOperations, properties: { notBefore, expiresOn } }: KeyVaultKey,
  call: Omit<KeyCall, 'right'>,
  at = new Date(),
): void {
  const refuse = (found: string, change: string): never => {
    throw new Problem('ISSUER_KEY_UNUSABLE', {
      object: `key ${call.key} in ${call.url}`,
      expected: 'a key that may sign now',
      found,
      hint: `az keyvault key set-attributes ${change} ${named(call)}`,
    });
  };
  if (keyOperations !== undefined && !keyOperations.includes('sign'))
    refuse(`one for ${keyOperations.join(', ') || 'nothing'}`, '--ops sign verify');
  if (notBefore !== undefined && at < notBefore)
    refuse(`one that may not before ${notBefore.toISOString()}`, '--not-before INSTANT');
  if (expiresOn !== undefined && at >= expiresOn)
    refuse(`one that has expired at ${expiresOn.toISOString()}`, '--expires INSTANT');
}
