import { afterEach, beforeEach, expect, it } from 'vitest';
import { askFor } from '../../../activities/issuer/asked.ts';
import { vaultKeyIssuer } from '../../../activities/issuer/vault-key.ts';
import { VaultCredentials } from '../../../activities/key-vault/credential.ts';
import { PrivateKey } from '../../../activities/private-key.ts';
import { makeKey } from '../../../pki/key-types.ts';
import { keyPem, makeRoot } from '../../../pki/make.ts';
import { createVault, type SimVault } from '../../../sim/key-vault/vault.ts';
import { emulatorFiles } from '../../support/emulator-files.ts';
import { localhostTls } from '../../support/tls.ts';

const asked = askFor('aks-1', new PrivateKey(keyPem(makeKey('ecdsa-p256'))));
let vault: SimVault;
let close: () => Promise<void>;
let issue: () => Promise<unknown>;

beforeEach(async () => {
  vault = createVault({ name: 'kv-root' });
  vault.keys.create('mesh-root', { kty: 'EC' });
  const { ca, ...tls } = localhostTls();
  const served = await vault.serve(tls);
  close = served.close;
  const emulator = await emulatorFiles(ca, vault.tokenFor('meshturn'));
  const issuer = { kind: 'keyVaultKey', key: `${served.url}/keys/mesh-root`, emulator } as const;
  const roots = [makeRoot({ commonName: 'Root B' }).cert];
  issue = () => vaultKeyIssuer(issuer, new VaultCredentials()).issue(asked, roots);
});

afterEach(() => close());

it('names the right and the role that it lacks', async () => {
  vault.faults.add({ matches: () => true, effect: { kind: 'status', status: 403 } });
  await expect(issue()).rejects.toMatchObject({
    code: 'KEY_VAULT_FORBIDDEN',
    details: {
      expected: 'keys get, and in all get, sign',
      hint: expect.stringContaining('--role "Key Vault Crypto User"') as string,
    },
  });
});

it('signs nothing with a key that is none of the roots', async () => {
  await expect(issue()).rejects.toMatchObject({
    code: 'ISSUER_KEY_UNUSABLE',
    details: { expected: 'the key of "CN=Root B"', found: 'the key of none of them' },
  });
  expect(vault.requests.count('POST')).toBe(0);
});
