import type { AccessToken, TokenCredential } from '@azure/identity';
import { Problem } from '../../problems/problem.ts';
import { isRefusal } from './identity-failure.ts';

/**
 * An identity that was there once and is not now is away for a moment: the endpoint that gives its tokens does
 * not answer its probe within a second, which the SDK cannot tell from a machine that has none. Only where Entra
 * ID refuses the identity is the failure one that a person must mend.
 */
export class LastingIdentity implements TokenCredential {
  readonly #credential: TokenCredential;
  #worked = false;

  constructor(credential: TokenCredential) {
    this.#credential = credential;
  }

  async getToken(...input: Parameters<TokenCredential['getToken']>): Promise<AccessToken | null> {
    try {
      const token = await this.#credential.getToken(...input);
      this.#worked = true;
      return token;
    } catch (error) {
      if (!this.#worked || isRefusal(error)) throw error;
      const found = 'none, though there was one before';
      throw new Problem('KEY_VAULT_IDENTITY_UNAVAILABLE', { object: 'a token for Key Vault', found });
    }
  }
}
