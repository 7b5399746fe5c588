import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeTemporaryFolder, removeTemporaryFolders } from '../../worker/temporary-folder.ts';

it('a temporary folder is for its owner alone, and goes where the process is ended at once', async () => {
  const folder = await makeTemporaryFolder('meshturn-keys-');
  await writeFile(join(folder, 'ca-key.pem'), 'key');
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  removeTemporaryFolders();
  await expect(readdir(folder)).rejects.toThrow('ENOENT');
  removeTemporaryFolders();
});
