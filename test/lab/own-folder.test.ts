import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inOwnFolder } from '../../lab/own-folder.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'meshturn-own-folder-'));
  vi.stubEnv('TMPDIR', parent);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it('a folder of its own goes with the work, whatever comes of that', async () => {
  const write = (folder: string) => writeFile(join(folder, 'key.pem'), 'key');
  await expect(inOwnFolder(async (folder) => write(folder).then(() => 'done'))).resolves.toBe('done');
  const failing = inOwnFolder(async (folder) => {
    await write(folder);
    throw new Error('etcd ended');
  });
  await expect(failing).rejects.toThrow('etcd ended');
  expect(await readdir(parent)).toEqual([]);
});

it('one that cannot be made names its parent', async () => {
  const missing = join(parent, 'missing');
  vi.stubEnv('TMPDIR', missing);
  await expect(inOwnFolder(() => Promise.resolve('done'))).rejects.toMatchObject({
    ...{ code: 'TEMPORARY_FOLDER_UNUSABLE', hint: 'TMPDIR names another: TMPDIR=/tmp' },
    details: { object: missing, found: expect.stringContaining('ENOENT') as string },
  });
});

it('one that cannot be removed does not hide why the work failed', async () => {
  const rm = vi.fn(() => Promise.reject(new Error('ENOTEMPTY')));
  const failing = inOwnFolder(() => Promise.reject(new Error('etcd ended')), rm);
  await expect(failing).rejects.toThrow('etcd ended');
  await expect(inOwnFolder(() => Promise.resolve('done'), rm)).rejects.toThrow('ENOTEMPTY');
  // Whoever has told it to end is told of keys that stay behind.
  const told = () => Promise.reject(new DOMException('This operation was aborted', 'AbortError'));
  await expect(inOwnFolder(told, rm)).rejects.toThrow('ENOTEMPTY');
  expect(rm).toHaveBeenCalledTimes(3);
});
