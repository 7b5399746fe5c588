import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { components } from '../../../lab/components.ts';

/** A mount that nobody else sees. */
const apart = ['unshare', '--map-root-user', '--mount'] as const;
const mayMount = succeeds(...apart, 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir());

function succeeds(command: string, ...words: readonly string[]): boolean {
  try {
    execFileSync(command, words, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

interface Ended {
  readonly code: number;
  readonly told: string;
}

/** Installs one component into a cache folder on a disk of 4 MiB, and lists what is left of it there in the end. */
async function installOnFullDisk(name: string): Promise<Ended> {
  const disk = await mkdtemp(join(tmpdir(), 'meshturn-full-disk-'));
  const url = (path: string) => JSON.stringify(new URL(`../../../lab/${path}`, import.meta.url).href);
  const script = `
    import { components } from ${url('components.ts')};
    import { install } from ${url('install/install.ts')};
    import { run } from ${url('run.ts')};
    const tell = () => undefined;
    const wanted = components.filter(({ name }) => name === ${JSON.stringify(name)});
    await run((signal) => install(wanted, { cacheFolder: ${JSON.stringify(disk)}, environment: process.env, tell, signal }));
  `;
  // The build itself goes on in the cache that Go has already: only its outcome is on the disk.
  const env = { ...process.env, GOCACHE: process.env['GOCACHE'] ?? join(homedir(), '.cache', 'go-build') };
  return nodeOnDisk(disk, ['--input-type=module', '--eval', script], env, join(disk, 'lab'));
}

/** The lab itself, with its folder on such a disk. */
async function runOnFullDisk(): Promise<Ended> {
  const disk = await mkdtemp(join(tmpdir(), 'meshturn-full-disk-'));
  const script = join(import.meta.dirname, '../../../lab/main.ts');
  const env = { ...process.env, TMPDIR: disk };
  return nodeOnDisk(disk, [script, '--clusters', '1', '--istio', 'simulated'], env, disk);
}

/** Runs Node where that folder is a disk of 4 MiB, and lists what is left in one on it. */
function nodeOnDisk(
  disk: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  left: string,
): Promise<Ended> {
  const lines = [`mount -t tmpfs -o size=4m tmpfs ${disk}`, '"$0" "$@"', 'code=$?', `ls -A ${left} >&2`];
  const sh = ['sh', '-c', [...lines, 'exit $code'].join('\n'), process.execPath, ...words];
  const [command, ...rest] = [...apart, ...sh];
  return new Promise((resolve) => {
    execFile(command, rest, { env }, (error, _, told) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, told });
    });
  });
}

describe.skipIf(!mayMount)('a full disk (needs leave to mount one)', () => {
  it.each(['etcd', 'bao'])('is one error that names %s and the mend, and nothing is left', async (name) => {
    const version = components.find((one) => one.name === name)?.version ?? '';
    const { code, told } = await installOnFullDisk(name);
    expect(code).toBe(1);
    expect(told).toMatch(new RegExp(`^error: ${name} ${version}: .*\\[LAB_BUILD_FAILED\\]\\n`));
    expect(told).toMatch(/ {2}found .*no space left on device/i);
    expect(told.split('\n').slice(2)).toEqual([
      expect.stringMatching(/^ {2}hint: .*free the disk.*npm run lab:install$/),
      '',
    ]);
  });

  it('where the lab runs is one error, and of its keys nothing is left', async () => {
    const { code, told } = await runOnFullDisk();
    expect(code).toBe(1);
    expect(told).toMatch(/^error: etcd: .*\[LAB_COMPONENT_FAILED\]\n {2}found .*\n {2}hint: .*\n$/);
  });
});
