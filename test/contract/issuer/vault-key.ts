import { VaultCredentials } from '../../../activities/key-vault/credential.ts';
import { openVaultKey } from '../../../activities/key-vault/vault-key.ts';
import { rootName } from '../../../pki/generation.ts';
import { issueRoot } from '../../../pki/issue.ts';
import { publicKeyInfo } from '../../../pki/tbs.ts';
import type { KeyInput } from '../../../sim/key-vault/key-book.ts';
import { createVault } from '../../../sim/key-vault/vault.ts';
import { emulatorFiles } from '../../support/emulator-files.ts';
import { localhostTls } from '../../support/tls.ts';
import type { IssuerWorld } from './world.ts';

/** A root whose key was made in a vault, and has signed it there. */
export async function openKeyInVault(input: KeyInput): Promise<IssuerWorld> {
  const vault = createVault({ name: 'kv-root' });
  vault.keys.create('mesh-root', input);
  const { ca, ...tls } = localhostTls();
  const { url, close } = await vault.serve(tls);
  const emulator = await emulatorFiles(ca, vault.tokenFor('meshturn'));
  const key = `${url}/keys/mesh-root`;
  const signer = await openVaultKey(key, new VaultCredentials().for(emulator), emulator);
  const name = rootName({
    commonName: undefined,
    organization: 'Test',
    publicKey: publicKeyInfo(signer.publicKey),
  });
  return { issuer: { kind: 'keyVaultKey', key, emulator }, root: await issueRoot({ signer, name }), close };
}
