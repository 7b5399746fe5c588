import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { MountedFolder } from '../../../lab/istio/mounted-folder.ts';
import { FileSet } from '../../../sim/controllers/file-set.ts';

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'meshturn-mounted-')), 'etc/cacerts');
});
const read = (name: string) => readFile(join(path, name), 'utf8');

it('changes all its files by one link, as kubelet does', async () => {
  const folder = new MountedFolder(path);
  folder.swap({ root: 'A', chain: 'a' });
  expect([await read('root'), await read('chain')]).toEqual(['A', 'a']);
  expect(await readlink(join(path, 'root'))).toBe('..data/root');
  const before = await readlink(join(path, '..data'));
  folder.swap({ root: 'B', chain: 'b' });
  expect([await read('root'), await read('chain')]).toEqual(['B', 'b']);
  const after = await readlink(join(path, '..data'));
  expect(after).not.toBe(before);
  expect((await readdir(path)).toSorted()).toEqual(['..data', after, 'chain', 'root']);
});

it('follows a volume in the files that it is asked for, until told', async () => {
  const volume = new FileSet({ root: 'A', other: 'x' });
  const unfollow = new MountedFolder(path).follow(volume, ['root', 'key'], (error) =>
    expect.unreachable(String(error)),
  );
  expect(await read('root')).toBe('A');
  await expect(read('other')).rejects.toThrow('ENOENT');
  volume.swap({ root: 'B', key: 'k' });
  expect([await read('root'), await read('key')]).toEqual(['B', 'k']);
  unfollow();
  volume.swap({ root: 'C' });
  expect(await read('root')).toBe('B');
});

it('tells by itself what it cannot write, and leaves who changes the volume alone', async () => {
  const volume = new FileSet({ root: 'A' });
  const failures: unknown[] = [];
  new MountedFolder(path).follow(volume, ['root'], (error) => failures.push(error));
  await rm(path, { recursive: true });
  await writeFile(path, 'no folder any more');
  volume.swap({ root: 'B' });
  expect(failures).toEqual([expect.objectContaining({ code: 'ENOTDIR' })]);
});
