import { createHash, randomUUID, verify } from 'node:crypto';
import { CryptographyClient, KeyClient, type KeyVaultKey } from '@azure/keyvault-keys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openVaultKey } from '../../../activities/key-vault/vault-key.ts';
import { retryAfterMs } from '../../../activities/retry-after.ts';
import type { VaultWorld } from './world.ts';

const bytes = Buffer.from('what is to be signed');

/** Keys that sign and stay where they are; the caller may get, create, update and sign with them. */
export function keys(open: () => VaultWorld, throttles: boolean): void {
  describe('a key', () => {
    let client: KeyClient;
    const used: string[] = [];
    const options = () => ({
      ...open().options,
      serviceVersion: '7.4' as const,
      retryOptions: { maxRetries: 0 },
    });
    const freshName = (): string => {
      const name = `meshturn-contract-${randomUUID()}`;
      used.push(name);
      return name;
    };
    const idOf = (key: Pick<KeyVaultKey, 'name'>, version = '') =>
      `${open().url.replace(/\/$/, '')}/keys/${key.name}${version === '' ? '' : `/${version}`}`;
    const signerOf = (id: string) => openVaultKey(id, open().credential, open().emulator);
    const makers = {
      'RSA 2048': () => client.createRsaKey(freshName(), { keySize: 2048 }),
      'RSA 4096': () => client.createRsaKey(freshName(), { keySize: 4096 }),
      'EC P-256': () => client.createEcKey(freshName(), { curve: 'P-256' }),
      'EC P-384': () => client.createEcKey(freshName(), { curve: 'P-384' }),
    };
    const kinds = ['RSA 2048', 'RSA 4096', 'EC P-256', 'EC P-384'] as const;

    beforeAll(() => {
      client = new KeyClient(open().url, open().credential, options());
    });

    /** A key that was deleted could not be purged by whoever may only sign: it is left disabled. */
    afterAll(async () => {
      for (const name of used) {
        const { properties } = await client.getKey(name).catch(() => ({ properties: undefined }));
        if (properties?.version !== undefined)
          await client.updateKeyProperties(name, properties.version, { enabled: false });
      }
    });

    it.each(kinds)('%s signs what a certificate is made of, as X.509 has it', async (kind) => {
      const made = await makers[kind]();
      expect(made.properties.exportable ?? false).toBe(false);
      const { publicKey, algorithm, sign } = await signerOf(idOf(made));
      for (let count = 0; count < 8; count += 1) {
        expect(verify(algorithm.hash, bytes, publicKey, await sign(bytes))).toBe(true);
      }
      expect(JSON.stringify(await client.getKey(made.name))).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
    });

    it.each([
      ['EC P-256', 'ES256', 'sha256', 64],
      ['EC P-384', 'ES384', 'sha384', 96],
    ] as const)('%s gives r and s as they are', async (kind, algorithm, hash, length) => {
      const made = await makers[kind]();
      const cryptography = new CryptographyClient(made, open().credential, options());
      const { result } = await cryptography.sign(algorithm, createHash(hash).update(bytes).digest());
      expect(result).toHaveLength(length);
    });

    it('signs by no algorithm, and no digest, that does not fit it', async () => {
      const cryptography = new CryptographyClient(await makers['RSA 2048'](), open().credential, options());
      const digest = createHash('sha256').update(bytes).digest();
      await expect(cryptography.sign('ES256', digest)).rejects.toMatchObject({ statusCode: 400 });
      await expect(cryptography.sign('RS384', digest)).rejects.toMatchObject({ statusCode: 400 });
    });

    it('of a version signs as that version, also where there is a newer one', async () => {
      const first = await makers['EC P-256']();
      await client.createEcKey(first.name, { curve: 'P-256' });
      const newest = await signerOf(idOf(first));
      const old = await signerOf(idOf(first, first.properties.version));
      expect(old.publicKey.equals(newest.publicKey)).toBe(false);
      expect(verify('sha256', bytes, old.publicKey, await old.sign(bytes))).toBe(true);
    });

    it('that is disabled is read no more, and signs no more for who has read it before', async () => {
      const made = await makers['EC P-256']();
      const { sign } = await signerOf(idOf(made));
      await client.updateKeyProperties(made.name, made.properties.version ?? '', { enabled: false });
      for (const refused of [sign(bytes), signerOf(idOf(made))]) {
        await expect(refused).rejects.toMatchObject({
          code: 'KEY_VAULT_OBJECT_DISABLED',
          details: { object: expect.stringContaining(`key ${made.name} in `) as string },
        });
      }
    });

    it('that is not there is named', async () => {
      const none = await signerOf(idOf({ name: freshName() })).catch((error: unknown) => error);
      expect(none).toMatchObject({ code: 'KEY_VAULT_OBJECT_MISSING', details: { found: '404 KeyNotFound' } });
    });

    it.skipIf(!throttles)('that is asked too often is asked again later', async () => {
      const { sign } = await signerOf(idOf(await makers['EC P-256']()));
      const mend = open().throttle?.(7);
      const error: unknown = await sign(bytes).catch((reason: unknown) => reason);
      mend?.();
      expect(error).toMatchObject({ code: 'KEY_VAULT_THROTTLED', retryable: true });
      expect(retryAfterMs(error)).toBe(7_000);
      expect((await sign(bytes)).length).toBeGreaterThan(60);
    });
  });
}
