import { once } from 'node:events';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { programsSocket } from '../../../lab/cluster/programs-socket.ts';

const longest = process.platform === 'linux' ? 107 : 103;

/** A folder in which the path of the socket has so many bytes. */
async function folderFor(bytes: number): Promise<string> {
  const short = await mkdtemp(join(tmpdir(), 's-'));
  const folder = join(short, 'x'.repeat(bytes - Buffer.byteLength(join(short, '/', 'programs.sock')) - 1));
  await mkdir(folder);
  return folder;
}

it('is one that a server listens on, as long as it may be', async () => {
  const path = programsSocket(await folderFor(longest));
  expect(Buffer.byteLength(path)).toBe(longest);
  const server = createServer().listen(path);
  await once(server, 'listening');
  server.close();
});

it('is refused where it would be longer, with what to do', async () => {
  const folder = await folderFor(longest + 1);
  expect(() => programsSocket(folder)).toThrow(
    expect.objectContaining({
      code: 'LAB_FOLDER_TOO_DEEP',
      details: {
        object: `the socket ${folder}/programs.sock`,
        expected: `a path of at most ${longest} bytes`,
        found: `${longest + 1} bytes`,
      },
    }) as Error,
  );
});
