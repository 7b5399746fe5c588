import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { istioBinaries } from '../../../lab/istio/binaries.ts';

const installed = (name: string) => `/cache/${name}`;
const istio = 'echo \'{"clientVersion":{"version":"1.31"}}\'';

/** A folder with such scripts in it. */
async function folderOf(scripts: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'meshturn-binaries-'));
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

const binariesOf = (folder: string) => istioBinaries(installed, { ISTIO_BIN_DIR: folder });

describe('ISTIO_BIN_DIR', () => {
  it('names a folder with both binaries', async () => {
    const folder = await folderOf({ 'pilot-discovery': istio, 'pilot-agent': istio });
    await expect(binariesOf(folder)).resolves.toEqual({
      ...{ discovery: join(folder, 'pilot-discovery'), agent: join(folder, 'pilot-agent') },
      ...{ envoy: '/cache/envoy', bootstrap: '/cache/envoy-bootstrap' },
    });
  });

  it.each([
    ['that is not there', {}, /ENOENT/],
    [
      'that is another program, which is told with its last words',
      { 'pilot-agent': 'echo "Error: unknown command $1" >&2; exit 64' },
      /^Error: unknown command version$/,
    ],
    ['that tells another version than Istio does', { 'pilot-agent': 'echo "{}"' }, /clientVersion/],
  ])('refuses a binary %s', async (_which, scripts, found) => {
    const folder = await folderOf({ 'pilot-discovery': istio, ...scripts });
    await expect(binariesOf(folder)).rejects.toMatchObject({
      code: 'LAB_COMPONENT_FAILED',
      details: { object: join(folder, 'pilot-agent'), found: expect.stringMatching(found) as string },
    });
  });
});

it('without it, the installed ones are taken', async () => {
  const folder = await folderOf({ 'pilot-discovery': istio, 'pilot-agent': istio });
  const found = await istioBinaries((name) => join(folder, name), {});
  expect(found).toMatchObject({ agent: join(folder, 'pilot-agent') });
});
