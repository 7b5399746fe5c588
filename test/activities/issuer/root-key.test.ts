import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { rootKeyIssuer } from '../../../activities/issuer/root-key.ts';
import { encryptKey } from '../../../pki/encrypted-key.ts';
import { keyPem, makeRoot } from '../../../pki/make.ts';

const root = makeRoot({ commonName: 'Root B' });
const passphrase = 'correct horse battery';

describe('the key of a root in a file', () => {
  let path: string;
  beforeEach(async () => {
    path = join(await mkdtemp(join(tmpdir(), 'meshturn-root-key-')), 'root-key.pem');
    await writeFile(path, await encryptKey(root.key, passphrase), { mode: 0o600 });
  });

  const attempt = (env: Record<string, string> = { PASS: passphrase }, roots = [root.cert]) =>
    rootKeyIssuer({ kind: 'rootKey', path, passphraseEnv: 'PASS' }, env).attempt?.(roots);

  it('is tried before there is anything to sign', async () => {
    await expect(attempt()).resolves.toBeUndefined();
  });

  it.each([
    ['the passphrase is another', { PASS: 'another' }, [root.cert], 'another passphrase'],
    ['there is no passphrase', {}, [root.cert], 'no such variable'],
    [
      'it is that of another root',
      { PASS: passphrase },
      [makeRoot({ commonName: 'Root C' }).cert],
      'the key of none of them',
    ],
  ])('is refused where %s', async (_, env, roots, found) => {
    await expect(attempt(env, roots)).rejects.toMatchObject({
      code: 'ISSUER_KEY_UNUSABLE',
      details: { found },
    });
  });

  it.each([0o644, 0o640, 0o602])('is refused where others may have it: mode %i', async (mode) => {
    await chmod(path, mode);
    await expect(attempt()).rejects.toMatchObject({
      code: 'ISSUER_KEY_UNUSABLE',
      details: {
        found: `mode 0${mode.toString(8)}`,
        hint: expect.stringContaining(`chmod 600 ${path}`) as string,
      },
    });
  });

  it('is told to be missing by the name of what failed', async () => {
    path = `${path}.none`;
    await expect(attempt()).rejects.toMatchObject({ details: { found: 'ENOENT' } });
  });

  it('is told to be no file that can be read where it is a folder', async () => {
    path = await mkdtemp(join(tmpdir(), 'meshturn-root-key-'));
    await expect(attempt()).rejects.toMatchObject({
      code: 'ISSUER_KEY_UNUSABLE',
      details: { expected: 'a file that can be read', found: 'EISDIR' },
    });
  });

  it('is told to be none, where it is something else', async () => {
    await writeFile(path, root.cert.pem, { mode: 0o600 });
    await expect(attempt()).rejects.toMatchObject({ details: { found: 'no PEM block PRIVATE KEY' } });
    await writeFile(path, keyPem(root.key));
    await expect(attempt()).resolves.toBeUndefined();
  });
});
