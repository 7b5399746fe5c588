import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { istioBinaries } from '../../../lab/istio/binaries.ts';

const installed = (name: string) => `/cache/${name}`;
const version = '{"clientVersion":{"version":"1.31"}}';

/** A binary of Istio of that name with that command: it refuses any other. */
const istio = (usage: string): string => `case $1 in
version) echo '${version}' ;;
${usage.split(' ')[1] ?? ''}) echo "Usage: ${usage} [flags]" ;;
*) echo "Error: unknown command \\"$1\\"" >&2; exit 255 ;;
esac`;
const discovery = istio('pilot-discovery discovery');
const agent = istio('pilot-agent proxy');

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
    const folder = await folderOf({ 'pilot-discovery': discovery, 'pilot-agent': agent });
    await expect(binariesOf(folder)).resolves.toEqual({
      ...{ discovery: join(folder, 'pilot-discovery'), agent: join(folder, 'pilot-agent') },
      ...{ envoy: '/cache/envoy', bootstrap: '/cache/envoy-bootstrap' },
    });
  });

  it('may be relative: each program runs in a folder of its own', async () => {
    const folder = await folderOf({ 'pilot-discovery': discovery, 'pilot-agent': agent });
    await expect(binariesOf(relative(process.cwd(), folder))).resolves.toMatchObject({
      ...{ discovery: join(folder, 'pilot-discovery'), agent: join(folder, 'pilot-agent') },
    });
  });

  it.each([
    ['pilot-agent', { 'pilot-discovery': discovery, 'pilot-agent': discovery }, 'unknown command "proxy"'],
    ['pilot-discovery', { 'pilot-discovery': agent, 'pilot-agent': agent }, 'unknown command "discovery"'],
    [
      'pilot-agent',
      { 'pilot-discovery': discovery, 'pilot-agent': istio('another proxy') },
      'a help that does not speak of pilot-agent proxy',
    ],
  ])('refuses a %s that is another of Istio', async (name, scripts, found) => {
    const folder = await folderOf(scripts);
    await expect(binariesOf(folder)).rejects.toMatchObject({
      code: 'LAB_COMPONENT_FAILED',
      details: { object: join(folder, name), found: expect.stringContaining(found) as string },
    });
  });

  it.each([
    ['that is not there', {}, /not found/],
    [
      'that is another program, which is told with its last words',
      { 'pilot-agent': 'echo "Error: unknown command $1" >&2; exit 64' },
      /^Error: unknown command version$/,
    ],
    ['that tells another version than Istio does', { 'pilot-agent': 'echo "{}"' }, /clientVersion/],
  ])('refuses a binary %s', async (_which, scripts, found) => {
    const folder = await folderOf({ 'pilot-discovery': discovery, ...scripts });
    await expect(binariesOf(folder)).rejects.toMatchObject({
      code: 'LAB_COMPONENT_FAILED',
      details: { object: join(folder, 'pilot-agent'), found: expect.stringMatching(found) as string },
    });
  });
});

it.each([{}, { ISTIO_BIN_DIR: '' }])(
  'without it, or where it is empty, the installed ones are taken',
  async (environment) => {
    const folder = await folderOf({ 'pilot-discovery': discovery, 'pilot-agent': agent });
    const found = await istioBinaries((name) => join(folder, name), environment);
    expect(found).toMatchObject({ agent: join(folder, 'pilot-agent') });
  },
);
