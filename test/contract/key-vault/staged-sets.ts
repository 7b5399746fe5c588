import { randomUUID } from 'node:crypto';
import { isRestError, SecretClient } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stagedName, stagingIn } from '../../../activities/key-vault/staged-set.ts';
import { PrivateKey } from '../../../activities/private-key.ts';
import type { StagedSet, Staging } from '../../../activities/staging.ts';
import type { Vault } from '../../../activities/key-vault/vault.ts';
import { Problem } from '../../../problems/problem.ts';
import { keyPem, makeIntermediate, makeRoot } from '../../../pki/make.ts';
import { eventually } from '../../support/eventually.ts';
import type { VaultWorld } from './world.ts';

const root = makeRoot({ commonName: 'Root B' });

function newSet(commonName: string): Required<StagedSet> & { readonly ca: NonNullable<StagedSet['ca']> } {
  const { cert, key: made } = makeIntermediate({ issuer: root, commonName });
  const key = new PrivateKey(keyPem(made));
  return { key, ca: { cert, chain: [cert, root.cert], key } };
}

/** Key Vault tells the age of versions in seconds. */
function nextSecond(): Promise<void> {
  const second = () => Math.floor(Date.now() / 1_000);
  const before = second();
  return eventually(() => {
    expect(second()).toBeGreaterThan(before);
    return Promise.resolve();
  });
}

