import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Issuer } from '../../fleet/fleet.ts';
import { localSigner } from '../../pki/sign.ts';
import { Problem } from '../../problems/problem.ts';
import { issueBelowRoot } from './below-root.ts';
import type { OnlineIssuer } from './issuer.ts';

/** Signs with a root's key out of a file, which is read for each certificate and kept nowhere. */
export function rootKeyIssuer(
  { path, passphraseEnv }: Extract<Issuer, { kind: 'rootKey' }>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): OnlineIssuer {
  const object = `the root's key in ${path}`;
  return {
    issue: async (asked, roots) => {
      const text = await textOf(path, object);
      const key = keyIn(text, passphraseEnv === undefined ? undefined : env[passphraseEnv]);
      if (key !== undefined) return issueBelowRoot(asked, localSigner(key), { roots, object });
      throw new Problem('ISSUER_KEY_UNUSABLE', {
        object,
        expected: passphraseEnv === undefined ? 'a key without a passphrase' : `a key by ${passphraseEnv}`,
        found: foundIn(text, passphraseEnv, env),
      });
    },
  };
}

async function textOf(path: string, object: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const found = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new Problem('ISSUER_KEY_UNUSABLE', { object, expected: 'a file that can be read', found });
  }
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
