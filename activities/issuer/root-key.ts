import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Issuer } from '../../fleet/fleet.ts';
import { localSigner, type Signer } from '../../pki/sign.ts';
import { Problem } from '../../problems/problem.ts';
import { systemCode } from '../../problems/system-code.ts';
import { issuerByRootKey } from './below-root.ts';
import type { OnlineIssuer } from './issuer.ts';

/** Signs with a root's key out of a file, which is read for each certificate and kept nowhere. */
export function rootKeyIssuer(
  { path, passphraseEnv }: Extract<Issuer, { kind: 'rootKey' }>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): OnlineIssuer {
  const object = `the root's key in ${path}`;
  return issuerByRootKey({ object }, async (): Promise<Signer> => {
    const text = await textOf(path, object);
    const key = keyIn(text, passphraseEnv === undefined ? undefined : env[passphraseEnv]);
    if (key !== undefined) return localSigner(key);
    throw new Problem('ISSUER_KEY_UNUSABLE', {
      object,
      expected: passphraseEnv === undefined ? 'a key without a passphrase' : `a key by ${passphraseEnv}`,
      found: foundIn(text, passphraseEnv, env),
    });
  });
}

async function textOf(path: string, object: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      demandPrivate(await file.stat(), path, object);
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    const [expected, found] = ['a file that can be read', systemCode(error)];
    throw new Problem('ISSUER_KEY_UNUSABLE', { object, expected, found });
  }
}

/**
 * Whoever reads it signs for the mesh. A volume of Kubernetes that a worker without root reads by its group is another's:
 * of such a file it is only asked that not everybody may read it.
 */
function demandPrivate({ mode, uid }: Pick<Stats, 'mode' | 'uid'>, path: string, object: string): void {
  const isOwn = uid === process.getuid?.();
  if ((mode & (isOwn ? 0o077 : 0o007)) === 0) return;
  throw new Problem('ISSUER_KEY_UNUSABLE', {
    object,
    expected: 'a file that nobody else may read',
    found: `mode ${(mode & 0o777).toString(8).padStart(4, '0')}`,
    hint: `chmod 600 ${path}; of a volume in Kubernetes: defaultMode: 0400`,
  });
}

/** Why it cannot be read is not told: no part of a key, or of its passphrase, may get into an error. */
function keyIn(text: string, passphrase: string | undefined): KeyObject | undefined {
  try {
    return createPrivateKey({ key: text, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    return undefined;
  }
}

function foundIn(
  text: string,
  passphraseEnv: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (!text.includes('PRIVATE KEY-----')) return 'no PEM block PRIVATE KEY';
  if (!text.includes('ENCRYPTED')) return 'one that cannot be read';
  if (passphraseEnv === undefined) return 'one with a passphrase: name its variable by passphraseEnv';
  return env[passphraseEnv] === undefined ? 'no such variable' : 'another passphrase';
}
