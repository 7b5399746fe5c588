import { readRoots } from '../../activities/new-ca/read-roots.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { isEncryptedKey, openKey } from '../../pki/encrypted-key.ts';
import type { SigningCa } from '../../pki/issue.ts';
import { keyFits } from '../../pki/key-fits.ts';
import { nameOf } from '../../pki/path.ts';
import { algorithmOf, localSigner } from '../../pki/sign.ts';
import { Problem } from '../../problems/problem.ts';
import type { Context } from '../context.ts';
import { inFolder } from './ca-paths.ts';
import { passphraseOf, type PassphraseFlags } from './passphrase.ts';
import { readCaFile } from './read-requests.ts';

/**
 * The root of a folder. Throws Problem CA_FILE_MISSING, BAD_CERTIFICATE, NOT_A_CA, ROOT_NOT_SELF_SIGNED, and before
 * anybody is asked for its passphrase KEY_NOT_SUPPORTED.
 */
export async function readRoot(folder: string): Promise<Certificate> {
  const path = inFolder.root(folder);
  const [root, ...others] = readRoots(await readCaFile(path), path);
  if (root !== undefined && others.length === 0) {
    algorithmOf(root.x509.publicKey, `the key of ${nameOf(root)} in ${path}`);
    return root;
  }
  throw new Problem('BAD_CERTIFICATE', {
    object: path,
    expected: 'the one root that signs',
    found: `${others.length + 1} certificates`,
  });
}

/**
 * A root with its key, unlocked by its passphrase where it has one; undefined where that was cancelled. Throws Problem
 * BAD_KEY, KEY_MISMATCH, and what is wrong with the passphrase.
 */
export async function unlockRoot(
  context: Context,
  flags: PassphraseFlags,
  { root, keyFile }: { readonly root: Certificate; readonly keyFile: string },
): Promise<SigningCa | undefined> {
  const pem = await readCaFile(keyFile);
  const isEncrypted = isEncryptedKey(pem);
  const passphrase = isEncrypted ? await passphraseOf(context, flags, keyFile) : undefined;
  if (isEncrypted && passphrase === undefined) return undefined;
  const key = openKey(pem, passphrase, keyFile);
  if (keyFits(root, key)) return { cert: root, signer: localSigner(key) };
  throw new Problem('KEY_MISMATCH', {
    object: keyFile,
    expected: `the key of ${nameOf(root)}, serial ${root.serial}`,
    found: `another ${key.asymmetricKeyType} key, or one that is damaged`,
    hint: 'name the folder, or with --root-key the file, of the key that belongs to this root',
  });
}
