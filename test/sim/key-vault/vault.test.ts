import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SecretClient } from '@azure/keyvault-secrets';
import { targets, type OpenTarget } from './targets.ts';

describe.each(targets)('the secrets API of $name', ({ open }) => {
  let target: OpenTarget;
  let client: SecretClient;
  const used: string[] = [];
  const freshName = (): string => {
    const name = `meshturn-test-${randomUUID()}`;
    used.push(name);
    return name;
  };

  beforeAll(async () => {
    target = await open();
    client = target.client;
  });

  afterAll(async () => {
    for (const name of used) await purge(client, name);
    await target.close();
  });

  it('makes a version by every set and serves the newest and each one', async () => {
    const name = freshName();
    const first = await client.setSecret(name, 'one', { contentType: 'text/plain', tags: { owner: 'mesh' } });
    const second = await client.setSecret(name, 'two');
    expect(first.properties.version).toMatch(/^[0-9a-f]{32}$/);
    expect(second.properties.version).not.toBe(first.properties.version);
    expect((await client.getSecret(name)).value).toBe('two');
    const old = await client.getSecret(name, { version: first.properties.version ?? '' });
    expect(old.value).toBe('one');
    expect(old.properties).toMatchObject({
      contentType: 'text/plain',
      tags: { owner: 'mesh' },
      enabled: true,
    });
    expect(old.properties.createdOn?.getTime()).toBeGreaterThan(Date.now() - 600_000);
  });

  it('names a missing secret', async () => {
    await expect(client.getSecret(`meshturn-test-${randomUUID()}`)).rejects.toMatchObject({
      statusCode: 404,
      code: 'SecretNotFound',
      message: expect.stringContaining('was not found in this key vault') as string,
    });
  });

  it('refuses the newest version when it is disabled, and falls back on none', async () => {
    const name = freshName();
    const first = await client.setSecret(name, 'one');
    const second = await client.setSecret(name, 'two');
    await client.updateSecretProperties(name, second.properties.version ?? '', { enabled: false });
    await expect(client.getSecret(name)).rejects.toMatchObject({
      statusCode: 403,
      code: 'Forbidden',
      message: expect.stringContaining('disabled secret') as string,
    });
    const old = await client.getSecret(name, { version: first.properties.version ?? '' });
    expect(old.value).toBe('one');
  });

  it('lists every version over several pages, without values', async () => {
    const name = freshName();
    const made: (string | undefined)[] = [];
    for (const value of ['a', 'b', 'c', 'd', 'e']) {
      made.push((await client.setSecret(name, value, { tags: { value } })).properties.version);
    }
    const pages: (string | undefined)[][] = [];
    for await (const page of client.listPropertiesOfSecretVersions(name).byPage({ maxPageSize: 2 })) {
      pages.push(page.map(({ version }) => version));
    }
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(new Set(pages.flat())).toEqual(new Set(made));
  });

  it('lists secrets by their newest versions', async () => {
    const name = freshName();
    await client.setSecret(name, 'one');
    const names: string[] = [];
    for await (const { name: listed } of client.listPropertiesOfSecrets()) names.push(listed);
    expect(names).toContain(name);
  });

  it('changes tags and attributes of a version without making one', async () => {
    const name = freshName();
    const { properties } = await client.setSecret(name, 'one', { tags: { a: '1' } });
    const changed = await client.updateSecretProperties(name, properties.version ?? '', { tags: { b: '2' } });
    expect(changed).toMatchObject({ version: properties.version, tags: { b: '2' } });
    expect((await client.getSecret(name)).properties.version).toBe(properties.version);
  });

  it('keeps a deleted secret, gives its name to nobody and recovers it with all versions', async () => {
    const name = freshName();
    const first = await client.setSecret(name, 'one');
    await client.setSecret(name, 'two');
    await (await client.beginDeleteSecret(name, { intervalInMs: 50 })).pollUntilDone();
    await expect(client.getSecret(name)).rejects.toMatchObject({ statusCode: 404 });
    await expect(client.setSecret(name, 'three')).rejects.toMatchObject({
      statusCode: 409,
      message: expect.stringContaining('deleted but recoverable') as string,
    });
    expect((await client.getDeletedSecret(name)).recoveryId).toContain(`deletedsecrets/${name}`);
    await (await client.beginRecoverDeletedSecret(name, { intervalInMs: 50 })).pollUntilDone();
    expect((await client.getSecret(name)).value).toBe('two');
    const old = await client.getSecret(name, { version: first.properties.version ?? '' });
    expect(old.value).toBe('one');
  });

  it('forgets a purged secret', async () => {
    const name = freshName();
    await client.setSecret(name, 'one');
    await purge(client, name);
    await expect(client.getDeletedSecret(name)).rejects.toMatchObject({ statusCode: 404 });
  });

  it('takes 25 KB and no byte more', async () => {
    const name = freshName();
    await client.setSecret(name, 'x'.repeat(25 * 1024));
    await expect(client.setSecret(name, 'x'.repeat(25 * 1024 + 1))).rejects.toMatchObject({
      statusCode: 400,
      code: 'BadParameter',
    });
  });

  it.each(['under_score', 'dot.ted', 'x'.repeat(128)])('refuses the name %s', async (name) => {
    await expect(client.setSecret(name, 'one')).rejects.toMatchObject({ statusCode: 400 });
  });

  it('takes fifteen tags and no more', async () => {
    const tags = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`tag${i}`, 'x']));
    const name = freshName();
    await client.setSecret(name, 'one', { tags: tags(15) });
    await expect(client.setSecret(name, 'two', { tags: tags(16) })).rejects.toMatchObject({
      statusCode: 400,
    });
  });
});

/** Deletes what the suite made for good, whatever state it is in. */
async function purge(client: SecretClient, name: string): Promise<void> {
  try {
    await (await client.beginDeleteSecret(name, { intervalInMs: 50 })).pollUntilDone();
    await client.purgeDeletedSecret(name);
  } catch (error) {
    if (!(error instanceof Error && 'statusCode' in error && error.statusCode === 404)) throw error;
  }
}
