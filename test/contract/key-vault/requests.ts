import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { json } from 'node:stream/consumers';
import { SecretClient } from '@azure/keyvault-secrets';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openVault } from '../../../activities/key-vault/vault.ts';
import { retryAfterMs } from '../../../activities/retry-after.ts';
import type { VaultWorld } from './world.ts';

const body = z.object({ error: z.looseObject({ code: z.string(), message: z.string() }) });

/** What every request must have, and what a vault answers where it has not. */
export function requests(open: () => VaultWorld, throttles: boolean): void {
  describe('a request', () => {
    async function get(path: string, token?: string) {
      const { url, options } = open();
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const asked = request(new URL(path, url), { ca: options.tlsOptions?.ca, headers, agent: false });
      asked.end();
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      const { error } = body.parse(await json(answer));
      return { status: answer.statusCode, challenge: answer.headers['www-authenticate'], error };
    }
    const token = async (): Promise<string> => {
      const given = await open().credential.getToken('https://vault.azure.net/.default');
      return given?.token ?? '';
    };

    it('without a token is answered with who gives one, and for what', async () => {
      const { status, challenge, error } = await get('/secrets/any?api-version=7.4');
      expect(status).toBe(401);
      expect(error).toMatchObject({
        ...{ code: 'Unauthorized', message: 'AKV10000: Request is missing a Bearer or PoP token.' },
      });
      // An emulator of somebody else's may name any resource, and a login of its own.
      const isOthers = open().emulator !== undefined && !throttles;
      expect(challenge).toMatch(
        isOthers
          ? /^Bearer authorization="https:\/\/[^"/]+\/[0-9a-f-]{36}", resource="https:\/\/[^"/]+"$/
          : /^Bearer authorization="https:\/\/login\.[^"]+\/[0-9a-f-]{36}", resource="https:\/\/vault\.azure\.(net|cn)"$/,
      );
    });

    it('with a token that is none is unauthorized too, and the product says so', async () => {
      const { status, challenge } = await get('/secrets/any?api-version=7.4', 'none');
      expect(status).toBe(401);
      expect(challenge).toContain('resource=');
      const { url, emulator } = open();
      const getToken = () => Promise.resolve({ token: 'none', expiresOnTimestamp: Date.now() + 3_600_000 });
      const vault = await openVault({ url, credential: { getToken }, emulator });
      await expect(vault.newest('any')).rejects.toMatchObject({ code: 'KEY_VAULT_UNAUTHORIZED' });
    });

    it('is sent by the SDK only where the resource of the challenge is the domain of the vault', async () => {
      const { url, credential, options } = open();
      const { disableChallengeResourceVerification: isEmulator = false, ...o } = options;
      const client = new SecretClient(url, credential, { ...o, retryOptions: { maxRetries: 0 } });
      const told = client.getSecret('meshturn-contract-none').catch((error: unknown) => String(error));
      const { challenge = '' } = await get('/secrets/any?api-version=7.4');
      const resource = /resource="https:\/\/([^"]+)"/.exec(challenge)?.[1] ?? '';
      const isItsOwn = new URL(url).hostname.endsWith(`.${resource}`);
      // Every vault of Azure names its own domain; one on loopback has none.
      expect(isItsOwn || isEmulator).toBe(true);
      const refused = 'does not match the requested domain';
      expect(await told).toContain(isItsOwn ? 'SecretNotFound' : refused);
    });

    it.each([
      ['no api-version', ''],
      ['one there never was', '?api-version=6.0'],
    ])('of %s is refused', async (_, query) => {
      const { status, error } = await get(`/secrets/any${query}`, await token());
      expect(status).toBe(400);
      expect(error.code).toBe('BadParameter');
    });

    it.each(['7.4', '7.5', '7.6'] as const)('of api-version %s is understood', async (serviceVersion) => {
      const { url, credential, options } = open();
      const client = new SecretClient(url, credential, { ...options, serviceVersion });
      await expect(client.getSecret('meshturn-contract-none')).rejects.toMatchObject({
        code: 'SecretNotFound',
      });
    });

    it.skipIf(!throttles)('that comes too soon is told when to come again', async () => {
      const { vault, throttle, url, credential, options } = open();
      const mend = throttle?.(7);
      const client = new SecretClient(url, credential, { ...options, retryOptions: { maxRetries: 0 } });
      await expect(client.getSecret('any')).rejects.toMatchObject({ statusCode: 429, code: 'Throttled' });
      const error: unknown = await vault.newest('any').catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'KEY_VAULT_THROTTLED', retryable: true });
      expect(retryAfterMs(error)).toBe(7_000);
      mend?.();
      await expect(vault.newest('any')).rejects.toMatchObject({ code: 'KEY_VAULT_OBJECT_MISSING' });
    });
  });
}
