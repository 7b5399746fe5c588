import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyType } from '../../../pki/key-types.ts';
import { keyPem, makeRoot } from '../../../pki/make.ts';
import type { IssuerWorld } from './world.ts';

/** A root's key in a file; with a passphrase in an environment variable where one is given. */
export async function openRootKey(keyType: KeyType, passphrase?: string): Promise<IssuerWorld> {
  const root = makeRoot({ commonName: 'Root B', organization: 'Test', keyType });
  const path = join(await mkdtemp(join(tmpdir(), 'meshturn-issuer-')), 'root-key.pem');
  const encrypted = {
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: passphrase ?? '',
  } as const;
  await writeFile(path, passphrase === undefined ? keyPem(root.key) : root.key.export(encrypted), {
    mode: 0o600,
  });
  const passphraseEnv = passphrase === undefined ? undefined : 'MESHTURN_TEST_PASSPHRASE';
  if (passphraseEnv !== undefined) process.env[passphraseEnv] = passphrase;
  return {
    root: root.cert,
    issuer: { kind: 'rootKey', path, passphraseEnv },
    close: () => {
      if (passphraseEnv !== undefined) Reflect.deleteProperty(process.env, passphraseEnv);
      return Promise.resolve();
    },
  };
}