/** A key that waits for its certificate, in a vault as in all others. */
export function stagedSets(open: () => VaultWorld): void {
  describe('a new CA in a vault', () => {
    let client: SecretClient;
    let staging: Staging;
    let secret: string;
    const used: string[] = [];
    const own = { rotationId: 'r-1' };
    const keyOf = (set: StagedSet | undefined) => set?.key.reveal();

    beforeAll(() => {
      const { url, credential, options } = open();
      client = new SecretClient(url, credential, { ...options, retryOptions: { maxRetries: 0 } });
    });

    beforeEach(() => {
      const names = { root: 'r', cert: 'c', chain: 'h', key: `meshturn-contract-${randomUUID()}` };
      secret = stagedName(names);
      used.push(secret);
      staging = stagingIn(open().vault, names);
    });

    afterAll(async () => {
      for (const name of used) {
        try {
          await (await client.beginDeleteSecret(name, { intervalInMs: 50 })).pollUntilDone();
          await client.purgeDeletedSecret(name);
        } catch (error) {
          if (!isRestError(error) || error.statusCode !== 404) throw error;
        }
      }
    });

    it('is there from its key on, and whole once it has a certificate', async () => {
      const { key, ca } = newSet('Intermediate 1');
      expect(await staging.read(own)).toBeUndefined();
      expect((await staging.put(own, { key, ca: undefined })).ca).toBeUndefined();
      expect(await staging.read(own)).toMatchObject({ ca: undefined });
      await staging.put(own, { key, ca });
      const read = await staging.read(own);
      expect(keyOf(read)).toBe(key.reveal());
      expect(read?.ca?.chain.map(({ pem }) => pem)).toEqual(ca.chain.map(({ pem }) => pem));
      expect(read?.ca?.key.matches(ca.cert)).toBe(true);
    });

    it('is never the newest version of an object of the set in use', () => {
      expect(stagedName({ key: 'ca-key' })).toBe('ca-key-meshturn-next');
      expect(stagedName({ key: 'k'.repeat(113) })).toMatch(/^k{113}-meshturn-next$/);
      const long = ['a', 'b'].map((end) => stagedName({ key: 'k'.repeat(126) + end }));
      expect(new Set(long).size).toBe(2);
      for (const name of long) expect(name).toMatch(/^k{97}[0-9a-f]{16}-meshturn-next$/);
      expect(stagedName({ key: 'K'.repeat(127) }).toLowerCase()).toBe(stagedName({ key: 'k'.repeat(127) }));
    });

    it('is the first that has a certificate, whatever a late attempt stages, unless another is asked for', async () => {
      const [early, first, second] = [
        newSet('Intermediate 0'),
        newSet('Intermediate 1'),
        newSet('Intermediate 2'),
      ];
      await staging.put(own, { key: early.key, ca: undefined });
      const late = { key: newSet('Intermediate 3').key, ca: undefined };
      expect(keyOf(await staging.read(own))).toBe(early.key.reveal());
      await staging.put(own, first);
      await nextSecond();
      await staging.put(own, second);
      expect(keyOf(await staging.put(own, late))).toBe(first.key.reveal());
      const found = await staging.read(own, { among: [second.ca.cert.fingerprint, 'another'] });
      expect(found?.ca?.cert.fingerprint).toBe(second.ca.cert.fingerprint);
      expect(keyOf(found)).toBe(second.key.reveal());
      const asked = await staging.read(own, { publicKey: late.key.publicDigest() });
      expect(keyOf(asked)).toBe(late.key.reveal());
    });

    it('is of one key the certificate that was brought last, within one second too', async () => {
      const { key, ca } = newSet('Intermediate 1');
      const replaced = [newSet('Intermediate 2'), newSet('Intermediate 3'), newSet('Intermediate 4')];
      await staging.put(own, { key, ca: undefined });
      await staging.put(own, { key, ca });
      for (const { ca: other } of replaced) {
        const next = { ...other, key };
        expect((await staging.put(own, { key, ca: next })).ca?.cert).toEqual(next.cert);
      }
      const found = await staging.read(own, { among: [ca.cert.fingerprint] });
      expect(found?.ca?.cert.fingerprint).toBe(ca.cert.fingerprint);
    });

    it('is found by its key alone while any version with it is left, and disposed of from the oldest on', async () => {
      const set = newSet('Intermediate 1');
      await staging.put(own, { key: set.key, ca: undefined });
      await staging.put(own, set);
      const disabled: string[] = [];
      const { vault } = open();
      const cut: Vault = {
        ...vault,
        disable: async (name, version) => {
          if (disabled.length === 1) throw new Problem('KEY_VAULT_FORBIDDEN', { object: name });
          disabled.push(version);
          await vault.disable(name, version);
        },
      };
      const names = { root: 'r', cert: 'c', chain: 'h', key: secret.replace('-meshturn-next', '') };
      await expect(stagingIn(cut, names).dispose(own)).rejects.toMatchObject({ code: 'KEY_VAULT_FORBIDDEN' });
      expect((await staging.read(own))?.ca?.cert.fingerprint).toBe(set.ca.cert.fingerprint);
      const newest = (await client.getSecret(secret)).properties.version ?? '';
      await client.updateSecretProperties(secret, newest, { enabled: false });
      await client.updateSecretProperties(secret, disabled[0] ?? '', { enabled: true });
      const refused: unknown = await staging.read({ rotationId: 'r-2' }).catch((error: unknown) => error);
      expect(refused).toMatchObject({
        code: 'HELD_BY_OTHER_ROTATION',
        details: { hint: expect.stringContaining(`az keyvault secret list-versions`) as string },
      });
    });

    it('keeps another rotation out, but where that is known to be lost', async () => {
      const set = newSet('Intermediate 1');
      expect(await staging.heldBy(set.ca.cert.fingerprint)).toBeUndefined();
      await staging.put(own, set);
      expect(await staging.heldBy(set.ca.cert.fingerprint)).toEqual({ rotationId: 'r-1', inUse: true });
      expect(await staging.heldBy(undefined)).toEqual({ rotationId: 'r-1', inUse: false });
      const other = { rotationId: 'r-2' };
      await expect(staging.read(other)).rejects.toMatchObject({
        code: 'HELD_BY_OTHER_ROTATION',
        details: { found: 'what rotation r-1 has staged' },
      });
      expect(await staging.read({ ...other, takeOver: true })).toBeUndefined();
      const next = newSet('Intermediate 2');
      await staging.put({ ...other, takeOver: true }, next);
      expect(keyOf(await staging.read(other))).toBe(next.key.reveal());
    });

    it('becomes the own of whoever takes over from a lost rotation, but for a key that is in use', async () => {
      const [waiting, used] = [newSet('Intermediate 1'), newSet('Intermediate 2')];
      await staging.put(own, { key: used.key, ca: undefined });
      await staging.put(own, used);
      const next = { rotationId: 'r-2', takeOver: true };
      await staging.adopt(next, used.ca.cert.fingerprint);
      expect(await staging.read(next)).toBeUndefined();
      await staging.put(own, waiting);
      await staging.adopt(next, used.ca.cert.fingerprint);
      expect(keyOf(await staging.read(next))).toBe(waiting.key.reveal());
      await staging.adopt(next, undefined);
      expect(await staging.read(own).catch(() => 'held')).toBe('held');
      expect(keyOf(await staging.read(next, { among: [used.ca.cert.fingerprint] }))).toBe(used.key.reveal());
    });

    it('is read by nobody once it was disposed of, and makes room for the next', async () => {
      const { key, ca } = newSet('Intermediate 1');
      await staging.put(own, { key, ca: undefined });
      await staging.put(own, { key, ca });
      await staging.dispose(own);
      await staging.dispose(own);
      expect(await staging.read(own)).toBeUndefined();
      for await (const { version = '' } of client.listPropertiesOfSecretVersions(secret)) {
        await expect(client.getSecret(secret, { version })).rejects.toMatchObject({ statusCode: 403 });
      }
      const next = newSet('Intermediate 2');
      await staging.put({ rotationId: 'r-2' }, next);
      expect(keyOf(await staging.read({ rotationId: 'r-2' }))).toBe(next.key.reveal());
    });

    it('stays where another rotation is told to dispose of its own', async () => {
      const set = newSet('Intermediate 1');
      await staging.put(own, set);
      await staging.dispose({ rotationId: 'r-2' });
      expect(keyOf(await staging.read(own))).toBe(set.key.reveal());
    });

    it('is disposed of by whoever takes over from a rotation that is lost', async () => {
      await staging.put(own, newSet('Intermediate 1'));
      const next = { rotationId: 'r-2', takeOver: true };
      await staging.put(next, newSet('Intermediate 2'));
      await staging.dispose(next);
      for await (const { enabled } of client.listPropertiesOfSecretVersions(secret))
        expect(enabled).toBe(false);
    });

    it('that others have disabled or written over stops the rotation, which tells nothing of their text', async () => {
      const version = newSet('Intermediate 1');
      await staging.put(own, { key: version.key, ca: undefined });
      await staging.put(own, version);
      const newest = (await client.getSecret(secret)).properties.version ?? '';
      await client.updateSecretProperties(secret, newest, { enabled: false });
      await expect(staging.read(own)).rejects.toMatchObject({ code: 'KEY_VAULT_VERSION_DISABLED' });
      await staging.dispose(own);
      await nextSecond();
      const tags = { 'meshturn-rotation': own.rotationId };
      await client.setSecret(secret, `hunter2\n${version.key.reveal()}`, { tags });
      const error: unknown = await staging.read(own).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'STAGED_SET_UNREADABLE' });
      expect(String(error)).not.toMatch(/hunter2|PRIVATE KEY/);
    });

    it('that looks like a key and is none stops the rotation, which tells nothing of its text', async () => {
      const tags = { 'meshturn-rotation': own.rotationId };
      const none = '-----BEGIN PRIVATE KEY-----\nhunter2=\n-----END PRIVATE KEY-----\n';
      await client.setSecret(secret, none, { tags });
      const noKey: unknown = await staging.read(own).catch((reason: unknown) => reason);
      expect(noKey).toMatchObject({ code: 'STAGED_SET_UNREADABLE' });
      expect(String(noKey)).not.toMatch(/hunter2|PRIVATE KEY/);
    });
  });
}
