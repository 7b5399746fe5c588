import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { beforeEach, expect, it } from 'vitest';
import { goFile } from '../../../lab/install/go-file.ts';

const source = { of: 'istio.io/istio', file: 'bootstrap.json' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-go-file-'));
});

/** Fetches the file by a `go` that is such lines of sh. */
async function fetchBy(lines: string): Promise<string> {
  await writeFile(join(folder, 'go'), `#!/bin/sh\n${lines}\n`);
  await chmod(join(folder, 'go'), 0o755);
  const environment = { PATH: [folder, '/usr/bin', '/bin'].join(delimiter) };
  return goFile(source, { folder, environment, signal: new AbortController().signal });
}

it('is the file of the module that Go has fetched', async () => {
  await writeFile(join(folder, 'bootstrap.json'), '{}');
  const path = await fetchBy(`echo '{"Dir":"${folder}"}'`);
  await expect(readFile(path, 'utf8')).resolves.toBe('{}');
});

it.each([
  [
    `printf '{\\n"Path":"istio.io/istio",\\n"Error":"dial tcp: no route to host"\\n}\\n'; exit 1`,
    'dial tcp: no route to host',
  ],
  ['echo "go: errors parsing go.mod" >&2; exit 1', 'go: errors parsing go.mod'],
])('says why Go has not fetched it: %s', async (lines, why) => {
  await expect(fetchBy(lines)).rejects.toThrow(new RegExp(`^${why}$`));
});
