import { afterEach, beforeEach, expect, it } from 'vitest';
import { askFor } from '../../../activities/issuer/asked.ts';
import { vaultKeyIssuer } from '../../../activities/issuer/vault-key.ts';
import { VaultCredentials } from '../../../activities/key-vault/credential.ts';
import { asKeyProblem } from '../../../activities/key-vault/key-problems.ts';
import { PrivateKey } from '../../../activities/private-key.ts';
import { makeKey } from '../../../pki/key-types.ts';
import { keyPem, makeRoot } from '../../../pki/make.ts';
import type { KeyInput } from '../../../sim/key-vault/key-book.ts';
import { createVault, type SimVault } from '../../../sim/key-vault/vault.ts';
import { emulatorFiles } from '../../support/emulator-files.ts';
import { localhostTls } from '../../support/tls.ts';

const asked = askFor('aks-1', new PrivateKey(keyPem(makeKey('ecdsa-p256'))));
let vault: SimVault;
let close: () => Promise<void>;
let issue: (key?: string) => Promise<unknown>;

beforeEach(async () => {
  vault = createVault({ name: 'kv-root' });
  vault.keys.create('mesh-root', { kty: 'EC' });
  const { ca, ...tls } = localhostTls();
  const served = await vault.serve(tls);
  close = served.close;
  const emulator = await emulatorFiles(ca, vault.tokenFor('meshturn'));
  const roots = [makeRoot({ commonName: 'Root B' }).cert];
  issue = (key = 'mesh-root') => {
    const issuer = { kind: 'keyVaultKey', key: `${served.url}/keys/${key}`, emulator } as const;
    return vaultKeyIssuer(issuer, new VaultCredentials()).issue(asked, roots);
  };
});

afterEach(() => close());

it('names the right and the role that it lacks', async () => {
  vault.faults.add({ matches: () => true, effect: { kind: 'status', status: 403 } });
  await expect(issue()).rejects.toMatchObject({
    code: 'KEY_VAULT_FORBIDDEN',
    details: {
      expected: 'keys get, and in all get, sign',
      found: expect.stringMatching(/^403, caller [0-9a-f-]{36}$/) as string,
      hint: expect.stringMatching(
        /^az role assignment create --role "Key Vault Crypto User" --assignee [0-9a-f-]{36} --scope \/subscriptions\/[^ ]*\/vaults\/kv-root$/,
      ) as string,
    },
  });
});

it('names the access policy where the vault has those', () => {
  const oid = 'f8c18f51-d35d-4f08-80e5-9885332c1566';
  const message = `The user, group or application 'appid=bb2a64ee;oid=${oid};iss=https://sts.windows.net/' does not have keys sign permission on key vault 'kv-root;location=westeurope'.`;
  const refused = Object.assign(new Error(message), { name: 'RestError', statusCode: 403 });
  const call = {
    url: 'https://kv-root.vault.azure.net',
    key: 'mesh-root',
    version: undefined,
    right: 'sign',
  };
  expect(asKeyProblem(refused, { ...call, right: 'sign' }).hint).toBe(
    `az keyvault set-policy --name kv-root --object-id ${oid} --key-permissions get sign`,
  );
});

const hour = 3600;
const at = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
it.each<[string, Omit<KeyInput, 'kty'>, RegExp, string]>([
  ['has expired', { attributes: { exp: at(-hour) } }, /^one that has expired at /, '--expires'],
  ['is not valid yet', { attributes: { nbf: at(hour) } }, /^one that may not before /, '--not-before'],
  ['is for something else', { key_ops: ['verify'] }, /^one for verify$/, '--ops sign verify'],
])('refuses a key that %s before it is asked to sign, and names the mend', async (_, of, found, change) => {
  vault.keys.create('unfit', { kty: 'EC', ...of });
  await expect(issue('unfit')).rejects.toMatchObject({
    code: 'ISSUER_KEY_UNUSABLE',
    details: {
      found: expect.stringMatching(found) as string,
      hint: expect.stringContaining(`az keyvault key set-attributes ${change}`) as string,
    },
  });
  expect(vault.requests.count('POST')).toBe(0);
  expect(() => vault.keys.sign('unfit', undefined, 'ES256', Buffer.alloc(32))).toThrow(
    'Operation sign is not',
  );
});

it.each([
  ['RSA-HSM', 'RS256'],
  ['EC-HSM', 'ES256'],
])('reads a key of an HSM, whose kind is %s', async (kty, algorithm) => {
  vault.keys.create('in-hsm', { kty });
  expect(vault.keys.get('in-hsm').kty).toBe(kty);
  // It is read, and is none of the root's.
  await expect(issue('in-hsm')).rejects.toMatchObject({ code: 'ISSUER_KEY_UNUSABLE' });
  expect(vault.keys.sign('in-hsm', undefined, algorithm, Buffer.alloc(32)).length).toBeGreaterThan(60);
});

it('signs nothing with a key that is none of the roots', async () => {
  await expect(issue()).rejects.toMatchObject({
    code: 'ISSUER_KEY_UNUSABLE',
    details: {
      ...{ expected: 'the key of "CN=Root B"', found: 'the key of none of them' },
      hint: expect.stringMatching(/where the key has been rotated, .*: key: https:.*\/VERSION$/) as string,
    },
  });
  expect(vault.requests.count('POST')).toBe(0);
});
