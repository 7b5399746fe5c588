import { chmod, mkdtemp, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderStore } from '../../../activities/evidence/folder-store.ts';
import { storeContract } from '../../contract/evidence-store.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-evidence-'));
});

describe('a folder of evidence', () => {
  storeContract(() => Promise.resolve(folderStore(join(folder, 'kept'))));

  it('is for its owner only', async () => {
    const path = join(folder, 'private');
    await folderStore(path).write('prod/payments/r-1/start.json', '{}');
    const modes = ['.', 'prod', 'prod/payments', 'prod/payments/r-1'].map((name) => join(path, name));
    for (const name of modes) expect((await stat(name)).mode & 0o777, name).toBe(0o700);
    expect((await stat(join(path, 'prod/payments/r-1/start.json'))).mode & 0o777).toBe(0o600);
  });

  it('leaves nothing unfinished behind, and lists nothing unfinished', async () => {
    const path = join(folder, 'parts');
    await folderStore(path).write('a/b/c/start.json', '{}');
    expect(await readdir(join(path, 'a/b/c'))).toEqual(['start.json']);
    await writeFile(join(path, 'a/b/c/end.json.1.part'), '{');
    expect(await folderStore(path).list('a/b/c/')).toEqual(['a/b/c/start.json']);
  });

  it('names what keeps it from writing', async () => {
    const file = join(folder, 'no-folder');
    await writeFile(file, '');
    await expect(folderStore(file).write('a/b/c/start.json', '{}')).rejects.toMatchObject({
      code: 'EVIDENCE_STORE_UNUSABLE',
      details: { object: `folder ${file}`, found: 'ENOTDIR' },
    });
  });

  it.skipIf(process.getuid?.() === 0)('names what may not be written to', async () => {
    const path = join(folder, 'read-only');
    await folderStore(path).write('a/b/c/start.json', '{}');
    await chmod(path, 0o500);
    await expect(folderStore(path).write('b/b/c/start.json', '{}')).rejects.toMatchObject({
      details: { found: 'EACCES' },
    });
  });
});
