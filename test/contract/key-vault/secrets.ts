import { randomUUID } from 'node:crypto';
import { isRestError, SecretClient } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VaultWorld } from './world.ts';

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => new Error('expected a refusal'),
    (error: unknown) => error,
  );
const text = (part: string) => expect.stringContaining(part) as string;
const lots = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag${index}`, 'x']));

/** Secrets, their versions and limits, as the REST API's documentation and Azure's recordings of it have them. */
export function secrets(open: () => VaultWorld): void {
  describe('a secret', () => {
    let client: SecretClient;
    const used: string[] = [];
    const freshName = (): string => {
      const name = `meshturn-contract-${randomUUID()}`;
      used.push(name);
      return name;
    };
    const read = (name: string, version: string | undefined) =>
      client.getSecret(name, { version: version ?? '' });
    const remove = async (name: string) =>
      (await client.beginDeleteSecret(name, { intervalInMs: 50 })).pollUntilDone();
    const recover = async (name: string) =>
      (await client.beginRecoverDeletedSecret(name, { intervalInMs: 50 })).pollUntilDone();

    beforeAll(() => {
      const { url, credential, options } = open();
      client = new SecretClient(url, credential, { ...options, retryOptions: { maxRetries: 0 } });
    });

    /** Whatever state the suite has left them in. */
    afterAll(async () => {
      const unlessGone = (error: unknown) => {
        if (!isRestError(error) || error.statusCode !== 404) throw error;
      };
      for (const name of used) {
        await remove(name).catch(unlessGone);
        await client.purgeDeletedSecret(name).catch(unlessGone);
      }
    });

    it('gets a version by every set, and is served by its newest and by each one', async () => {
      const name = freshName();
      const first = await client.setSecret(name, 'one', {
        contentType: 'text/plain',
        tags: { owner: 'mesh' },
      });
      const second = await client.setSecret(name, 'two');
      expect(first.properties.version).toMatch(/^[0-9a-f]{32}$/);
      expect(second.properties.version).not.toBe(first.properties.version);
      expect((await client.getSecret(name)).value).toBe('two');
      const old = await read(name, first.properties.version);
      expect(old.value).toBe('one');
      expect(old.properties).toMatchObject({
        contentType: 'text/plain',
        tags: { owner: 'mesh' },
        enabled: true,
      });
      expect(old.properties.recoveryLevel).toContain('Recoverable');
      expect(old.properties.createdOn?.getTime()).toBeGreaterThan(Date.now() - 600_000);
      expect((await client.getSecret(name)).properties.tags).toBeUndefined();
    });

    it('that is not there is named, and a version that is not there with it', async () => {
      const name = freshName();
      const words = (of: string) =>
        `A secret with (name/id) ${of} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`;
      const missing = { statusCode: 404, code: 'SecretNotFound' };
      expect(await errorOf(client.getSecret(name))).toMatchObject({ ...missing, message: text(words(name)) });
      await client.setSecret(name, 'one');
      const version = '0'.repeat(32);
      expect(await errorOf(read(name, version))).toMatchObject({
        ...missing,
        message: text(words(`${name}/${version}`)),
      });
      await expect(open().vault.version(name, version)).rejects.toMatchObject({
        code: 'KEY_VAULT_VERSION_MISSING',
      });
      await expect(open().vault.newest(freshName())).rejects.toMatchObject({
        code: 'KEY_VAULT_OBJECT_MISSING',
      });
    });

    it('is refused where its newest version is disabled, and falls back on none', async () => {
      const name = freshName();
      const first = await client.setSecret(name, 'one');
      const second = await client.setSecret(name, 'two');
      const version = second.properties.version ?? '';
      await client.updateSecretProperties(name, version, { enabled: false });
      for (const call of [() => client.getSecret(name), () => read(name, version)]) {
        expect(await errorOf(call())).toMatchObject({
          ...{
            statusCode: 403,
            code: 'Forbidden',
            message: text('Operation get is not allowed on a disabled secret.'),
          },
          details: { error: { innerError: { code: 'SecretDisabled' } } },
        });
      }
      expect((await read(name, first.properties.version)).value).toBe('one');
      await expect(open().vault.newest(name)).rejects.toMatchObject({ code: 'KEY_VAULT_OBJECT_DISABLED' });
      await client.updateSecretProperties(name, version, { enabled: true });
      expect((await client.getSecret(name)).value).toBe('two');
    });

    it('has its versions listed over several pages, without values', async () => {
      const name = freshName();
      const made: (string | undefined)[] = [];
      for (const value of ['a', 'b', 'c', 'd', 'e']) {
        made.push((await client.setSecret(name, value, { tags: { value } })).properties.version);
      }
      const pages: (string | undefined)[][] = [];
      for await (const page of client.listPropertiesOfSecretVersions(name).byPage({ maxPageSize: 2 })) {
        pages.push(page.map(({ version }) => version));
      }
      expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(2);
      expect(pages.flat()).toHaveLength(5);
      expect(new Set(pages.flat())).toEqual(new Set(made));
      const known = await open().vault.versions(name);
      expect(new Set(known.map(({ version }) => version))).toEqual(new Set(made));
      expect(known.map(({ tags }) => tags['value']).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
    });

    it('is listed with all others, a page of 25 at most', async () => {
      const own = Array.from({ length: 26 }, freshName);
      for (const name of own) await client.setSecret(name, 'one');
      const names: string[] = [];
      for await (const page of client.listPropertiesOfSecrets().byPage()) {
        expect(page.length).toBeLessThanOrEqual(25);
        names.push(...page.map((listed) => listed.name));
      }
      expect(names).toEqual(expect.arrayContaining(own));
      const more = errorOf(client.listPropertiesOfSecrets().byPage({ maxPageSize: 26 }).next());
      expect(await more).toMatchObject({ statusCode: 400, code: 'BadParameter' });
    });

    it('has tags and attributes that change without a version', async () => {
      const name = freshName();
      const { properties } = await client.setSecret(name, 'one', {
        tags: { a: '1' },
        contentType: 'text/plain',
      });
      const version = properties.version ?? '';
      const changed = await client.updateSecretProperties(name, version, { tags: { b: '2' } });
      expect(changed).toMatchObject({ version, tags: { b: '2' }, contentType: 'text/plain' });
      expect(changed.tags).not.toHaveProperty('a');
      await open().vault.setTags(name, version, { c: '3' });
      expect((await client.getSecret(name)).properties).toMatchObject({ version, tags: { c: '3' } });
    });

    it('that is deleted is kept, gives its name to nobody, and is recovered with all versions', async () => {
      const name = freshName();
      const first = await client.setSecret(name, 'one');
      await client.setSecret(name, 'two');
      await remove(name);
      expect(await errorOf(client.getSecret(name))).toMatchObject({
        statusCode: 404,
        code: 'SecretNotFound',
      });
      expect(await errorOf(client.setSecret(name, 'three'))).toMatchObject({
        ...{ statusCode: 409, code: 'Conflict' },
        message: text(
          `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
        ),
        details: { error: { innerError: { code: 'ObjectIsDeletedButRecoverable' } } },
      });
      const deleted = await client.getDeletedSecret(name);
      expect(deleted.recoveryId).toMatch(new RegExp(`/deletedsecrets/${name}$`));
      const days =
        ((deleted.scheduledPurgeDate?.getTime() ?? 0) - (deleted.deletedOn?.getTime() ?? 0)) / 86_400_000;
      expect(days).toBeGreaterThanOrEqual(7);
      await expect(open().vault.newest(name)).rejects.toMatchObject({ code: 'KEY_VAULT_OBJECT_DELETED' });
      await recover(name);
      expect((await client.getSecret(name)).value).toBe('two');
      expect((await read(name, first.properties.version)).value).toBe('one');
    });

    it('that is purged is forgotten, and its name free', async () => {
      const name = freshName();
      const first = await client.setSecret(name, 'one');
      await remove(name);
      await client.purgeDeletedSecret(name);
      await expect
        .poll(() => errorOf(client.getDeletedSecret(name)), { timeout: 60_000 })
        .toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
      await expect
        .poll(() => client.setSecret(name, 'two'), { timeout: 60_000 })
        .toMatchObject({ value: 'two' });
      expect(await errorOf(read(name, first.properties.version))).toMatchObject({ statusCode: 404 });
    });

    it('takes 25 KB and no byte more', async () => {
      const name = freshName();
      await client.setSecret(name, 'x'.repeat(25 * 1024));
      expect(await errorOf(client.setSecret(name, 'x'.repeat(25 * 1024 + 1)))).toMatchObject({
        ...{ statusCode: 400, code: 'BadParameter' },
        message: text('Secret is beyond the maximum permitted length of 25600 characters.'),
        details: { error: { innerError: { code: 'SecretTooLarge' } } },
      });
    });

    it('takes fifteen tags and no more', async () => {
      const name = freshName();
      await client.setSecret(name, 'one', { tags: lots(15) });
      const many = { statusCode: 400, code: 'BadParameter', message: text('has invalid value') };
      expect(await errorOf(client.setSecret(name, 'two', { tags: lots(16) }))).toMatchObject(many);
      expect((await client.getSecret(name)).value).toBe('one');
    });

    it.each(['under_score', 'dot.ted', 'x'.repeat(128)])('is not named %s', async (name) => {
      expect(await errorOf(client.setSecret(name, 'one'))).toMatchObject({
        statusCode: 400,
        code: 'BadParameter',
      });
    });
  });
}
